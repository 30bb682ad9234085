//! A driver: its channels are for interrupt handlers, and name the lock.
#![no_std]

use ringway::channel::{Channel, Receiver, Sender, View};
use ringway::task::{Task, Tracker};
use ringway::wait::{CriticalSection, NoLock, RawLock};
use ringway::{priority, stack};

pub static KEYS: Channel<u8, 8, CriticalSection> = Channel::new();
pub static JOBS: priority::Channel<u8, 2, 8, priority::Strict, CriticalSection> = priority::Channel::new();
pub static BUFFERS: stack::Channel<u8, 8, CriticalSection> = stack::Channel::new();
pub static WORK: Tracker<CriticalSection> = Tracker::new();

pub fn keys() -> Receiver<'static, u8, CriticalSection> {
    KEYS.closing_receiver()
}

pub fn sender() -> Sender<'static, u8, CriticalSection> {
    KEYS.closing_sender()
}

pub fn view() -> View<'static, u8, CriticalSection> {
    KEYS.view()
}

pub fn track(value: u8) -> Task<'static, u8, CriticalSection> {
    WORK.track(value)
}

pub async fn next() -> Option<u8> {
    keys().recv().await.ok()
}

/// Whatever the lock, as long as channels with it go to other threads at all.
pub fn ends_go_to_other_threads<T: Send + 'static, R: RawLock + Sync + 'static>() {
    fn is_send<X: Send>() {}
    is_send::<Sender<'static, T, R>>();
    is_send::<Receiver<'static, T, R>>();
}

/// Two locks are two types.
pub trait Name {
    const NAME: &'static str;
}

impl Name for Receiver<'_, u8, CriticalSection> {
    const NAME: &'static str = "shared with handlers";
}

impl Name for Receiver<'_, u8, NoLock> {
    const NAME: &'static str = "of one thread";
}
