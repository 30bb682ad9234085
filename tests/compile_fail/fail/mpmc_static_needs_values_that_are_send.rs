//~ error[E0277]: `Rc<u8>` cannot be sent between threads safely

use ringway::mpmc::Queue;
use std::rc::Rc;

static QUEUE: Queue<Rc<u8>, 4> = Queue::new();

fn main() {
    assert!(QUEUE.is_empty());
}
