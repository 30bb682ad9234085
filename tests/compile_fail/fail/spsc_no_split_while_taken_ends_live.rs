//~ error[E0502]: cannot borrow `queue` as mutable because it is also borrowed as immutable

use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 4>::new();
    let (mut producer, consumer) = queue.take().unwrap();
    queue.split();
    producer.push(1).unwrap();
    drop(consumer);
}
