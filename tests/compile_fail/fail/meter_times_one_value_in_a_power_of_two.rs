//~ one value in EVERY is timed: EVERY must be a power of two

use ringway::metrics::{ManualClock, Meter};

fn main() {
    drop(Meter::<_, 3>::with_clock(ManualClock::new(1)));
}
