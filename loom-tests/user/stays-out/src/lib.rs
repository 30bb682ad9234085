//! A count of what goes in and out, modelled, and a log of it in a `static` queue, which is not:
//! `--cfg loom` alone changes nothing in ringway.

#[cfg(loom)]
use loom::sync::atomic::AtomicUsize;
use ringway::mpmc;
#[cfg(not(loom))]
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::AcqRel;

/// What happened, for debugging. A `static`, under loom as elsewhere.
pub static LOG: mpmc::Queue<Event, 16> = mpmc::Queue::new();

/// What happened to a [`Gauge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Something came in, and so many were inside before.
    In(usize),
    /// Something went out, and so many were inside before.
    Out(usize),
}

/// How many are inside.
#[derive(Debug)]
pub struct Gauge(AtomicUsize);

impl Gauge {
    /// Nothing is inside.
    #[expect(clippy::new_without_default, reason = "an example of one function")]
    pub fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// Counts what comes in.
    pub fn enter(&self) {
        // ORDERING: what happened inside before happens before what comes in.
        LOG.force_push(Event::In(self.0.fetch_add(1, AcqRel)));
    }

    /// Counts what goes out; returns whether it was the last.
    pub fn leave(&self) -> bool {
        // ORDERING: what happened inside happens before the last goes out.
        let before = self.0.fetch_sub(1, AcqRel);
        LOG.force_push(Event::Out(before));
        before == 1
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Gauge, LOG};
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
    fn one_of_two_is_the_last() {
        model(|| {
            let gauge = Arc::new(Gauge::new());
            gauge.enter();
            gauge.enter();
            let other = gauge.clone();
            let other = thread::spawn(move || other.leave());
            let was_last = gauge.leave();
            assert!(other.join().unwrap() ^ was_last);
            // A `static` lives longer than one execution of a model: each empties the log.
            let mut log: Vec<_> = std::iter::from_fn(|| LOG.pop()).collect();
            log[2..].sort_by_key(|event| *event == Event::Out(1));
            assert_eq!(log, [Event::In(0), Event::In(1), Event::Out(2), Event::Out(1)]);
        });
    }
}
