//! A queue that certainly blocks: a measurement of stalls that finds none here does not work.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, TryLockError};

use core::hint;

use crate::interface::queue::{Contender, Item, Job, Pop, Push, Setup, run_shared};

#[derive(Debug)]
pub(crate) struct SpinLock;

impl Contender for SpinLock {
    const NAME: &'static str = "VecDeque in a spin lock";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let items = Mutex::new(VecDeque::with_capacity(setup.capacity));
        Some(run_shared(setup, &Locked { items, capacity: setup.capacity }, job))
    }
}

struct Locked<T> {
    items: Mutex<VecDeque<T>>,
    capacity: usize,
}

impl<T> Locked<T> {
    /// Never sleeps: the mutex serves as a flag.
    #[inline]
    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        loop {
            match self.items.try_lock() {
                Ok(items) => return items,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => hint::spin_loop(),
            }
        }
    }
}

impl<T: Item> Push<T> for &Locked<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        let mut items = self.lock();
        let has_room = items.len() < self.capacity;
        if has_room {
            items.push_back(item);
        }
        has_room
    }
}

impl<T: Item> Pop<T> for &Locked<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.lock().pop_front()
    }
}
