//! Real threads, as fast as they can, with checksums: nothing is lost, doubled, torn or out of order.
//!
//! Each scenario is short by default. `RINGWAY_STRESS=5 cargo test --release --test stress` gives each five
//! seconds instead.

#[path = "support/watchdog.rs"]
mod watchdog;

use ringway::{mpmc, spsc};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};
use watchdog::{Watch, watch_progress};

/// How many values came out, of all scenarios: where none do any more, one was lost, and its consumer waits for ever.
static PROGRESS: LazyLock<Arc<AtomicU64>> = LazyLock::new(Arc::default);

fn watch(name: &'static str) -> Watch {
    watch_progress(PROGRESS.clone(), move || name.into())
}

/// Now and then, so that threads meet at the queue rather than here.
fn note_progress(count: u64) {
    if count.is_multiple_of(64) {
        PROGRESS.fetch_add(1, Ordering::Relaxed);
    }
}

/// How long each scenario pushes.
fn budget() -> Duration {
    let seconds =
        std::env::var("RINGWAY_STRESS").map(|text| text.parse().expect("RINGWAY_STRESS is in seconds"));
    Duration::from_secs_f64(seconds.unwrap_or(0.1))
}

/// A value that shows when half of it is another's.
#[derive(Clone, Copy)]
struct Token {
    number: u64,
    inverse: u64,
}

impl Token {
    fn new(number: u64) -> Self {
        Self { number, inverse: !number }
    }

    fn open(self) -> u64 {
        assert_eq!(self.number, !self.inverse, "a torn value");
        self.number
    }
}

/// What is the same of a set of values in whatever order.
#[derive(Debug, Default, PartialEq)]
struct Checksum {
    count: u64,
    sum: u64,
    xor: u64,
}

impl Checksum {
    fn add(&mut self, number: u64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(number);
        self.xor ^= number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
    }

    fn of(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::default(), |all, part| Self {
            count: all.count + part.count,
            sum: all.sum.wrapping_add(part.sum),
            xor: all.xor ^ part.xor,
        })
    }
}

/// A small generator of numbers.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }
}

/// Repeats a call that may find the queue full or empty, and lets others work in between: there may be more
/// threads than cores.
fn until_some<T>(mut call: impl FnMut() -> Option<T>) -> T {
    loop {
        match call() {
            Some(value) => return value,
            None => thread::yield_now(),
        }
    }
}

mod mpmc_queues {
    use super::*;

    const PRODUCER_BITS: u32 = 8;

    fn push(queue: mpmc::View<'_, Token>, token: Token, by_grant: bool) -> Option<()> {
        if by_grant { queue.reserve()?.write(token).commit().ok() } else { queue.push(token).ok() }
    }

    fn pop(queue: mpmc::View<'_, Token>, by_reference: bool) -> Option<Token> {
        if by_reference { queue.pop_ref().map(|taken| *taken) } else { queue.pop() }
    }

    fn produce(queue: mpmc::View<'_, Token>, producer: u64, end: Instant) -> Checksum {
        let mut pushed = Checksum::default();
        for sequence in 0.. {
            if sequence % 64 == 0 && Instant::now() > end {
                break;
            }
            let number = sequence << PRODUCER_BITS | producer;
            until_some(|| push(queue, Token::new(number), sequence % 5 == 0));
            pushed.add(number);
        }
        pushed
    }

    /// Pops until the queue is empty after the last producer has gone.
    fn consume(queue: mpmc::View<'_, Token>, producers: &AtomicUsize) -> Checksum {
        let mut popped = Checksum::default();
        let mut next = [0; 1 << PRODUCER_BITS];
        loop {
            let last_look = producers.load(Ordering::Acquire) == 0;
            let Some(token) = pop(queue, popped.count % 7 == 0) else {
                if last_look {
                    return popped;
                }
                thread::yield_now();
                continue;
            };
            let number = token.open();
            let (producer, sequence) = (number as usize % next.len(), number >> PRODUCER_BITS);
            assert!(sequence >= next[producer], "the values of one producer stay in order");
            next[producer] = sequence + 1;
            popped.add(number);
            note_progress(popped.count);
        }
    }

    fn checksums_agree<const N: usize>(producers: u64, consumers: usize) {
        let _watch = watch("checksums that must agree");
        let queue = mpmc::Queue::<Token, N>::new();
        let end = Instant::now() + budget();
        let left = AtomicUsize::new(producers as usize);
        let (pushed, popped) = thread::scope(|scope| {
            let (queue, left) = (queue.view(), &left);
            let producers: Vec<_> = (0..producers)
                .map(|producer| {
                    scope.spawn(move || {
                        let pushed = produce(queue, producer, end);
                        left.fetch_sub(1, Ordering::Release);
                        pushed
                    })
                })
                .collect();
            let consumers: Vec<_> =
                (0..consumers).map(|_| scope.spawn(move || consume(queue, left))).collect();
            let all = |threads: Vec<thread::ScopedJoinHandle<'_, Checksum>>| {
                Checksum::of(threads.into_iter().map(|thread| thread.join().unwrap()))
            };
            (all(producers), all(consumers))
        });
        assert_eq!(pushed, popped);
        assert!(queue.is_empty());
        println!("{producers}P{consumers}C at {N}: {} values", pushed.count);
    }

    fn at_every_capacity(producers: u64, consumers: usize) {
        checksums_agree::<1>(producers, consumers);
        checksums_agree::<2>(producers, consumers);
        checksums_agree::<3>(producers, consumers);
        checksums_agree::<64>(producers, consumers);
    }

    #[test]
    fn two_producers_and_two_consumers_lose_nothing() {
        at_every_capacity(2, 2);
    }

    #[test]
    fn four_producers_and_four_consumers_lose_nothing() {
        at_every_capacity(4, 4);
    }

    #[test]
    fn one_producer_and_three_consumers_lose_nothing() {
        at_every_capacity(1, 3);
    }

    /// With a place for each of the threads, and spares for twice the others, neither may ever be refused.
    fn never_refused<const N: usize, const S: usize>() {
        let _watch = watch("threads that are never refused");
        let queue = mpmc::Queue::<Token, N, S>::new();
        let end = Instant::now() + budget();
        let sums = thread::scope(|scope| {
            let queue = &queue;
            let threads: Vec<_> = (0..N as u64)
                .map(|me| {
                    scope.spawn(move || {
                        let (mut pushed, mut popped) = (Checksum::default(), Checksum::default());
                        while pushed.count % 64 != 0 || Instant::now() < end {
                            let number = pushed.count << PRODUCER_BITS | me;
                            assert!(queue.push(Token::new(number)).is_ok(), "full, with a place for each");
                            pushed.add(number);
                            let token = queue.pop().expect("empty, with a value of ours or another's");
                            popped.add(token.open());
                            note_progress(popped.count);
                        }
                        (pushed, popped)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        let (pushed, popped): (Vec<_>, Vec<_>) = sums.into_iter().unzip();
        assert_eq!(Checksum::of(pushed), Checksum::of(popped));
        assert!(queue.is_empty());
    }

    #[test]
    fn threads_that_push_before_they_pop_never_find_the_queue_full_or_empty() {
        never_refused::<1, 0>();
        never_refused::<2, 2>();
        never_refused::<3, 4>();
        never_refused::<4, 6>();
    }

    fn displaced_or_popped<const N: usize>() {
        let _watch = watch("values that are displaced or popped");
        let queue = mpmc::Queue::<Token, N>::new();
        let end = Instant::now() + budget();
        let left = AtomicUsize::new(2);
        let sums = thread::scope(|scope| {
            let (queue, left) = (&queue, &left);
            let pushing = |producer: u64| {
                move || {
                    let (mut pushed, mut displaced) = (Checksum::default(), Checksum::default());
                    while pushed.count % 64 != 0 || Instant::now() < end {
                        let number = pushed.count << PRODUCER_BITS | producer;
                        queue.force_push_with(Token::new(number), |token| displaced.add(token.open()));
                        pushed.add(number);
                    }
                    left.fetch_sub(1, Ordering::Release);
                    (pushed, displaced)
                }
            };
            let threads = [scope.spawn(pushing(0)), scope.spawn(pushing(1))];
            let popped = consume(queue.view(), left);
            let [first, second] = threads.map(|thread| thread.join().unwrap());
            (Checksum::of([first.0, second.0]), Checksum::of([first.1, second.1, popped]))
        });
        assert_eq!(sums.0, sums.1, "each value is popped or displaced, once");
    }

    #[test]
    fn values_that_force_push_displaces_are_lost_to_nobody() {
        displaced_or_popped::<1>();
        displaced_or_popped::<3>();
        displaced_or_popped::<64>();
    }
}

mod spsc_queues {
    use super::*;

    /// The numbers from `next` on.
    fn tokens(next: u64) -> impl Iterator<Item = Token> {
        (next..).map(Token::new)
    }

    /// Pushes some of the numbers from `next` on in one of the ways there are; says how many.
    fn push_some(producer: &mut spsc::Producer<'_, Token>, dice: &mut Dice, next: u64) -> usize {
        let size = 1 + dice.throw(producer.capacity() + 1);
        match dice.throw(5) {
            0 => usize::from(producer.push(Token::new(next)).is_ok()),
            1 => producer.push_slice(&tokens(next).take(size).collect::<Vec<_>>()),
            2 => {
                let Ok(mut chunk) = producer.write_chunk(size) else { return 0 };
                chunk.fill(tokens(next));
                chunk.commit()
            }
            3 => {
                let free = producer.free();
                let mut chunk = producer.write_chunk(free).expect("nobody takes free places away");
                // Fewer than were claimed.
                chunk.fill(tokens(next).take(free / 2));
                chunk.commit()
            }
            _ => {
                // Given up: nobody may ever see these.
                if let Ok(mut chunk) = producer.write_chunk(1) {
                    chunk.fill([Token { number: 0, inverse: 0 }]);
                }
                0
            }
        }
    }

    /// Checks numbers that came out against those to come.
    fn expect(next: u64, values: impl IntoIterator<Item = Token>) -> usize {
        values.into_iter().zip(next..).map(|(token, number)| assert_eq!(token.open(), number)).count()
    }

    /// Pops some values in one of the ways there are; says how many.
    fn pop_some(consumer: &mut spsc::Consumer<'_, Token>, dice: &mut Dice, next: u64) -> usize {
        let size = 1 + dice.throw(consumer.capacity() + 1);
        match dice.throw(7) {
            0 => expect(next, consumer.pop()),
            1 => {
                let mut values = vec![Token::new(0); size];
                let count = consumer.pop_slice(&mut values);
                expect(next, values[..count].iter().copied())
            }
            2 => {
                let Ok(chunk) = consumer.read_chunk(size) else { return 0 };
                let (first, second) = chunk.as_slices();
                expect(next, first.iter().chain(second).copied());
                chunk.commit(size / 2);
                size / 2
            }
            3 => {
                let Ok(chunk) = consumer.read_chunk(size) else { return 0 };
                expect(next, chunk.into_iter().take(size / 2))
            }
            4 => expect(next, consumer.drain().take(size)),
            5 => {
                expect(next, consumer.iter().copied());
                consumer.skip(size)
            }
            _ => {
                expect(next, consumer.peek().copied());
                expect(next, consumer.pop())
            }
        }
    }

    /// Sends numbers until `end`, and then says how many.
    fn produce(mut producer: spsc::Producer<'_, Token>, end: Instant, total: &AtomicU64) {
        let mut dice = Dice(0x5eed);
        let mut next = 0;
        while Instant::now() < end {
            match push_some(&mut producer, &mut dice, next) {
                0 => thread::yield_now(),
                count => next += count as u64,
            }
            assert!(producer.len() <= producer.capacity());
        }
        total.store(next, Ordering::Release);
    }

    fn consume(mut consumer: spsc::Consumer<'_, Token>, total: &AtomicU64) -> u64 {
        let mut dice = Dice(0xd1ce);
        let mut next = 0;
        while next != total.load(Ordering::Acquire) {
            match pop_some(&mut consumer, &mut dice, next) {
                0 => thread::yield_now(),
                count => next += count as u64,
            }
            note_progress(next);
        }
        assert_eq!(consumer.pop().map(Token::open), None);
        next
    }

    fn all_ways_mixed<const N: usize>() {
        let _watch = watch("all ways to push and pop");
        let mut queue = spsc::Queue::<Token, N>::new();
        let end = Instant::now() + budget();
        let total = AtomicU64::new(u64::MAX);
        let count = thread::scope(|scope| {
            let (producer, consumer) = queue.split();
            scope.spawn(|| produce(producer, end, &total));
            consume(consumer, &total)
        });
        assert!(queue.is_empty());
        println!("1P1C at {N}: {count} values");
    }

    #[test]
    fn all_ways_to_push_and_pop_keep_the_order() {
        all_ways_mixed::<1>();
        all_ways_mixed::<2>();
        all_ways_mixed::<3>();
        all_ways_mixed::<64>();
    }

    #[test]
    fn an_observer_of_a_queue_at_work_sees_a_possible_length() {
        let _watch = watch("an observer of a queue at work");
        let queue = spsc::Queue::<Token, 3>::new();
        let end = Instant::now() + budget();
        let total = AtomicU64::new(u64::MAX);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let (producer, consumer) = queue.take().expect("nobody took the ends before");
            scope.spawn(|| produce(producer, end, &total));
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    assert!(queue.len() <= 3);
                    thread::yield_now();
                }
            });
            consume(consumer, &total);
            done.store(true, Ordering::Relaxed);
        });
        assert_eq!(queue.len(), 0);
    }
}

/// Two threads write to one place without asking: what a sanitizer is expected to report. Run by `ci/tsan`.
#[test]
#[ignore = "a data race on purpose; only a sanitizer makes it fail"]
fn a_race_on_purpose() {
    struct Racy(std::cell::UnsafeCell<u64>);
    // SAFETY: it is not, and a race is what this is for; the values are plain numbers that nobody uses.
    unsafe impl Sync for Racy {}

    let racy = Racy(std::cell::UnsafeCell::new(0));
    thread::scope(|scope| {
        for number in 0..2 {
            let racy = &racy;
            // SAFETY: in bounds of a live number; the race itself is the point.
            scope.spawn(move || (0..1000).for_each(|_| unsafe { racy.0.get().write_volatile(number) }));
        }
    });
}
