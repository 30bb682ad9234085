use ringway::priority::Priority;
use std::cell::Cell;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Priority<Cell<u8>, 2, 4>>();
}
