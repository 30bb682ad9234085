use ringway::metrics::{ManualClock, Meter};

fn main() {
    drop(Meter::<_, 4>::with_clock(ManualClock::new(1)));
}
