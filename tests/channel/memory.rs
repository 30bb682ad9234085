//! What channels ask of memory: values that are larger than the stack never lie on it.

use ringway::channel::{BoxedChannel, Channel, bounded, oneshot, spsc};
use ringway::priority::{self, Weighted};
use ringway::{CapacityError, stack};
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::thread;

/// A value that is four times as large as the stack of the threads here.
type Large = [u8; 1 << 20];

fn on_a_small_stack(body: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(256 << 10).spawn(body).unwrap().join().unwrap();
}

/// Writes a value byte by byte.
fn fill(place: &mut MaybeUninit<Large>) {
    // SAFETY: as many bytes as the value has.
    unsafe { place.as_mut_ptr().cast::<u8>().write_bytes(7, size_of::<Large>()) };
}

#[test]
fn channels_of_large_values_are_made_without_stack() {
    on_a_small_stack(|| {
        let channel: BoxedChannel<Large> = BoxedChannel::new(2).unwrap();
        assert_eq!((channel.len(), channel.capacity()), (0, 2));
        let (sender, receiver) = bounded::<Large>(2).unwrap();
        assert!(sender.is_empty() && receiver.is_empty());
        let (sender, receiver) = spsc::bounded::<Large>(2).unwrap();
        assert!(sender.is_empty() && receiver.is_empty());
        let (sender, receiver) = oneshot::channel::<Large>();
        drop(receiver);
        assert!(sender.is_closed());
    });
}

#[test]
fn inline_channels_of_large_values_are_made_on_the_heap() {
    on_a_small_stack(|| {
        let channel: Arc<Channel<Large, 2>> = Channel::new_boxed().unwrap().into();
        assert_eq!((channel.len(), channel.capacity()), (0, 2));
        let jobs = priority::Channel::<Large, 2, 2>::new_boxed().unwrap();
        assert_eq!((jobs.len(), jobs.capacity()), (0, 2));
        let jobs = priority::Channel::<Large, 2, 2, _>::with_policy_boxed(Weighted::new([2, 1])).unwrap();
        assert!(jobs.is_empty() && !jobs.is_closed());
        let buffers = stack::Channel::<Large, 2>::new_boxed().unwrap();
        assert_eq!((buffers.len(), buffers.capacity()), (0, 2));
        let mut frames = spsc::Channel::<Large, 2>::new_boxed().unwrap();
        let (sender, receiver) = frames.split();
        assert!(!sender.is_closed() && receiver.is_empty());
    });
}

#[test]
fn a_channel_that_memory_cannot_hold_is_refused() {
    assert_eq!(Channel::<Large, { 1 << 40 }>::new_boxed().unwrap_err(), CapacityError::TooLarge);
    assert_eq!(
        stack::Channel::<Large, { 1 << 24 }>::new_boxed().map(|_| ()).err(),
        Some(CapacityError::TooLarge)
    );
}

#[test]
fn what_was_written_in_place_is_dropped_in_place() {
    on_a_small_stack(|| {
        let (sender, receiver) = bounded::<Large>(2).unwrap();
        for _ in 0..2 {
            let mut grant = sender.reserve().unwrap();
            fill(grant.as_uninit());
            // SAFETY: filled just now.
            assert!(unsafe { grant.assume_init() }.try_send().is_ok());
        }
        assert!(receiver.is_full());
        drop(receiver);
        assert!(sender.is_empty(), "though the sender lives");
    });
}
