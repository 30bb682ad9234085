//! A crate that asks for no feature.
#![no_std]

use ringway::{Full, mpmc, priority, spsc, stack};

pub static QUEUE: mpmc::Queue<u32, 8> = mpmc::Queue::new();
pub static ENDS: spsc::Queue<u32, 8> = spsc::Queue::new();
pub static STACK: stack::Stack<u32, 8> = stack::Stack::new();
pub static LEVELS: priority::Priority<u32, 2, 8> = priority::Priority::new();

pub struct Ends<'a>(pub spsc::Producer<'a, u32>, pub spsc::Consumer<'a, u32>);

pub fn take() -> Option<Ends<'static>> {
    ENDS.take().map(|(producer, consumer)| Ends(producer, consumer))
}

pub fn push(queue: &mpmc::View<'_, u32>, value: u32) -> Result<(), Full<u32>> {
    queue.push(value)
}

pub fn values_go_to_other_threads<T: Send + 'static>() {
    fn is_send<X: Send>() {}
    is_send::<mpmc::Queue<T, 8>>();
    is_send::<mpmc::View<'static, T>>();
    is_send::<spsc::Producer<'static, T>>();
    is_send::<spsc::Consumer<'static, T>>();
}

/// Covers what a crate may write for each of two types as long as they are two.
pub trait Name {
    const NAME: &'static str;
}

impl<T> Name for mpmc::View<'_, T> {
    const NAME: &'static str = "view";
}

impl<T, const N: usize> Name for mpmc::Queue<T, N> {
    const NAME: &'static str = "queue";
}
