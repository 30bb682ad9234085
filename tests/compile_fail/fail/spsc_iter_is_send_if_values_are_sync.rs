//~ error[E0277]: `Cell<u8>` cannot be shared between threads safely

use ringway::spsc::Iter;
use std::cell::Cell;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<Iter<'_, '_, Cell<u8>>>();
}
