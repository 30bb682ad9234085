//~ error[E0505]: cannot move out of `queue` because it is borrowed

use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 4>::new();
    let (_producer, mut consumer) = queue.take().unwrap();
    let moved = Box::new(queue);
    consumer.pop();
    drop(moved);
}
