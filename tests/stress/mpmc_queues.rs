//! MPMC queues.

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
        let consumers: Vec<_> = (0..consumers).map(|_| scope.spawn(move || consume(queue, left))).collect();
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

/// With a place for each of the threads, and spares for twice the others, neither may ever be
/// refused.
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
fn values_that_force_push_displaces_are_not_lost() {
    displaced_or_popped::<1>();
    displaced_or_popped::<3>();
    displaced_or_popped::<64>();
}
