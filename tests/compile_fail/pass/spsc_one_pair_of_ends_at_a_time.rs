use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 4>::new();
    let (mut first, _) = queue.split();
    first.push(1).unwrap();
    drop(first);
    let (mut second, _) = queue.split();
    second.push(2).unwrap();
}
