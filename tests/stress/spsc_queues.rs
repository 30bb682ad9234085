//! SPSC queues.

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
            let free = producer.free_capacity();
            let mut chunk = producer.write_chunk(free).expect("the free places stay free");
            // Fewer than were claimed.
            chunk.fill(tokens(next).take(free / 2));
            chunk.commit()
        }
        _ => {
            // Abandoned: these values must never be received.
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
        let (producer, consumer) = queue.take().expect("the ends were not taken before");
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
