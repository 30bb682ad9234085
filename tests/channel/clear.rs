//! `clear` and `free_capacity` on every flavor, and the spare slots of a boxed channel.

use ringway::channel::{self, BoxedChannel, Channel, TryRecvError};
use ringway::wait::NoLock;
use ringway::{priority, stack};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

#[test]
fn clear_wakes_the_senders_that_wait() {
    let (sender, receiver) = channel::bounded(2).unwrap();
    assert!((0..2).all(|value| sender.try_send(value).is_ok()));
    let waiting: Vec<_> = (2..4)
        .map(|value| {
            let sender = sender.clone();
            thread::spawn(move || sender.send_blocking(value))
        })
        .collect();
    thread::sleep(Duration::from_millis(5));
    let mut cleared = 0;
    while cleared < 4 {
        cleared += receiver.clear();
        thread::yield_now();
    }
    waiting.into_iter().for_each(|sending| sending.join().unwrap().unwrap());
    assert_eq!((receiver.len(), receiver.free_capacity(), sender.free_capacity()), (0, 2, 2));
}

#[test]
fn a_closed_channel_is_cleared_and_stays_closed() {
    let channel = Channel::<_, 3, NoLock>::new();
    assert!((0..2).all(|value| channel.try_send(value).is_ok()));
    channel.close();
    assert_eq!((channel.clear(), channel.clear()), (2, 0));
    assert_eq!(channel.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn every_flavor_is_cleared_and_knows_its_room() {
    let fifo = Channel::<u8, 3, NoLock>::new();
    fifo.try_send(1).unwrap();
    assert_eq!((fifo.free_capacity(), fifo.view().clear(), fifo.free_capacity()), (2, 1, 3));

    let lifo = stack::Channel::<u8, 3, NoLock>::new();
    lifo.try_send(1).unwrap();
    assert_eq!((lifo.free_capacity(), lifo.clear(), lifo.free_capacity()), (2, 1, 3));

    let jobs = priority::Channel::<u8, 2, 3, priority::Strict, NoLock>::new();
    let (sender, receiver) = (jobs.closing_sender(), jobs.closing_receiver());
    [0, 1, 1].into_iter().for_each(|level| sender.try_send(level, 7).unwrap());
    assert_eq!([0, 1, 2].map(|level| receiver.free_capacity(level)), [2, 1, 0]);
    assert_eq!((receiver.clear(), jobs.free_capacity(1), jobs.lengths()), (3, 3, [0, 0]));

    let mut pair = channel::spsc::Channel::<u8, 3>::new();
    let (mut sender, mut receiver) = pair.split();
    sender.try_send(1).unwrap();
    assert_eq!((sender.free_capacity(), receiver.free_capacity(), receiver.clear()), (2, 2, 1));
    assert_eq!((sender.free_capacity(), receiver.clear()), (3, 0));
}

#[test]
fn a_receiver_that_clears_wakes_the_only_sender() {
    let (mut sender, mut receiver) = channel::spsc::bounded(1).unwrap();
    sender.try_send(1).unwrap();
    let sending = thread::spawn(move || sender.send_blocking(2));
    let mut cleared = 0;
    while cleared < 2 {
        cleared += receiver.clear();
        thread::yield_now();
    }
    sending.join().unwrap().unwrap();
}

struct Bomb(bool);

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!self.0, "as intended");
    }
}

#[test]
fn a_panicking_drop_in_clear_leaves_the_values_behind_it() {
    let channel = Channel::<_, 3, NoLock>::new();
    [false, true, false].into_iter().for_each(|is_bomb| assert!(channel.try_send(Bomb(is_bomb)).is_ok()));
    assert!(catch_unwind(AssertUnwindSafe(|| channel.clear())).is_err());
    assert_eq!((channel.len(), channel.clear()), (1, 1));
}

#[test]
fn a_boxed_channel_has_spare_slots_for_all_cores() {
    let (sender, receiver) = channel::bounded::<u8>(3).unwrap();
    #[cfg(target_pointer_width = "64")]
    assert_eq!(sender.spares(), (2 * thread::available_parallelism().unwrap().get()).max(4));
    assert!(receiver.spares() >= 4);
    assert_eq!(BoxedChannel::<u8>::with_spares(3, 1).unwrap().spares(), 1);
    assert_eq!(Channel::<u8, 3, NoLock, 2>::new().view().spares(), 2);
}
