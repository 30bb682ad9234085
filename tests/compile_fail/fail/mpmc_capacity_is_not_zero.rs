//~ a queue holds at least one value: its capacity N must not be zero

use ringway::mpmc::Queue;

fn main() {
    let queue = Queue::<u8, 0, 4>::new();
    drop(queue);
}
