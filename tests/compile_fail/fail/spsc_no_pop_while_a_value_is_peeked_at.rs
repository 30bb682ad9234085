//~ error[E0499]: cannot borrow `consumer` as mutable more than once at a time

use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<String, 4>::new();
    let (_producer, mut consumer) = queue.split();
    let peeked = consumer.peek();
    let popped = consumer.pop();
    assert_eq!(peeked, popped.as_ref());
}
