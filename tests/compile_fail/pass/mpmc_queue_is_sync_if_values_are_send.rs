use ringway::mpmc::Queue;
use std::cell::Cell;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Queue<Cell<u8>, 4>>();
}
