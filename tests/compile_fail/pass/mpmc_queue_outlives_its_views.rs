use ringway::mpmc::Queue;

fn main() {
    let queue = Queue::<u8, 4>::new();
    let view = queue.view();
    view.push(1).unwrap();
    drop(queue);
}
