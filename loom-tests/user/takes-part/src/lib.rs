//! A price, and a queue that announces that it was set. The reader relies on the queue's ordering:
//! the accesses to the price are relaxed. So the model explores the queue too, which the feature
//! `loom` of ringway allows.

#[cfg(loom)]
use loom::sync::atomic::AtomicU32;
use ringway::mpmc;
#[cfg(not(loom))]
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// A price that one thread sets and others wait for.
#[derive(Debug)]
pub struct Price {
    cents: AtomicU32,
    announcements: mpmc::Queue<(), 1>,
}

impl Price {
    /// A price that is not set. Not a `const fn`: loom's types cannot be constants, and here the
    /// queue has them.
    #[expect(clippy::new_without_default, reason = "an example of one function")]
    pub fn new() -> Self {
        Self { cents: AtomicU32::new(0), announcements: mpmc::Queue::new() }
    }

    /// Sets the price, once.
    pub fn set(&self, cents: u32) {
        // ORDERING: none here: the push publishes it.
        self.cents.store(cents, Relaxed);
        self.announcements.push(()).expect("the price is set once");
    }

    /// Returns the price if it is set; one caller gets it.
    pub fn take(&self) -> Option<u32> {
        self.announcements.pop()?;
        // ORDERING: none here: the pop has seen the push.
        Some(self.cents.load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::Price;
    #[cfg(loom)]
    use loom::{model, sync::Arc, thread};
    #[cfg(not(loom))]
    use std::{sync::Arc, thread};

    /// Without `--cfg loom`, one execution on threads.
    #[cfg(not(loom))]
    fn model(run: impl Fn()) {
        run();
    }

    #[test]
    fn a_price_that_was_announced_is_seen() {
        model(|| {
            let price = Arc::new(Price::new());
            let (setter, taker) = (price.clone(), price.clone());
            let setter = thread::spawn(move || setter.set(995));
            let taker = thread::spawn(move || taker.take());
            setter.join().unwrap();
            let taken = taker.join().unwrap();
            assert_eq!(taken.or_else(|| price.take()), Some(995));
        });
    }
}
