//~ a queue holds at least one value: its capacity N must not be zero

use ringway::mpmc::Queue;

static QUEUE: Queue<u8, 0, 4> = Queue::new();

fn main() {
    assert!(QUEUE.is_empty());
}
