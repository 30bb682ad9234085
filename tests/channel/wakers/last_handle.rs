//! Wakers that drop the last handle of the channel that they are called from.

use super::{Deed, DropNoted, hooked};
use ringway::channel::{bounded, spsc};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

/// A task that owns whatever its future owns, and is dropped when it is woken.
#[derive(Default)]
struct Suicidal(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

impl Suicidal {
    fn poll(self: &Arc<Self>, waker: &Waker) -> bool {
        let mut future = self.0.lock().unwrap();
        future.as_mut().unwrap().as_mut().poll(&mut Context::from_waker(waker)).is_ready()
    }

    fn waker(self: &Arc<Self>) -> Waker {
        let this = Arc::downgrade(self);
        hooked(move |deed| {
            if deed == Deed::Wake {
                let future = this.upgrade().unwrap().0.lock().unwrap().take();
                drop(future);
            }
        })
    }
}
#[test]
fn a_waker_may_drop_the_last_receiver_of_the_value_that_woke_it() {
    let drops = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = bounded(1).unwrap();
    let task = Arc::<Suicidal>::default();
    *task.0.lock().unwrap() = Some(Box::pin(async move { drop(receiver.recv().await) }));
    assert!(!task.poll(&task.waker()));
    assert!(sender.try_send(DropNoted(drops.clone())).is_ok());
    assert!(sender.is_closed(), "the last receiver is gone");
    assert_eq!(drops.load(Ordering::Relaxed), 1, "and took the value along");
}

#[test]
fn a_waker_may_drop_the_last_receiver_while_the_last_sender_goes() {
    let drops = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = bounded::<DropNoted>(1).unwrap();
    let witness = DropNoted(drops.clone());
    let task = Arc::<Suicidal>::default();
    *task.0.lock().unwrap() = Some(Box::pin(async move {
        let _witness = witness;
        drop(receiver.recv().await);
    }));
    assert!(!task.poll(&task.waker()));
    drop(sender);
    assert_eq!(drops.load(Ordering::Relaxed), 1, "the task went with its receiver");
}

#[test]
fn a_waker_may_drop_the_last_sender_while_the_last_receiver_goes() {
    let drops = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = bounded(1).unwrap();
    assert!(sender.try_send(DropNoted(drops.clone())).is_ok());
    let task = Arc::<Suicidal>::default();
    let value = DropNoted(drops.clone());
    *task.0.lock().unwrap() = Some(Box::pin(async move { drop(sender.send(value).await) }));
    assert!(!task.poll(&task.waker()));
    drop(receiver);
    assert_eq!(drops.load(Ordering::Relaxed), 2, "one was on its way, one in the channel");
}

#[test]
fn a_waker_may_drop_the_other_end_of_an_spsc_channel() {
    let drops = Arc::new(AtomicU64::new(0));
    let (mut sender, mut receiver) = spsc::bounded(1).unwrap();
    let task = Arc::<Suicidal>::default();
    *task.0.lock().unwrap() = Some(Box::pin(async move { drop(receiver.recv().await) }));
    assert!(!task.poll(&task.waker()));
    assert!(sender.try_send(DropNoted(drops.clone())).is_ok());
    assert!(sender.is_closed());
    drop(sender);
    assert_eq!(drops.load(Ordering::Relaxed), 1);
}
