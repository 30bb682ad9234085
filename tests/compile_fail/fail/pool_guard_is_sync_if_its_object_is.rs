//~ error[E0277]: `Cell<u8>` cannot be shared between threads safely

use ringway::pool::Guard;
use std::cell::Cell;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Guard<'_, Cell<u8>>>();
}
