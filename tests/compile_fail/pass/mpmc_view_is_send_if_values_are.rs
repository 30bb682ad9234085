use ringway::mpmc::View;
use std::cell::Cell;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<View<'_, Cell<u8>>>();
}
