//~ a queue holds at least one value: its capacity N must not be zero

use ringway::spsc::Queue;

fn main() {
    let mut queue = Queue::<u8, 0>::new();
    queue.split();
}
