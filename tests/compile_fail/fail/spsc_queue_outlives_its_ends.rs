//~ error[E0505]: cannot move out of `queue` because it is borrowed

use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 4>::new();
    let (mut producer, _consumer) = queue.split();
    drop(queue);
    producer.push(1).unwrap();
}
