use ringway::mpmc::BoxedQueue;
use std::cell::Cell;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<BoxedQueue<Cell<u8>>>();
}
