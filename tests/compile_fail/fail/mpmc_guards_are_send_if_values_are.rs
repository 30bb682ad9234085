//~ error[E0277]: `Rc<u8>` cannot be sent between threads safely

use ringway::mpmc::Taken;
use std::rc::Rc;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<Taken<'_, Rc<u8>>>();
}
