use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 4>::new();
    let (mut producer, _consumer) = queue.split();
    producer.push(1).unwrap();
    drop((producer, _consumer));
    drop(queue);
}
