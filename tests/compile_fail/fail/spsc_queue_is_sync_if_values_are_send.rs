//~ error[E0277]: `Rc<u8>` cannot be sent between threads safely

use ringway::spsc::Queue;
use std::rc::Rc;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Queue<Rc<u8>, 4>>();
}
