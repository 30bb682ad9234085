//~ error[E0499]: cannot borrow `queue` as mutable more than once at a time

use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 4>::new();
    let (mut first, _) = queue.split();
    let (mut second, _) = queue.split();
    first.push(1).unwrap();
    second.push(2).unwrap();
}
