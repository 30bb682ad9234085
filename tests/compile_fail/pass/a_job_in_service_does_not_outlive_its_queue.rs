use ringway::metrics::{ManualClock, Meter, Metered};
use ringway::mpmc::Queue;

fn main() {
    let meter = Meter::new(ManualClock::new(1));
    let queue = Metered::new(Queue::<_, 4>::new(), &meter);
    queue.push(1u8).unwrap();
    let job = queue.begin();
    drop(&raw const queue);
    drop(job);
}
