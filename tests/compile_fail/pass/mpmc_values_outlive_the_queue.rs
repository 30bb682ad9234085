use ringway::mpmc::Queue;

fn main() {
    let text = String::from("long-lived");
    let queue = Queue::<&str, 4>::new();
    queue.push(&text).unwrap();
}
