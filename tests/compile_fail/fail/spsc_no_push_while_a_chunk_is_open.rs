//~ error[E0499]: cannot borrow `producer` as mutable more than once at a time

use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 4>::new();
    let (mut producer, _consumer) = queue.split();
    let mut chunk = producer.write_chunk(1).unwrap();
    producer.push(1).unwrap();
    chunk.write(2).unwrap();
}
