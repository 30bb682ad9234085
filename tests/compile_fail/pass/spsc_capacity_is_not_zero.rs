use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 1>::new();
    queue.split();
}
