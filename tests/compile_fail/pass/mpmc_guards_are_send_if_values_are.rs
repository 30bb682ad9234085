use ringway::mpmc::Taken;
use std::cell::Cell;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<Taken<'_, Cell<u8>>>();
}
