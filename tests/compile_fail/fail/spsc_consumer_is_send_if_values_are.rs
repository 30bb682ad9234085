//~ error[E0277]: `Rc<u8>` cannot be sent between threads safely

use ringway::spsc::Consumer;
use std::rc::Rc;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<Consumer<'_, Rc<u8>>>();
}
