use ringway::mpmc::Queue;

fn main() {
    let queue = Queue::<u8, 1, 4>::new();
    drop(queue);
}
