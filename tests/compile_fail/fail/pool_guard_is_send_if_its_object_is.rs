//~ error[E0277]: `Rc<u8>` cannot be sent between threads safely

use ringway::pool::Guard;
use std::rc::Rc;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<Guard<'_, Rc<u8>>>();
}
