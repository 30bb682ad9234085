//~ error[E0277]: `Rc<u8>` cannot be sent between threads safely

use ringway::pool::{BoxedPool, Pool};
use std::rc::Rc;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Pool<Rc<u8>, 4>>();
    assert_sync::<BoxedPool<Rc<u8>>>();
}
