//! A service: its channels are for threads, and have the default lock.

use ringway::channel::{Channel, Receiver, Sender, bounded};
use ringway::task::Tracker;
use ringway::wait::{DefaultLock, ThreadLock};

pub static REQUESTS: Channel<String, 8> = Channel::new();
pub static WORK: Tracker = Tracker::new();

pub fn requests() -> Receiver<'static, String, ThreadLock> {
    REQUESTS.closing_receiver()
}

pub fn tracker() -> &'static Tracker<DefaultLock> {
    &WORK
}

pub fn replies() -> (Sender<'static, String, ThreadLock>, Receiver<'static, String>) {
    bounded(8).expect("eight are possible")
}
