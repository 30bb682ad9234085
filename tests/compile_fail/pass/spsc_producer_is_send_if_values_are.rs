use ringway::spsc::Producer;
use std::cell::Cell;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<Producer<'_, Cell<u8>>>();
}
