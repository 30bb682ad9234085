use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 4>::new();
    drop(queue.take().unwrap());
    let mut moved = Box::new(queue);
    let (_producer, mut consumer) = moved.split();
    consumer.pop();
}
