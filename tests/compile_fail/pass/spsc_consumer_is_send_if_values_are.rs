use ringway::spsc::Consumer;
use std::cell::Cell;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<Consumer<'_, Cell<u8>>>();
}
