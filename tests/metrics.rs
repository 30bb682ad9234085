//! What is counted and timed, beside an exact model, `hdrhistogram` and a parser of Prometheus text.
#![cfg(feature = "metrics")]

use proptest::prelude::*;
use ringway::metrics::{
    Clock, CycleClock, Histogram, LittlesLaw, ManualClock, Meter, Metered, Snapshot, Stamped, prometheus,
};
use ringway::{Full, mpmc, spsc};
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;

const QUANTILES: [f64; 9] = [0.0, 0.001, 0.1, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0];

mod histogram {
    use super::*;

    fn record(values: &[u64]) -> Histogram {
        let histogram = Histogram::new();
        values.iter().for_each(|&value| histogram.record(value));
        histogram
    }

    /// The smallest value that the share `q` of all does not exceed.
    fn exact_quantile(sorted: &[u64], q: f64) -> u64 {
        let rank = ((q * sorted.len() as f64).ceil() as usize).max(1);
        sorted[rank - 1]
    }

    /// Values of every size: each number of bits is as likely as any other.
    fn values() -> impl Strategy<Value = Vec<u64>> {
        prop::collection::vec((0..=64u32, any::<u64>()), 1..400).prop_map(|pairs| {
            pairs.into_iter().map(|(bits, random)| random.checked_shr(64 - bits).unwrap_or(0)).collect()
        })
    }

    proptest! {
        #[test]
        fn a_quantile_is_never_below_the_exact_one_and_less_than_an_eighth_above(values in values(), q in 0.0..1.0) {
            let histogram = record(&values);
            let mut sorted = values;
            sorted.sort_unstable();
            for q in QUANTILES.into_iter().chain([q]) {
                let (exact, ours) = (exact_quantile(&sorted, q), histogram.quantile(q));
                prop_assert!(ours >= exact, "{q}: {ours} is below {exact}");
                prop_assert!(ours - exact <= exact / 8, "{q}: {ours} is too far above {exact}");
            }
        }

        #[test]
        fn count_sum_mean_and_max_are_exact(values in values()) {
            let histogram = record(&values);
            let sum: u128 = values.iter().map(|&value| u128::from(value)).sum();
            prop_assert_eq!(histogram.count(), values.len() as u64);
            prop_assert_eq!(histogram.sum(), sum);
            prop_assert_eq!(histogram.mean(), sum as f64 / values.len() as f64);
            prop_assert_eq!(Some(histogram.max()), values.into_iter().max());
        }

        #[test]
        fn to_merge_is_to_record_both(left in values(), right in values()) {
            let merged = record(&left);
            merged.merge(&record(&right));
            let both = record(&[left, right].concat());
            prop_assert!(merged.buckets().eq(both.buckets()));
            prop_assert_eq!((merged.sum(), merged.max()), (both.sum(), both.max()));
        }

        /// hdrhistogram with three digits, whose own error is a thousandth.
        #[test]
        fn quantiles_agree_with_hdrhistogram(values in values()) {
            let ours = record(&values);
            let mut theirs = hdrhistogram::Histogram::<u64>::new(3).unwrap();
            // It reaches to half of a u64.
            let values: Vec<u64> = values.into_iter().filter(|&value| value <= u64::MAX / 2).collect();
            prop_assume!(values.len() as u64 == ours.count());
            values.iter().for_each(|&value| theirs.record(value).unwrap());
            for q in QUANTILES {
                let (ours, theirs) = (ours.quantile(q) as f64, theirs.value_at_quantile(q) as f64);
                prop_assert!(ours >= theirs * 0.999 && ours <= theirs * 1.125, "{q}: {ours} beside {theirs}");
            }
        }
    }

    #[test]
    fn an_empty_histogram_is_all_zeros() {
        let empty = Histogram::<62>::new();
        assert_eq!((empty.count(), empty.sum(), empty.max(), empty.mean()), (0, 0, 0, 0.0));
        assert!(QUANTILES.iter().all(|&q| empty.quantile(q) == 0));
    }

    #[test]
    fn a_q_beyond_its_range_is_taken_as_the_nearest_within() {
        let histogram = record(&[1, 2, 3]);
        assert_eq!((histogram.quantile(-1.0), histogram.quantile(7.0)), (1, 3));
    }

    #[test]
    fn values_beyond_the_last_octave_count_in_its_last_bucket() {
        let small = Histogram::<1>::new();
        [3, 7, 8, u64::MAX].into_iter().for_each(|value| small.record(value));
        assert_eq!(small.buckets().map(|(_, count)| count).collect::<Vec<_>>(), [0, 0, 0, 1, 0, 0, 0, 3]);
        assert_eq!((small.count(), small.max()), (4, u64::MAX));
        assert_eq!((small.quantile(0.25), small.quantile(0.5)), (3, u64::MAX));
    }

    /// Each merge with itself doubles all counts: beyond the range of a count, and of the sum of them.
    #[test]
    fn doubled_to_the_end_of_their_range_and_beyond_counts_never_panic() {
        let histogram = record(&[1, 100]);
        for doubling in 0..140 {
            let _ = (histogram.mean(), histogram.sum(), format!("{histogram:?}"));
            let quantiles = QUANTILES.map(|q| histogram.quantile(q));
            assert!(quantiles.is_sorted() && quantiles[8] <= 100, "{quantiles:?}");
            let expected = if doubling >= 64 { 0 } else { 2u64.saturating_mul(1 << doubling) };
            assert_eq!(histogram.count(), expected, "after {doubling} doublings");
            histogram.merge(&histogram);
        }
    }

    #[test]
    fn no_record_is_lost_between_threads() {
        static TIMES: Histogram<30> = Histogram::new();
        const EACH: u64 = 50_000;
        thread::scope(|scope| {
            (0..3).for_each(|_| drop(scope.spawn(|| (0..EACH).for_each(|value| TIMES.record(value)))));
        });
        assert_eq!(TIMES.count(), 3 * EACH);
        assert_eq!(TIMES.sum(), u128::from(3 * (EACH * (EACH - 1) / 2)));
        assert_eq!(TIMES.max(), EACH - 1);
    }
}

mod clocks {
    use super::*;

    static COUNTER: AtomicU32 = AtomicU32::new(0);

    fn counter() -> u32 {
        COUNTER.load(Ordering::Relaxed)
    }

    #[test]
    fn a_cycle_counter_may_wrap_while_a_value_waits() {
        let meter = Meter::<_, 1, 30>::new(CycleClock::new(counter, 1_000_000));
        let queue = Metered::new(mpmc::Queue::<_, 4>::new(), &meter);
        let mut expected = 0;
        for (start, ticks) in [(0, 0), (u32::MAX, 1), (u32::MAX - 9, 1000), (5, u32::MAX), (1 << 31, 1 << 31)]
        {
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
}

mod meters {
    use super::*;
    use ringway::metrics::InService;
    use ringway::mpmc::{QueueInner, Storage};
    use ringway::spsc::{Consumer, Producer};

    type TestMeter = Meter<ManualClock, 1, 30>;
    type Job<'m, T> = InService<'m, T, ManualClock, 1, 30>;
    type Timed<T> = Stamped<T, ManualClock>;
    const CAPACITY: usize = 3;

    /// A metered queue of [`CAPACITY`] as seen by one caller that has both ends.
    trait Ends<T> {
        fn push(&mut self, value: T) -> Result<(), Full<T>>;
        fn pop(&mut self) -> Option<T>;
        fn begin(&mut self) -> Option<Job<'_, T>>;
        fn snapshot(&self) -> Snapshot;
    }

    impl<T, St: Storage<Value = Timed<T>>> Ends<T> for Metered<QueueInner<Timed<T>, St>, &TestMeter> {
        fn push(&mut self, value: T) -> Result<(), Full<T>> {
            Self::push(self, value)
        }
        fn pop(&mut self) -> Option<T> {
            Self::pop(self)
        }
        fn begin(&mut self) -> Option<Job<'_, T>> {
            Self::begin(self)
        }
        fn snapshot(&self) -> Snapshot {
            Self::snapshot(self)
        }
    }

    type End<'m, Q> = Metered<Q, &'m TestMeter>;

    impl<T> Ends<T> for (End<'_, Producer<'_, Timed<T>>>, End<'_, Consumer<'_, Timed<T>>>) {
        fn push(&mut self, value: T) -> Result<(), Full<T>> {
            self.0.push(value)
        }
        fn pop(&mut self) -> Option<T> {
            self.1.pop()
        }
        fn begin(&mut self) -> Option<Job<'_, T>> {
            self.1.begin()
        }
        fn snapshot(&self) -> Snapshot {
            self.1.snapshot()
        }
    }

    /// Runs `body` on every kind of queue.
    fn on_each<T>(body: impl Fn(&mut dyn Ends<T>, &TestMeter)) {
        let meter = || TestMeter::new(ManualClock::new(1000));

        let meter_of_queue = meter();
        let mut queue = Metered::new(mpmc::Queue::<_, CAPACITY>::new(), &meter_of_queue);
        body(&mut queue, &meter_of_queue);

        let (meter_of_view, queue) = (meter(), mpmc::Queue::<_, CAPACITY>::new());
        body(&mut Metered::new(queue.view(), &meter_of_view), &meter_of_view);

        let (meter_of_ends, mut queue) = (meter(), spsc::Queue::<_, CAPACITY>::new());
        let (producer, consumer) = queue.split();
        let mut ends = (Metered::new(producer, &meter_of_ends), Metered::new(consumer, &meter_of_ends));
        body(&mut ends, &meter_of_ends);
    }

    #[derive(Clone, Copy, Debug)]
    enum Op {
        Push,
        Pop,
        /// Takes a value and serves it for so many ticks.
        Serve(usize),
        Wait(usize),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            4 => Just(Op::Push),
            1 => Just(Op::Pop),
            2 => (0..50usize).prop_map(Op::Serve),
            2 => (0..1000usize).prop_map(Op::Wait),
        ]
    }

    /// What must come out: the times of every value, added up by hand.
    #[derive(Default)]
    struct Model {
        now: u128,
        pushed_at: VecDeque<u128>,
        snapshot: Snapshot,
        waiting: u128,
        service: u128,
        response: u128,
    }

    impl Model {
        fn push(&mut self) -> bool {
            self.snapshot.offered += 1;
            let has_room = self.pushed_at.len() < CAPACITY;
            if has_room {
                self.pushed_at.push_back(self.now);
                self.snapshot.high_water = self.snapshot.high_water.max(self.pushed_at.len());
            } else {
                self.snapshot.rejected += 1;
            }
            has_room
        }

        fn pop(&mut self) -> Option<u128> {
            let pushed_at = self.pushed_at.pop_front()?;
            self.waiting += self.now - pushed_at;
            Some(pushed_at)
        }

        fn serve(&mut self, ticks: usize) -> Option<u128> {
            let pushed_at = self.pop()?;
            self.now += ticks as u128;
            self.service += ticks as u128;
            self.response += self.now - pushed_at;
            Some(pushed_at)
        }
    }

    proptest! {
        #[test]
        fn a_snapshot_is_that_of_a_plain_queue_with_a_clock(ops in prop::collection::vec(op(), 0..200)) {
            on_each::<u128>(|queue, meter| {
                let mut model = Model::default();
                for &op in &ops {
                    match op {
                        Op::Push => assert_eq!(queue.push(model.now).is_ok(), model.push()),
                        Op::Pop => assert_eq!(queue.pop(), model.pop()),
                        Op::Serve(ticks) => {
                            let job = queue.begin();
                            job.iter().for_each(|_| meter.clock().advance(ticks));
                            assert_eq!(job.map(InService::finish), model.serve(ticks));
                        }
                        Op::Wait(ticks) => {
                            meter.clock().advance(ticks);
                            model.now += ticks as u128;
                        }
                    }
                    model.snapshot.length = model.pushed_at.len();
                    assert_eq!(queue.snapshot(), model.snapshot);
                }
                assert_eq!(meter.waiting().sum(), model.waiting);
                assert_eq!(meter.service().sum(), model.service);
                assert_eq!(meter.response().sum(), model.response);
            });
        }
    }

    #[test]
    fn a_value_in_service_is_counted_until_its_guard_goes_however_it_goes() {
        on_each::<&'static str>(|queue, meter| {
            ["finished", "dropped", "panicked"].iter().for_each(|value| queue.push(value).unwrap());
            let mut in_service = |end: &dyn Fn(Job<'_, &'static str>)| {
                let job = queue.begin().unwrap();
                meter.clock().advance(10);
                end(job);
                queue.snapshot().in_service
            };
            assert_eq!(in_service(&|job| assert_eq!(job.finish(), "finished")), 0);
            assert_eq!(in_service(&|job| drop(job)), 0);
            let panicking = |job: Job<'_, &'static str>| {
                let result = catch_unwind(AssertUnwindSafe(|| {
                    let _job = job;
                    panic!("the service panics, as intended");
                }));
                assert!(result.is_err());
            };
            assert_eq!(in_service(&panicking), 0);
            assert_eq!((meter.service().count(), meter.service().sum()), (3, 30));
        });
    }

    #[test]
    fn a_service_may_end_elsewhere() {
        on_each::<u8>(|queue, meter| {
            queue.push(1).unwrap();
            let (value, ticket) = queue.begin().unwrap().into_parts();
            assert_eq!((value, queue.snapshot().in_service), (1, 1));
            meter.clock().advance(5);
            meter.on_finish(ticket);
            assert_eq!((queue.snapshot().in_service, meter.response().sum()), (0, 5));
        });
    }

    #[test]
    fn one_in_four_is_timed_and_all_are_counted() {
        let meter = Meter::<_, 4, 30>::new(ManualClock::new(1));
        let queue = Metered::new(mpmc::Queue::<_, 8>::new(), &meter);
        for value in 0..100 {
            queue.push(value).unwrap();
            meter.clock().advance(3);
            drop(queue.begin());
        }
        assert_eq!((meter.waiting().count(), meter.waiting().sum()), (25, 75));
        assert_eq!(queue.snapshot().offered, 100);
        assert_eq!(queue.snapshot().in_service, 0);
    }

    #[test]
    fn threads_share_a_metered_queue_and_no_count_is_lost() {
        const EACH: usize = 20_000;
        let meter = Arc::new(Meter::<_, 1, 30>::new(ManualClock::new(1)));
        let queue = Metered::new(mpmc::Queue::<_, 64, 8>::new(), meter);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for value in 0..EACH {
                        while queue.push(value).is_err() {
                            thread::yield_now();
                        }
                    }
                });
                scope.spawn(|| {
                    for _ in 0..EACH {
                        while queue.begin().is_none() {
                            thread::yield_now();
                        }
                    }
                });
            }
        });
        let snapshot = queue.snapshot();
        assert_eq!(snapshot.accepted(), 2 * EACH);
        assert_eq!((snapshot.length, snapshot.in_service), (0, 0));
        assert!((1..=64).contains(&snapshot.high_water));
        assert_eq!(queue.meter().response().count(), 2 * EACH as u64);
    }
}

mod little {
    use super::*;

    /// Values that wait for a known time, sampled at moments that have nothing to do with them.
    #[test]
    fn the_mean_wait_from_twenty_thousand_samples_is_within_a_hundredth() {
        let clock = ManualClock::new(1);
        let meter = Meter::<_, 1, 30>::new(&clock);
        let queue = Metered::new(mpmc::Queue::<_, 256>::new(), &meter);
        let mut little = LittlesLaw::new(&clock);
        let mut dice = 1u64;
        while little.samples() < 20_000 {
            clock.advance(1);
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            match dice >> 56 {
                0..60 => drop(queue.push(())),
                60..124 => drop(queue.pop()),
                124..144 => little.sample(queue.queue().stats()),
                _ => {}
            }
        }
        let (sampled, timed) = (little.mean_wait(), meter.waiting().mean());
        let error = (sampled / timed - 1.0).abs();
        assert!(error < 0.01, "{sampled} sampled beside {timed} timed");
    }

    #[test]
    fn time_beyond_the_range_of_its_sum_is_left_out() {
        let (queue, clock) = (mpmc::Queue::<u8, 2>::new(), ManualClock::new(1));
        let mut little = LittlesLaw::new(&clock);
        queue.push(1).unwrap();
        little.sample(queue.stats());
        for _ in 0..5 {
            clock.advance(1 << (usize::BITS - 1));
            queue.pop().unwrap();
            queue.push(1).unwrap();
            little.sample(queue.stats());
        }
        let expected = if usize::BITS == 64 { 1 } else { 5 };
        assert_eq!((little.samples(), little.mean_length()), (expected, 1.0));
        assert_eq!(little.mean_wait(), 2f64.powi(usize::BITS as i32 - 1));
    }

    #[test]
    fn nothing_sampled_is_zero_and_not_a_nan() {
        let little = LittlesLaw::new(ManualClock::new(1));
        assert_eq!((little.mean_length(), little.throughput(), little.mean_wait()), (0.0, 0.0, 0.0));
    }
}

mod text {
    use super::*;
    use prometheus::Time;
    use prometheus_parse::{Sample, Scrape, Value};

    fn scrape(text: &str) -> Vec<Sample> {
        Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).expect("a parser reads it").samples
    }

    fn number(samples: &[Sample], name: &str, queue: &str) -> f64 {
        let sample =
            samples.iter().find(|sample| sample.metric == name && sample.labels.get("queue") == Some(queue));
        match sample.unwrap_or_else(|| panic!("{name} of {queue} is there")).value {
            Value::Counter(value) | Value::Gauge(value) | Value::Untyped(value) => value,
            ref other => panic!("{name} is {other:?}"),
        }
    }

    #[test]
    fn a_parser_finds_every_figure_under_its_queue() {
        let clock = ManualClock::new(1000);
        let (meter, other_meter) = (Meter::<_>::new(&clock), Meter::<_, 1, 30>::new(&clock));
        let jobs = Metered::new(mpmc::Queue::<_, 2>::new(), &meter);
        let other = Metered::new(mpmc::Queue::<Stamped<u8, _>, 5>::new(), &other_meter);
        for value in 0..3 {
            let _ = jobs.push(value);
        }
        clock.advance(500);
        let in_service = jobs.begin();
        let mut text = String::new();
        prometheus::write(&mut text, &[("jobs", &jobs), ("other", &other)]).unwrap();
        drop(in_service);

        let samples = scrape(&text);
        let all = [
            ("queue_length", 1.0),
            ("queue_length_max", 2.0),
            ("in_service", 1.0),
            ("offered_total", 3.0),
            ("rejected_total", 1.0),
            ("waiting_seconds_sum", 0.5),
            ("waiting_seconds_count", 1.0),
            ("service_seconds_count", 0.0),
        ];
        for (name, expected) in all {
            assert_eq!(number(&samples, &format!("ringway_{name}"), "jobs"), expected, "{name}");
            assert_eq!(number(&samples, &format!("ringway_{name}"), "other"), 0.0, "{name}");
        }
    }

    #[test]
    fn buckets_are_cumulative_and_end_at_infinity_with_the_count() {
        let meter = Meter::<_>::new(ManualClock::new(1000));
        let jobs = Metered::new(mpmc::Queue::<_, 2>::new(), &meter);
        for ticks in [0, 7, 8, 100, 1 << 40] {
            jobs.push(()).unwrap();
            meter.clock().advance(ticks);
            jobs.pop().unwrap();
        }
        let mut text = String::new();
        prometheus::write(&mut text, &[("jobs", &jobs)]).unwrap();
        let samples = scrape(&text);
        let waiting = samples.iter().find(|sample| sample.metric == "ringway_waiting_seconds").unwrap();
        let Value::Histogram(buckets) = &waiting.value else { panic!("a histogram") };
        assert!(buckets.windows(2).all(|pair| pair[0].less_than < pair[1].less_than), "bounds grow");
        assert!(buckets.windows(2).all(|pair| pair[0].count <= pair[1].count), "counts grow");
        let counted = |seconds| buckets.iter().find(|bucket| bucket.less_than == seconds).unwrap().count;
        assert_eq!(
            (counted(0.007), counted(0.015), counted(0.127), counted(f64::INFINITY)),
            (2.0, 3.0, 4.0, 5.0)
        );
    }

    /// A source that goes on counting between two looks, and whose counts are at the end of their range.
    struct Busy(AtomicUsize);

    impl prometheus::Source for Busy {
        fn snapshot(&self) -> Snapshot {
            let mut snapshot = Snapshot::default();
            snapshot.offered = self.0.fetch_add(1, Ordering::Relaxed);
            snapshot.rejected = snapshot.offered;
            snapshot
        }

        fn hertz(&self) -> u64 {
            1
        }

        fn octaves(&self, _: Time, each: &mut dyn FnMut(u64, u64) -> fmt::Result) -> fmt::Result {
            [(7, u64::MAX - 1), (15, 1), (31, u64::MAX), (u64::MAX, 1)]
                .into_iter()
                .try_for_each(|(end, count)| each(end, count))
        }

        fn sum(&self, _: Time) -> u128 {
            u128::MAX
        }
    }

    #[test]
    fn text_never_shows_more_rejected_than_offered_while_others_go_on() {
        let mut text = String::new();
        prometheus::write(&mut text, &[("busy", &Busy(AtomicUsize::new(1000)))]).unwrap();
        let samples = scrape(&text);
        let number = |name| number(&samples, name, "busy");
        assert!(number("ringway_rejected_total") <= number("ringway_offered_total"), "{text}");
    }

    #[test]
    fn counts_at_the_end_of_their_range_add_up_to_the_largest() {
        let mut text = String::new();
        prometheus::write(&mut text, &[("busy", &Busy(AtomicUsize::new(0)))]).unwrap();
        let most = u64::MAX;
        let buckets = [("7", most - 1), ("15", most), ("31", most), ("+Inf", most)];
        for (end, count) in buckets {
            let line = format!("ringway_waiting_seconds_bucket{{queue=\"busy\",le=\"{end}\"}} {count}\n");
            assert!(text.contains(&line), "{text}");
        }
        assert!(text.contains(&format!("ringway_waiting_seconds_count{{queue=\"busy\"}} {most}\n")));
    }

    #[test]
    fn a_name_with_quotes_and_line_ends_stays_one_label() {
        let meter = Meter::<_>::new(ManualClock::new(1));
        let jobs = Metered::new(mpmc::Queue::<Stamped<u8, _>, 2>::new(), &meter);
        let mut text = String::new();
        prometheus::write(&mut text, &[("a\"b\\c\nd", &jobs)]).unwrap();
        assert!(text.contains(r#"ringway_queue_length{queue="a\"b\\c\nd"} 0"#), "{text}");
    }
}
