//! The router: one bounded queue per pattern.

use std::sync::atomic::{AtomicU64, Ordering};

use ringway::CapacityError;
use ringway::channel::{self, Receiver, Sender};

use crate::topic::{Pattern, Topic};

/// Sends each value into the queue of every pattern that its topic matches.
///
/// It never waits: a queue that is full turns the value away, which is counted, and the others
/// still get theirs. Dropped, it closes the queues; what is in them can still be taken.
pub(crate) struct Router<T: 'static> {
    routes: Vec<Route<T>>,
    unmatched: AtomicU64,
}

struct Route<T: 'static> {
    pattern: Pattern,
    queue: Sender<'static, T>,
    delivered: AtomicU64,
    rejected: AtomicU64,
}

/// What a route did so far.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Counts<'a> {
    pub(crate) pattern: &'a Pattern,
    pub(crate) delivered: u64,
    pub(crate) rejected: u64,
}

// ORDERING of every access: Relaxed, without a partner. Each counter is only a number; none
// announces other data.
impl<T: Clone> Router<T> {
    pub(crate) fn new() -> Self {
        Self { routes: Vec::new(), unmatched: AtomicU64::new(0) }
    }

    /// Adds a route. What matches the pattern from now on comes out of the receiver, in order.
    pub(crate) fn add(
        &mut self,
        pattern: Pattern,
        capacity: usize,
    ) -> Result<Receiver<'static, T>, CapacityError> {
        let (queue, receiver) = channel::bounded(capacity)?;
        self.routes.push(Route { pattern, queue, delivered: AtomicU64::new(0), rejected: AtomicU64::new(0) });
        Ok(receiver)
    }

    /// Sends `value` to every matching route that has room.
    pub(crate) fn publish(&self, topic: &Topic, value: &T) {
        let mut matched = false;
        for route in self.routes.iter().filter(|route| route.pattern.matches(topic)) {
            matched = true;
            let outcome = route.queue.try_send(value.clone());
            let counter = if outcome.is_ok() { &route.delivered } else { &route.rejected };
            counter.fetch_add(1, Ordering::Relaxed);
        }
        if !matched {
            self.unmatched.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The values that matched no route.
    pub(crate) fn unmatched(&self) -> u64 {
        self.unmatched.load(Ordering::Relaxed)
    }

    pub(crate) fn counts(&self) -> impl Iterator<Item = Counts<'_>> {
        self.routes.iter().map(|route| Counts {
            pattern: &route.pattern,
            delivered: route.delivered.load(Ordering::Relaxed),
            rejected: route.rejected.load(Ordering::Relaxed),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn pattern(text: &str) -> Pattern {
        text.parse().unwrap()
    }

    fn topic(text: &str) -> Topic {
        text.parse().unwrap()
    }

    fn counts<T: Clone>(router: &Router<T>) -> Vec<(String, u64, u64)> {
        router
            .counts()
            .map(|counts| (counts.pattern.to_string(), counts.delivered, counts.rejected))
            .collect()
    }

    #[test]
    fn a_value_reaches_every_route_that_matches_and_no_other() {
        let mut router = Router::new();
        let plant = router.add(pattern("plant.>"), 4).unwrap();
        let heat = router.add(pattern("*.temperature"), 4).unwrap();
        let office = router.add(pattern("office.>"), 4).unwrap();
        router.publish(&topic("plant.temperature"), &21);
        assert_eq!((plant.try_recv(), heat.try_recv()), (Ok(21), Ok(21)));
        assert!(office.is_empty());
    }

    #[test]
    fn what_matches_nothing_is_counted() {
        let mut router = Router::new();
        let _plant = router.add(pattern("plant.>"), 4).unwrap();
        router.publish(&topic("garden.gate"), &());
        router.publish(&topic("plant"), &());
        router.publish(&topic("plant.door"), &());
        assert_eq!(router.unmatched(), 2);
    }

    #[test]
    fn a_full_queue_turns_away_and_does_not_hold_up_the_others() {
        let mut router = Router::new();
        let small = router.add(pattern("a.*"), 1).unwrap();
        let large = router.add(pattern("a.>"), 4).unwrap();
        for value in 1..=3 {
            router.publish(&topic("a.b"), &value);
        }
        assert_eq!(counts(&router), [("a.*".into(), 1, 2), ("a.>".into(), 3, 0)]);
        assert_eq!((small.len(), large.len()), (1, 3));
        assert_eq!(router.unmatched(), 0, "turned away is not unmatched");
    }

    #[test]
    fn a_receiver_that_is_gone_counts_as_turned_away() {
        let mut router = Router::new();
        drop(router.add(pattern(">"), 4).unwrap());
        router.publish(&topic("a"), &1);
        assert_eq!(counts(&router), [(">".into(), 0, 1)]);
    }

    #[test]
    fn dropping_the_router_ends_the_receivers_after_the_last_value() {
        let mut router = Router::new();
        let all = router.add(pattern(">"), 4).unwrap();
        router.publish(&topic("a"), &1);
        drop(router);
        assert_eq!(all.recv_blocking(), Ok(1));
        assert!(all.recv_blocking().is_err());
    }

    #[test]
    fn many_publishers_lose_nothing_between_them() {
        const PUBLISHERS: u64 = 4;
        const EACH: u64 = 2_000;
        let mut router = Router::new();
        let all = router.add(pattern(">"), 64).unwrap();
        let received = thread::scope(|scope| {
            let consumer =
                scope.spawn(move || std::iter::from_fn(|| all.recv_blocking().ok()).count() as u64);
            thread::scope(|scope| {
                for _ in 0..PUBLISHERS {
                    scope.spawn(|| (0..EACH).for_each(|value| router.publish(&topic("a.b"), &value)));
                }
            });
            let (_, delivered, rejected) = counts(&router).remove(0);
            assert_eq!(delivered + rejected, PUBLISHERS * EACH);
            drop(router);
            let received = consumer.join().unwrap();
            assert_eq!(received, delivered);
            received
        });
        assert!(received > 0);
    }
}
