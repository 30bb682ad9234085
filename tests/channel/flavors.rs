//! What every flavor of channel has: batches, futures with names, figures.

use crate::wait::Alarm;
use futures::StreamExt;
use ringway::channel::{
    Channel, FilledGrant, Grant, Receiver, RecvError, RecvTimeoutError, SendError, SendTimeoutError, Sender,
    TryRecvError, TrySendError, bounded, oneshot, spsc,
};
use ringway::wait::ThreadLock;
use ringway::{Full, PushError, priority, stack};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    Alarm::new().poll(future)
}

/// A buffer that lets a sender run after each value, as another core would.
struct Refilling<F>(F);

impl<T, F: FnMut()> Extend<T> for Refilling<F> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        values.into_iter().for_each(|_| (self.0)());
    }
}

#[test]
fn a_batch_is_not_larger_than_the_channel_though_a_sender_keeps_up() {
    const BOUND: u32 = 1000;
    let left = std::cell::Cell::new(BOUND);
    let refill = |send: &dyn Fn()| {
        // Bounded, should the batch have no end.
        if left.get() > 0 {
            left.set(left.get() - 1);
            send();
        }
    };
    let (sender, receiver) = bounded(2).unwrap();
    sender.try_send(0).unwrap();
    let mut buffer = Refilling(|| refill(&|| _ = sender.try_send(1)));
    assert_eq!(pollster::block_on(receiver.recv_many(&mut buffer, usize::MAX)), 2);

    let jobs: priority::Channel<u32, 2, 3> = priority::Channel::new();
    jobs.try_send(1, 0).unwrap();
    let mut buffer = Refilling(|| refill(&|| _ = jobs.try_send(0, 1)));
    assert_eq!(pollster::block_on(jobs.recv_many(&mut buffer, usize::MAX)), 6);

    let buffers: stack::Channel<u32, 3> = stack::Channel::new();
    buffers.try_send(0).unwrap();
    let mut buffer = Refilling(|| refill(&|| _ = buffers.try_send(1)));
    assert_eq!(pollster::block_on(buffers.recv_many(&mut buffer, usize::MAX)), 3);
}

#[test]
fn a_batch_takes_what_is_there_up_to_its_limit() {
    let jobs: priority::Channel<u32, 2, 3> = priority::Channel::new();
    for (level, value) in [(1, 10), (0, 20), (1, 30)] {
        jobs.try_send(level, value).unwrap();
    }
    let mut taken = Vec::new();
    assert_eq!(pollster::block_on(jobs.recv_many(&mut taken, 0)), 0);
    assert_eq!(pollster::block_on(jobs.recv_many(&mut taken, 2)), 2);
    assert_eq!(pollster::block_on(jobs.recv_many(&mut taken, 2)), 1);
    jobs.close();
    assert_eq!(pollster::block_on(jobs.recv_many(&mut taken, 2)), 0);
    assert_eq!(taken, [(0, 20), (1, 10), (1, 30)]);
}

/// A send holds its value once, whatever the channel.
#[test]
fn a_send_is_as_large_as_its_value_and_a_dozen_words() {
    type Large = [u8; 1024];
    const MOST: usize = size_of::<Large>() + 14 * size_of::<usize>();
    let value: Large = [0; 1024];
    let channel: Channel<Large, 1> = Channel::new();
    let jobs: priority::Channel<Large, 2, 1> = priority::Channel::new();
    let buffers: stack::Channel<Large, 1> = stack::Channel::new();
    let (sender, _receiver) = bounded(1).unwrap();
    let (mut spsc_sender, _receiver) = spsc::bounded(1).unwrap();
    let sizes = [
        size_of_val(&channel.send(value)),
        size_of_val(&jobs.send(0, value)),
        size_of_val(&buffers.send(value)),
        size_of_val(&sender.send(value)),
        size_of_val(&spsc_sender.send(value)),
    ];
    assert!(sizes.iter().all(|&size| size <= MOST), "{sizes:?}");
}

#[test]
fn a_send_that_is_given_up_gives_its_value_back() {
    let jobs: priority::Channel<&str, 2, 1> = priority::Channel::new();
    jobs.try_send(1, "first").unwrap();
    let mut send = pin!(jobs.send(1, "second"));
    assert!(poll(send.as_mut()).is_pending());
    assert_eq!(send.as_mut().into_inner(), Some("second"));
    assert_eq!(send.into_inner(), None);
    assert_eq!(pollster::block_on(jobs.send(2, "nowhere")), Err(priority::SendError::NoSuchLevel("nowhere")));

    let buffers: stack::Channel<&str, 1> = stack::Channel::new();
    buffers.try_send("first").unwrap();
    let mut send = pin!(buffers.send("second"));
    assert!(poll(send.as_mut()).is_pending());
    assert_eq!(send.into_inner(), Some("second"));
    assert_eq!((buffers.try_recv(), buffers.len()), (Ok("first"), 0));
}

#[test]
fn each_flavor_says_what_it_holds() {
    let jobs: priority::Channel<u32, 2, 1> = priority::Channel::new();
    jobs.try_send(1, 7).unwrap();
    assert_eq!((jobs.len(), jobs.capacity(), jobs.is_empty(), jobs.lengths()), (1, 1, false, [0, 1]));
    assert_eq!([0, 1, 2].map(|level| jobs.is_full(level)), [false, true, false]);
    let buffers: stack::Channel<u32, 2> = stack::Channel::new();
    buffers.try_send(7).unwrap();
    assert_eq!(
        (buffers.len(), buffers.capacity(), buffers.is_empty(), buffers.is_full()),
        (1, 2, false, false)
    );
}

#[test]
fn the_last_end_of_every_flavor_closes_its_channel() {
    let jobs: priority::Channel<u32, 2, 1> = priority::Channel::new();
    let (sender, receiver) = (jobs.closing_sender(), jobs.closing_receiver());
    let other = sender.clone();
    drop(sender);
    assert!(!receiver.is_closed());
    assert_eq!(other.try_send(1, 7), Ok(()));
    assert_eq!(other.try_send(2, 7), Err(priority::TrySendError::NoSuchLevel(7)));
    drop(receiver);
    assert_eq!(other.try_send(0, 8), Err(priority::TrySendError::Closed(8)));
    assert_eq!(jobs.try_recv(), Ok((1, 7)), "a borrowed channel keeps what is left");

    let (sender, receiver) = stack::Channel::<Arc<()>, 2>::new().into_split();
    let value = Arc::new(());
    assert!(sender.try_send(value.clone()).is_ok());
    drop(receiver);
    assert_eq!(Arc::strong_count(&value), 1, "an owned channel drops it");
    assert!(sender.is_closed());
}

#[test]
fn ends_of_every_flavor_wait_in_tasks_and_threads() {
    let (sender, receiver) = priority::Channel::<u32, 2, 1>::new().into_split();
    let thread = thread::spawn(move || {
        sender.send_blocking(1, 1).unwrap();
        pollster::block_on(sender.send(0, 2)).unwrap();
        sender.send_timeout(1, 3, Duration::from_secs(600)).unwrap();
    });
    let mut received: Vec<_> = std::iter::from_fn(|| receiver.recv_blocking().ok()).collect();
    thread.join().unwrap();
    received.sort_unstable();
    assert_eq!(received, [(0, 2), (1, 1), (1, 3)]);

    let (sender, receiver) = stack::Channel::<u32, 1>::new().into_split();
    let thread = thread::spawn(move || (0..3).for_each(|n| sender.send_blocking(n).unwrap()));
    let received = pollster::block_on(pin!(receiver.stream()).collect::<Vec<_>>());
    thread.join().unwrap();
    assert_eq!(received, [0, 1, 2]);
}

#[test]
fn errors_say_what_happened_and_become_each_other() {
    assert!(TrySendError::Full(1).is_full() && !TrySendError::Full(1).is_closed());
    assert!(TrySendError::from(SendError(1)).is_closed() && TrySendError::from(Full(1)).is_full());
    assert!(SendTimeoutError::from(SendError(1)).is_closed() && SendTimeoutError::Timeout(1).is_timeout());
    assert!(TryRecvError::from(RecvError).is_closed() && TryRecvError::Empty.is_empty());
    assert!(RecvTimeoutError::from(RecvError).is_closed() && RecvTimeoutError::Timeout.is_timeout());
}

#[test]
fn errors_of_levels_say_what_happened_and_become_each_other() {
    use ringway::priority::{SendError, SendTimeoutError, TrySendError};

    assert!(TrySendError::from(PushError::Full(1)).is_full() && PushError::from(Full(1)).is_full());
    assert!(TrySendError::from(PushError::NoSuchLevel(1)) == TrySendError::NoSuchLevel(1));
    assert!(TrySendError::from(SendError::Closed(1)).is_closed());
    assert!(TrySendError::from(SendError::NoSuchLevel(1)) == TrySendError::NoSuchLevel(1));
    assert!(SendTimeoutError::from(SendError::Closed(1)).is_closed());
    assert!(SendTimeoutError::from(SendError::NoSuchLevel(1)) == SendTimeoutError::NoSuchLevel(1));
    assert!(SendTimeoutError::Timeout(1).is_timeout() && SendError::Closed(1).is_closed());
    let texts = [SendTimeoutError::Timeout(1), SendTimeoutError::Closed(1), SendTimeoutError::NoSuchLevel(1)];
    assert_eq!(
        texts.map(|error| error.to_string()),
        ["timed out", "the channel is closed", "there is no such level"]
    );
    assert_eq!(TrySendError::Full(1).to_string(), "the level is full");
}

/// Each reason has one name, whether the channel has levels or not.
#[test]
fn a_send_that_timed_out_says_so_on_every_flavor() {
    const SHORT: Duration = Duration::from_millis(2);
    let soon = || Instant::now() + SHORT;

    let channel: Channel<u32, 1> = Channel::new();
    let (sender, _receiver) = bounded(1).unwrap();
    let buffers: stack::Channel<u32, 1> = stack::Channel::new();
    let (ours, mut theirs) = (buffers.closing_sender(), spsc::bounded(1).unwrap());
    for error in [
        [channel.send_timeout(1, SHORT), channel.send_timeout(2, SHORT), channel.send_deadline(2, soon())],
        [sender.send_timeout(1, SHORT), sender.send_timeout(2, SHORT), sender.send_deadline(2, soon())],
        [buffers.send_timeout(1, SHORT), buffers.send_timeout(2, SHORT), ours.send_deadline(2, soon())],
        [theirs.0.send_timeout(1, SHORT), theirs.0.send_timeout(2, SHORT), theirs.0.send_deadline(2, soon())],
    ] {
        assert_eq!(error, [Ok(()), Err(SendTimeoutError::Timeout(2)), Err(SendTimeoutError::Timeout(2))]);
    }

    let jobs: priority::Channel<u32, 2, 1> = priority::Channel::new();
    let sender = jobs.closing_sender();
    assert_eq!(jobs.send_timeout(0, 1, SHORT), Ok(()));
    assert_eq!(jobs.send_timeout(0, 2, SHORT), Err(priority::SendTimeoutError::Timeout(2)));
    assert_eq!(jobs.send_deadline(0, 2, soon()), Err(priority::SendTimeoutError::Timeout(2)));
    assert_eq!(sender.send_timeout(0, 2, SHORT), Err(priority::SendTimeoutError::Timeout(2)));
    assert_eq!(sender.send_deadline(0, 2, soon()), Err(priority::SendTimeoutError::Timeout(2)));
}

#[test]
fn a_send_to_a_level_that_is_full_closed_or_missing_says_which() {
    let jobs: priority::Channel<u32, 2, 1> = priority::Channel::new();
    let sender = jobs.closing_sender();
    jobs.try_send(0, 1).unwrap();
    assert_eq!(jobs.try_send(0, 2), Err(priority::TrySendError::Full(2)));
    assert_eq!(jobs.try_send(2, 2), Err(priority::TrySendError::NoSuchLevel(2)));
    assert_eq!(jobs.send_blocking(2, 2), Err(priority::SendError::NoSuchLevel(2)));
    assert_eq!(jobs.send_timeout(2, 2, Duration::MAX), Err(priority::SendTimeoutError::NoSuchLevel(2)));
    drop(sender);
    assert_eq!(jobs.try_send(0, 2), Err(priority::TrySendError::Closed(2)));
    assert_eq!(jobs.send_blocking(0, 2), Err(priority::SendError::Closed(2)));
    assert_eq!(jobs.send_timeout(0, 2, Duration::MAX), Err(priority::SendTimeoutError::Closed(2)));
    assert_eq!(pollster::block_on(jobs.send(0, 2)), Err(priority::SendError::Closed(2)));
    assert_eq!(jobs.try_recv(), Ok((0, 1)));
}

/// An end of a channel that lives longer is one of a channel that lives shorter, too. That this
/// compiles is the test.
#[test]
fn ends_are_covariant_in_the_lifetime_of_their_channel() {
    type Fifo<'s> = (Sender<'s, u8>, Receiver<'s, u8>);
    type ByLevel<'s> = (priority::Sender<'s, u8, 2, 1>, priority::Receiver<'s, u8, 2, 1>);
    type Stacked<'s> = (stack::Sender<'s, u8, 1>, stack::Receiver<'s, u8, 1>);
    type Spsc<'s> = (spsc::Sender<'s, u8>, spsc::Receiver<'s, u8>);
    type Once<'s> = (oneshot::Sender<'s, u8>, oneshot::Receiver<'s, u8>);
    type All<'s> = (Fifo<'s>, ByLevel<'s>, Stacked<'s>, Spsc<'s>, Once<'s>);

    fn shorter<'s>(all: All<'static>) -> All<'s> {
        all
    }

    let ((sender, receiver), ..) = shorter((
        bounded(1).unwrap(),
        priority::Channel::new().into_split(),
        stack::Channel::new().into_split(),
        spsc::bounded(1).unwrap(),
        oneshot::channel(),
    ));
    sender.try_send(7).unwrap();
    assert_eq!(receiver.try_recv(), Ok(7));
}

#[test]
fn grants_are_covariant_in_the_lifetime_of_their_channel() {
    type Both<'s> = (Grant<'s, u8, ThreadLock>, FilledGrant<'s, u8, ThreadLock>);

    fn shorter<'s>(both: Both<'static>) -> Both<'s> {
        both
    }

    static CHANNEL: Channel<u8, 2> = Channel::new();
    let both = (CHANNEL.reserve().unwrap(), CHANNEL.reserve().unwrap().write(7));
    let (_, filled) = shorter(both);
    filled.try_send().unwrap();
    assert_eq!(CHANNEL.try_recv(), Ok(7));
}

/// The names of the module hide nothing of the prelude.
#[test]
fn a_glob_import_does_not_hide_the_trait_send() {
    #[allow(unused_imports, reason = "that the bound below still compiles is the test")]
    use ringway::channel::*;
    fn is_send<T: Send>() {}
    is_send::<u8>();
}
