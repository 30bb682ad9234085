use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<String, 4>::new();
    let (_producer, mut consumer) = queue.split();
    let peeked = consumer.peek();
    assert_eq!(peeked, None);
    let popped = consumer.pop();
    assert_eq!(popped, None);
}
