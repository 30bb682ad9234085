use super::snapshot::AHEAD;
use super::*;
use crate::metrics::ManualClock;

type TestMeter<const EVERY: usize = 1> = Meter<ManualClock, EVERY, 2>;

fn meter<const EVERY: usize>() -> TestMeter<EVERY> {
    Meter::with_clock(ManualClock::new(1))
}

/// As if a core with a weak memory order showed the second of two counts before the first.
#[test]
fn a_count_that_is_seen_too_early_is_cut_to_the_one_before_it() {
    for offered in [0, 1, 7, usize::MAX - 1, usize::MAX] {
        for ahead in [1, 2, 1000] {
            let meter = meter::<1>();
            meter.push_side.offered.add(offered);
            meter.push_side.rejected.add(offered.wrapping_add(ahead));
            meter.pop_side.started.add(offered);
            meter.pop_side.finished.add(offered.wrapping_add(ahead));
            let snapshot = meter.snapshot(0);
            assert_eq!((snapshot.offered, snapshot.rejected), (offered, offered), "{ahead} ahead");
            assert_eq!((snapshot.accepted(), snapshot.in_service), (0, 0), "{ahead} ahead");
        }
    }
}

#[test]
fn differences_are_right_beyond_half_of_the_range_and_after_counts_start_again() {
    for (offered, rejected, accepted) in [
        (usize::MAX / 2 + 10, 3, usize::MAX / 2 + 7),
        (usize::MAX - AHEAD - 1, 0, usize::MAX - AHEAD - 1),
        (4, usize::MAX - 5, 10),
        (0, usize::MAX, 1),
        (usize::MAX, usize::MAX, 0),
    ] {
        let meter = meter::<1>();
        meter.push_side.offered.add(offered);
        meter.push_side.rejected.add(rejected);
        meter.pop_side.started.add(offered);
        meter.pop_side.finished.add(rejected);
        let snapshot = meter.snapshot(0);
        assert_eq!((snapshot.offered, snapshot.rejected), (offered, rejected));
        assert_eq!((snapshot.accepted(), snapshot.in_service), (accepted, accepted));
    }
}

#[test]
fn counting_goes_on_when_counts_start_again_and_every_fourth_value_is_timed() {
    let meter = meter::<4>();
    for count in [
        &meter.push_side.offered,
        &meter.push_side.rejected,
        &meter.pop_side.started,
        &meter.pop_side.finished,
    ] {
        count.add(usize::MAX - 5);
    }
    for _ in 0..12 {
        let (_, ticket) = meter.on_start(meter.stamp(()));
        meter.on_push(1);
        meter.on_finish(ticket);
        meter.on_full(meter.stamp(()));
    }
    let snapshot = meter.snapshot(0);
    assert_eq!((snapshot.offered, snapshot.rejected), (18, 6));
    assert_eq!((snapshot.accepted(), snapshot.in_service), (12, 0));
    assert_eq!(meter.response().count(), 6, "of those that were started every second one's turn is a fourth");
}

#[test]
fn a_length_that_no_push_has_noted_yet_is_the_most_there_was() {
    let meter = meter::<1>();
    meter.on_push(3);
    let marks = [2, 5, 4, usize::MAX].map(|length| meter.snapshot(length).high_water);
    assert_eq!(marks, [3, 5, 4, usize::MAX]);
}
