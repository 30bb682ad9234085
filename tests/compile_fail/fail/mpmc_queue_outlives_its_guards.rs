//~ error[E0505]: cannot move out of `queue` because it is borrowed

use ringway::mpmc::Queue;

fn main() {
    let queue = Queue::<u8, 4>::new();
    let grant = queue.reserve().unwrap().write(1);
    drop(queue);
    grant.commit().unwrap();
}
