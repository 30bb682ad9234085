//! Closing is exact: every accepted value is received, whenever and from whichever side the channel
//! is closed.
//!
//! Four producers and four consumers send and receive in every way, cancel again and again, and
//! continue until the channel reports its end. One thread closes the channel at a random moment.
//! `RINGWAY_SEED` repeats a run, as far as the scheduler does.

use crate::dice::Dice;
use crate::tier::{is_deep, seed};
use crate::wait::{Mark, yield_now};
use crate::watchdog::{watch, watch_progress};
use embassy_futures::select::{Either, select};
use ringway::channel::{BoxedChannel, RecvTimeoutError, SendTimeoutError, TryRecvError, TrySendError};
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

/// How a call ended.
enum End {
    Done,
    /// Cancelled; the sender has the value back.
    GaveUp,
    Closed,
}

/// A channel that can be closed.
trait Closable: Sync {
    fn send(&self, value: u64, dice: &mut Dice) -> End;
    /// A value, or how the call ended.
    fn recv(&self, dice: &mut Dice) -> Result<u64, End>;
    fn close(&self);
}

async fn pause(pauses: u64) {
    for _ in 0..pauses {
        thread::yield_now();
        yield_now().await;
    }
}

impl Closable for BoxedChannel<u64> {
    fn send(&self, value: u64, dice: &mut Dice) -> End {
        match dice.throw(4) {
            0 => match self.try_send(value) {
                Ok(()) => End::Done,
                Err(TrySendError::Closed(_)) => End::Closed,
                Err(_) => End::GaveUp,
            },
            1 => self.send_blocking(value).map_or(End::Closed, |()| End::Done),
            2 => match self.send_timeout(value, Duration::from_micros(dice.throw(20))) {
                Ok(()) => End::Done,
                Err(SendTimeoutError::Closed(_)) => End::Closed,
                Err(_) => End::GaveUp,
            },
            _ => pollster::block_on(async {
                let mut send = pin!(BoxedChannel::send(self, value));
                match select(send.as_mut(), pause(dice.throw(4))).await {
                    Either::First(sent) => sent.map_or(End::Closed, |()| End::Done),
                    Either::Second(()) => {
                        assert_eq!(send.into_inner(), Some(value), "a send that was given up has its value");
                        End::GaveUp
                    }
                }
            }),
        }
    }

    fn recv(&self, dice: &mut Dice) -> Result<u64, End> {
        match dice.throw(4) {
            0 => self.try_recv().map_err(|error| match error {
                TryRecvError::Closed => End::Closed,
                _ => End::GaveUp,
            }),
            1 => self.recv_blocking().map_err(|_| End::Closed),
            2 => self.recv_timeout(Duration::from_micros(dice.throw(20))).map_err(|error| match error {
                RecvTimeoutError::Closed => End::Closed,
                _ => End::GaveUp,
            }),
            _ => pollster::block_on(async {
                match select(BoxedChannel::recv(self), pause(dice.throw(4))).await {
                    Either::First(received) => received.map_err(|_| End::Closed),
                    Either::Second(()) => Err(End::GaveUp),
                }
            }),
        }
    }

    fn close(&self) {
        BoxedChannel::close(self);
    }
}

/// What is the same of a set of values in whatever order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    count: u64,
    sum: u64,
    mixed: u64,
}

impl Sum {
    fn add(&mut self, value: u64) {
        let mut dice = Dice::new(value);
        self.plus(Self { count: 1, sum: value, mixed: dice.throw(u64::MAX) });
    }

    fn plus(&mut self, other: Self) {
        self.count += other.count;
        self.sum = self.sum.wrapping_add(other.sum);
        self.mixed = self.mixed.wrapping_add(other.mixed);
    }

    fn of(parts: impl Iterator<Item = Self>) -> Self {
        let mut all = Self::default();
        parts.for_each(|part| all.plus(part));
        all
    }
}

fn produce(channel: &impl Closable, me: u64, dice: &mut Dice, begun: &Mark) -> Sum {
    let mut accepted = Sum::default();
    for n in 0.. {
        let value = n << 3 | me;
        match channel.send(value, dice) {
            End::Done => {
                accepted.add(value);
                if accepted.count == 1 {
                    begun.set();
                }
            }
            End::GaveUp => {}
            End::Closed => break,
        }
    }
    accepted
}

fn consume(channel: &impl Closable, dice: &mut Dice) -> Sum {
    let mut drained = Sum::default();
    loop {
        match channel.recv(dice) {
            Ok(value) => drained.add(value),
            Err(End::Closed) => return drained,
            Err(_) => {}
        }
    }
}

const PEOPLE: u64 = 4;

/// What was accepted, and what was drained. Every other channel is closed only after it accepted a
/// value.
fn round(channel: &impl Closable, seed: u64) -> [Sum; 2] {
    let begun = &Mark::default();
    thread::scope(|scope| {
        let dice = |stream| Dice::new(seed.wrapping_add(stream));
        let producers: Vec<_> =
            (0..PEOPLE).map(|me| scope.spawn(move || produce(channel, me, &mut dice(me), begun))).collect();
        let consumers: Vec<_> =
            (0..PEOPLE).map(|me| scope.spawn(move || consume(channel, &mut dice(8 + me)))).collect();
        let mut dice = dice(16);
        if dice.throw(2) == 0 {
            begun.wait_blocking();
        }
        for _ in 0..dice.throw(1 << dice.clone().throw(6)) {
            thread::yield_now();
        }
        channel.close();
        [producers, consumers]
            .map(|threads| Sum::of(threads.into_iter().map(|thread| thread.join().unwrap())))
    })
}

fn rounds() -> u64 {
    if is_deep() { 100_000 } else { 3_000 }
}

#[test]
fn what_was_accepted_is_drained() {
    let seed = seed();
    println!("RINGWAY_SEED={seed}");
    let progress = Arc::<AtomicU64>::default();
    let at = progress.clone();
    let _watch = watch_progress(progress.clone(), move || {
        format!("closing, round {}, RINGWAY_SEED={seed}", at.load(Ordering::Relaxed))
    });
    let mut total = 0;
    for number in 0..rounds() {
        let mut dice = Dice::new(seed.wrapping_add(number));
        let (capacity, spares) = (1 + dice.throw(4) as usize, 16 * dice.throw(2) as usize);
        let channel = BoxedChannel::with_spares(capacity, spares).unwrap();
        let [accepted, drained] = round(&channel, dice.throw(u64::MAX));
        assert_eq!(
            accepted, drained,
            "round {number}, capacity {capacity}, {spares} spares, RINGWAY_SEED={seed}"
        );
        assert!(channel.is_empty());
        total += accepted.count;
        progress.fetch_add(1, Ordering::Relaxed);
    }
    println!("{} rounds, {total} values", rounds());
}

/// Looks at the flag first and pushes then, as one does: a value may come in behind the last look
/// of the consumers. One send is slow enough for that: it stands still between the two until the
/// consumers have gone.
#[derive(Default)]
struct Naive {
    values: Mutex<VecDeque<u64>>,
    is_closed: AtomicBool,
    has_slow_send: AtomicBool,
    slow_send_has_looked: Mark,
    gone: AtomicU64,
    all_gone: Mark,
}

impl Closable for Naive {
    fn send(&self, value: u64, _: &mut Dice) -> End {
        let is_slow = !self.has_slow_send.swap(true, Ordering::SeqCst);
        if self.is_closed.load(Ordering::SeqCst) {
            return End::Closed;
        }
        if is_slow {
            self.slow_send_has_looked.set();
            self.all_gone.wait_blocking();
        }
        self.values.lock().unwrap_or_else(PoisonError::into_inner).push_back(value);
        End::Done
    }

    fn recv(&self, _: &mut Dice) -> Result<u64, End> {
        let is_closed = self.is_closed.load(Ordering::SeqCst);
        let value = self.values.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let end = if is_closed { End::Closed } else { End::GaveUp };
        if value.is_none() && is_closed && self.gone.fetch_add(1, Ordering::SeqCst) + 1 == PEOPLE {
            self.all_gone.set();
        }
        value.ok_or(end)
    }

    fn close(&self) {
        self.slow_send_has_looked.wait_blocking();
        self.is_closed.store(true, Ordering::SeqCst);
    }
}

/// The test of the test.
#[test]
fn a_close_that_is_not_exact_is_noticed() {
    let _watch = watch(|| "a close that is not exact".into());
    let [accepted, drained] = round(&Naive::default(), 0);
    assert_ne!(accepted, drained, "the flaw must show");
}
