use ringway::mpmc::Queue;
use std::cell::Cell;

static QUEUE: Queue<Cell<u8>, 4> = Queue::new();

fn main() {
    assert!(QUEUE.is_empty());
}
