//! Many waiters: no allocation, first come, first served.

use crate::wait::Alarm;
use ringway::channel::{Channel, RecvTimeoutError, oneshot, spsc};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use std::time::Duration;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// Counts what each thread asks for: other tests run at the same time.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every request goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of this function, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(start, layout) }
    }
}

fn allocations<O>(body: impl FnOnce() -> O) -> (usize, O) {
    let before = ALLOCATIONS.get();
    let output = body();
    (ALLOCATIONS.get() - before, output)
}

/// The test of the test.
#[test]
fn an_allocation_is_counted() {
    assert_eq!(allocations(|| Box::new(1)).0, 1);
    assert_eq!(allocations(|| 1).0, 0);
}

const WAITERS: usize = 1000;

/// Wakers that note when they were woken, without allocation.
struct Roll {
    ticks: AtomicUsize,
    woken_at: [AtomicUsize; WAITERS],
}

static FUNCTIONS: RawWakerVTable =
    RawWakerVTable::new(|data| RawWaker::new(data, &FUNCTIONS), note, note, |_| {});

/// Each is used by one test.
static ROLLS: [Roll; 4] =
    [const { Roll { ticks: AtomicUsize::new(0), woken_at: [const { AtomicUsize::new(0) }; WAITERS] } }; 4];

unsafe fn note(data: *const ()) {
    let name = data.addr() - 1;
    let roll = &ROLLS[name / WAITERS];
    roll.woken_at[name % WAITERS].store(1 + roll.ticks.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
}

impl Roll {
    fn waker(roll: usize, waiter: usize) -> Waker {
        let data = std::ptr::without_provenance(roll * WAITERS + waiter + 1);
        // SAFETY: the functions use the data as a number only, and wakers of one number are alike.
        unsafe { Waker::from_raw(RawWaker::new(data, &FUNCTIONS)) }
    }

    /// The waiters that were woken, first to last.
    fn order(&self) -> Vec<usize> {
        let at = |waiter: &usize| self.woken_at[*waiter].load(Ordering::Relaxed);
        let mut woken: Vec<_> = (0..WAITERS).filter(|waiter| at(waiter) > 0).collect();
        woken.sort_unstable_by_key(at);
        woken
    }
}

type Line<F> = Vec<Pin<Box<F>>>;

fn poll<F: Future>(roll: usize, waiter: usize, future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(&Roll::waker(roll, waiter)))
}

#[test]
fn a_thousand_receivers_wait_without_allocation_and_are_woken_in_their_order() {
    static CHANNEL: Channel<usize, WAITERS> = Channel::new();
    let mut line: Line<_> = (0..WAITERS).map(|_| Box::pin(CHANNEL.recv())).collect();
    let (count, ()) = allocations(|| {
        for (waiter, recv) in line.iter_mut().enumerate() {
            assert!(poll(0, waiter, recv).is_pending());
        }
        // Polled again they keep their places.
        for (waiter, recv) in line.iter_mut().enumerate().rev() {
            assert!(poll(0, waiter, recv).is_pending());
        }
        (0..WAITERS).for_each(|n| CHANNEL.try_send(n).unwrap());
        for (waiter, recv) in line.iter_mut().enumerate() {
            assert_eq!(poll(0, waiter, recv), Poll::Ready(Ok(waiter)));
        }
    });
    assert_eq!(count, 0, "allocations");
    assert!(ROLLS[0].order().into_iter().eq(0..WAITERS));
    drop(line);
}

#[test]
fn a_thousand_senders_wait_without_allocation_and_are_woken_in_their_order() {
    static CHANNEL: Channel<usize, 1> = Channel::new();
    CHANNEL.try_send(WAITERS).unwrap();
    let mut line: Line<_> = (0..WAITERS).map(|n| Box::pin(CHANNEL.send(n))).collect();
    let (count, ()) = allocations(|| {
        for (waiter, send) in line.iter_mut().enumerate() {
            assert!(poll(1, waiter, send).is_pending());
        }
        assert_eq!(CHANNEL.try_recv(), Ok(WAITERS));
        for (waiter, send) in line.iter_mut().enumerate() {
            assert_eq!(poll(1, waiter, send), Poll::Ready(Ok(())));
            assert_eq!(CHANNEL.try_recv(), Ok(waiter));
        }
    });
    assert_eq!(count, 0, "allocations");
    assert!(ROLLS[1].order().into_iter().eq(0..WAITERS));
    drop(line);
}

#[test]
fn closing_wakes_a_thousand_waiters_without_allocation_and_in_their_order() {
    static CHANNEL: Channel<usize, 1> = Channel::new();
    let mut line: Line<_> = (0..WAITERS).map(|_| Box::pin(CHANNEL.recv())).collect();
    let (count, ()) = allocations(|| {
        line.iter_mut().enumerate().for_each(|(waiter, recv)| assert!(poll(2, waiter, recv).is_pending()));
        CHANNEL.close();
    });
    assert_eq!(count, 0, "allocations");
    assert!(ROLLS[2].order().into_iter().eq(0..WAITERS));
}

#[test]
fn a_thousand_are_cancelled_without_allocation_whatever_their_order() {
    static CHANNEL: Channel<usize, 1> = Channel::new();
    let mut line: Vec<Option<Pin<Box<_>>>> = (0..WAITERS).map(|_| Some(Box::pin(CHANNEL.recv()))).collect();
    let (count, ()) = allocations(|| {
        for (waiter, recv) in line.iter_mut().enumerate() {
            assert!(poll(3, waiter, recv.as_mut().unwrap()).is_pending());
        }
        // Every seventh first, and so on: 7 and 1 000 have no common divisor. The last one stays.
        (0..WAITERS - 1).for_each(|n| line[7 * n % WAITERS] = None);
        CHANNEL.try_send(1).unwrap();
    });
    assert_eq!(count, 0, "allocations");
    let last = 7 * (WAITERS - 1) % WAITERS;
    assert_eq!(ROLLS[3].order(), [last]);
    assert_eq!(poll(3, last, line[last].as_mut().unwrap()), Poll::Ready(Ok(1)));
}

/// What a waiter costs is what its future takes.
#[test]
fn a_waiter_takes_a_dozen_words() {
    const WORD: usize = size_of::<usize>();
    let channel: Channel<u64, 1> = Channel::new();
    let (recv, send) = (size_of_val(&channel.recv()), size_of_val(&channel.send(7)));
    println!("bytes: recv {recv}, send of a word {send}");
    assert!(recv <= 10 * WORD && send <= 12 * WORD);
    let (closed, room) = (size_of_val(&channel.closed()), size_of_val(&channel.wait_for_room()));
    println!("bytes: closed {closed}, wait_for_room {room}");
    assert!(closed <= 10 * WORD && room <= 10 * WORD);
}

/// Allowed, and documented: a caller that does not wait may be faster than a waiter that was woken.
#[test]
fn a_caller_that_does_not_wait_may_be_served_first_and_a_waiter_woken_in_vain_keeps_its_place() {
    let channel: Channel<_, 2> = Channel::new();
    let alarms = [Alarm::new(), Alarm::new()];
    let (mut first, mut second) = (pin!(channel.recv()), pin!(channel.recv()));
    assert!(alarms[0].poll(first.as_mut()).is_pending());
    assert!(alarms[1].poll(second.as_mut()).is_pending());
    channel.try_send(1).unwrap();
    assert_eq!(channel.try_recv(), Ok(1), "faster than the first");
    assert!(alarms[0].rang());
    assert!(alarms[0].poll(first.as_mut()).is_pending());
    channel.try_send(2).unwrap();
    assert_eq!(
        alarms.each_ref().map(|alarm| alarm.rang()),
        [true, false],
        "the first is still before the second"
    );
    assert_eq!(alarms[0].poll(first), Poll::Ready(Ok(2)));
}

#[test]
fn threads_and_other_channels_wait_without_allocation() {
    static CHANNEL: Channel<usize, 1> = Channel::new();
    static SPSC: spsc::Channel<usize, 1> = spsc::Channel::new();
    let short = Duration::from_millis(1);
    // The first wait of a thread allocates what it sleeps on.
    assert_eq!(CHANNEL.recv_timeout(short), Err(RecvTimeoutError::Timeout));
    let (mut sender, mut receiver) = SPSC.take().unwrap();
    let mut place = oneshot::Oneshot::new();
    let (reply, mut replied) = place.split();
    let (count, ()) = allocations(|| {
        assert_eq!(CHANNEL.recv_timeout(short), Err(RecvTimeoutError::Timeout));
        CHANNEL.try_send(1).unwrap();
        assert!(CHANNEL.send_timeout(2, short).is_err());
        assert!(receiver.recv_timeout(short).is_err());
        sender.try_send(1).unwrap();
        assert!(sender.send_timeout(2, short).is_err());
        assert!(replied.recv_timeout(short).is_err());
        reply.send(1).unwrap();
        assert_eq!(replied.recv_timeout(short), Ok(1));
    });
    assert_eq!(count, 0, "allocations");
}

#[test]
fn a_stream_and_a_sink_pass_values_without_allocation() {
    use futures::{Sink, Stream};
    let channel: Channel<_, 1> = Channel::new();
    let (mut stream, mut sink) = (pin!(channel.stream()), pin!(channel.sink()));
    let waker = Waker::noop();
    let context = &mut Context::from_waker(waker);
    let (count, ()) = allocations(|| {
        for n in 0..10 {
            assert!(stream.as_mut().poll_next(context).is_pending());
            for value in [n, -n] {
                assert_eq!(sink.as_mut().poll_ready(context), Poll::Ready(Ok(())));
                assert_eq!(sink.as_mut().start_send(value), Ok(()));
            }
            assert!(sink.as_mut().poll_flush(context).is_pending());
            assert_eq!(stream.as_mut().poll_next(context), Poll::Ready(Some(n)));
            assert_eq!(sink.as_mut().poll_flush(context), Poll::Ready(Ok(())));
            assert_eq!(stream.as_mut().poll_next(context), Poll::Ready(Some(-n)));
        }
    });
    assert_eq!(count, 0, "allocations");
}
