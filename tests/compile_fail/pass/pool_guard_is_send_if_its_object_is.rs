use ringway::pool::Guard;
use std::cell::Cell;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<Guard<'_, Cell<u8>>>();
}
