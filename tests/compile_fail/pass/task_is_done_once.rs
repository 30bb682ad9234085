use ringway::task::Tracker;

fn main() {
    let tracker: Tracker = Tracker::new();
    let task = tracker.track(1);
    task.done();
}
