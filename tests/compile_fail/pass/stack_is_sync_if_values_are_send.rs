use ringway::stack::Stack;
use std::cell::Cell;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Stack<Cell<u8>, 4>>();
}
