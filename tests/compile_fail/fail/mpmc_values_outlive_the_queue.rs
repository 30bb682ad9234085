//~ error[E0597]: `text` does not live long enough

use ringway::mpmc::Queue;

fn main() {
    let queue = Queue::<&str, 4>::new();
    let text = String::from("short-lived");
    queue.push(&text).unwrap();
}
