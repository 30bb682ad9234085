//! Clocks that wrap.

use ringway::metrics::{Clock, CycleClock, ManualClock, Meter, Metered};
use ringway::mpmc;
use std::sync::atomic::{AtomicU32, Ordering};

static COUNTER: AtomicU32 = AtomicU32::new(0);

fn counter() -> u32 {
    COUNTER.load(Ordering::Relaxed)
}

#[test]
fn a_cycle_counter_may_wrap_while_a_value_waits() {
    let meter = Meter::<_, 1, 30>::with_clock(CycleClock::new(counter, 1_000_000));
    let queue = Metered::new(mpmc::Queue::<_, 4>::new(), &meter);
    let mut expected = 0;
    for (start, ticks) in [(0, 0), (u32::MAX, 1), (u32::MAX - 9, 1000), (5, u32::MAX), (1 << 31, 1 << 31)] {
        COUNTER.store(start, Ordering::Relaxed);
        queue.push(()).unwrap();
        COUNTER.store(start.wrapping_add(ticks), Ordering::Relaxed);
        queue.pop().unwrap();
        expected += u128::from(ticks);
        assert_eq!(meter.waiting().sum(), expected);
    }
}

#[test]
fn a_manual_clock_wraps_with_its_word() {
    let clock = ManualClock::new(1);
    clock.advance(usize::MAX - 1);
    let then = clock.now();
    clock.advance(5);
    assert_eq!(clock.ticks_between(then, clock.now()), 5);
}

#[cfg(feature = "std")]
#[test]
fn the_clock_of_the_system_counts_nanoseconds_and_never_backwards() {
    use ringway::metrics::StdClock;
    use std::time::Duration;
    let now = StdClock.now();
    assert_eq!(StdClock.ticks_between(now, now + Duration::new(2, 3)), 2_000_000_003);
    assert_eq!(StdClock.ticks_between(now + Duration::new(2, 3), now), 0);
    let thousand_years = Duration::from_secs(1000 * 366 * 86_400);
    assert_eq!(StdClock.ticks_between(now, now + thousand_years), u64::MAX);
    assert_eq!(StdClock.hertz(), 1_000_000_000);
}
