//~ error[E0277]: `Rc<u8>` cannot be sent between threads safely

use ringway::mpmc::BoxedQueue;
use std::rc::Rc;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<BoxedQueue<Rc<u8>>>();
}
