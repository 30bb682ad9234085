use ringway::metrics::{ManualClock, Meter};

fn main() {
    drop(Meter::<_, 4>::new(ManualClock::new(1)));
}
