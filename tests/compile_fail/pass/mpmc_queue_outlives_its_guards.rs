use ringway::mpmc::Queue;

fn main() {
    let queue = Queue::<u8, 4>::new();
    let grant = queue.reserve().unwrap().write(1);
    grant.commit().unwrap();
    drop(queue);
}
