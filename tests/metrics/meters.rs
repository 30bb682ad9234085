//! Metered queues, beside a plain queue with a clock.

use proptest::prelude::*;
use ringway::metrics::{InService, ManualClock, Meter, Metered, Snapshot, Stamped};
use ringway::mpmc::{QueueInner, Storage};
use ringway::spsc::{Consumer, Producer};
use ringway::{Full, mpmc, spsc};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

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
    let meter = || TestMeter::with_clock(ManualClock::new(1000));

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
    let meter = Meter::<_, 4, 30>::with_clock(ManualClock::new(1));
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
    let meter = Arc::new(Meter::<_, 1, 30>::with_clock(ManualClock::new(1)));
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
