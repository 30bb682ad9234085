//~ error[E0277]: `Rc<u8>` cannot be sent between threads safely

use ringway::priority::Priority;
use std::rc::Rc;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Priority<Rc<u8>, 2, 4>>();
}
