use ringway::pool::{BoxedPool, Pool};
use std::cell::Cell;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Pool<Cell<u8>, 4>>();
    assert_sync::<BoxedPool<Cell<u8>>>();
}
