use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 4>::new();
    let (mut producer, consumer) = queue.take().unwrap();
    producer.push(1).unwrap();
    drop((producer, consumer));
    queue.split();
}
