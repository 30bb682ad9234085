use ringway::mpmc::Queue;

static QUEUE: Queue<u8, 1, 4> = Queue::new();

fn main() {
    assert!(QUEUE.is_empty());
}
