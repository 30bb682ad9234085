//! Cooperative yielding: a task that never has to wait still lets the other tasks of its thread
//! run.

use crate::sync::{Tally, YIELDS, const_fn};
use core::task::Context;

/// Counts the operations that complete without waiting, and decides when the task must yield.
///
/// With feature `std` the count belongs to the thread, as a thread polls one task at a time.
/// Without it, each wait queue and each end of an SPSC channel has its own. Nothing but the moment
/// of a yield depends on it.
///
/// Once it is spent, *every* operation is refused, so that a task that waits for one of several
/// does not continue with another. A new budget begins when a future that was refused is polled
/// again: by that time its task has yielded.
pub(crate) struct Budget(Tally);

/// The number of operations after which a task yields: as many as tokio's own channels allow.
const LIMIT: u8 = 128;

/// The number of operations that are refused before a new budget begins nevertheless: for futures
/// that are polled once and dropped.
const REFUSALS: u8 = 16;

impl Budget {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Tally::new())
        }
    }

    /// Charges one operation. Returns `false` if the task must yield first: in that case it has
    /// been woken, and the poll must return `Pending` without an attempt.
    ///
    /// `has_yielded` is what the future keeps of that. When it is polled again, its task has
    /// yielded: a new budget begins, unless another future has begun one.
    #[inline]
    pub(crate) fn admits(&self, has_yielded: &mut bool, context: &Context<'_>) -> bool {
        *has_yielded = !self.spend() && self.must_yield(*has_yielded, context);
        !*has_yielded
    }

    /// Charges one operation. Returns `false` if the budget is spent.
    #[inline]
    fn spend(&self) -> bool {
        if !YIELDS {
            return true;
        }
        let spent = self.0.get().wrapping_add(1);
        self.0.set(spent);
        spent < LIMIT
    }

    /// Decides what follows if the budget is spent. Returns `true` if the task must yield.
    #[cold]
    fn must_yield(&self, has_yielded: bool, context: &Context<'_>) -> bool {
        if has_yielded || self.0.get() >= LIMIT + REFUSALS {
            self.renew();
        }
        if !has_yielded {
            context.waker().wake_by_ref();
        }
        !has_yielded
    }

    /// Charges for the values that an operation moved beyond the first.
    pub(crate) fn charge(&self, values: usize) {
        let values = u8::try_from(values).unwrap_or(LIMIT);
        self.0.set(self.0.get().saturating_add(values).min(LIMIT - 1));
    }

    /// Takes back the charge of an operation that waits.
    pub(crate) fn refund(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }

    /// Begins a new budget.
    fn renew(&self) {
        self.0.set(0);
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, LIMIT, REFUSALS, YIELDS};
    use core::task::{Context, Waker};

    fn is_refused(budget: &Budget) -> bool {
        !budget.admits(&mut false, &Context::from_waker(Waker::noop()))
    }

    fn operations_until_it_is_spent(budget: &Budget) -> Option<usize> {
        (0..1000).find(|_| is_refused(budget))
    }

    #[test]
    fn a_budget_is_spent_again_and_again() {
        let (budget, limit) = (Budget::new(), usize::from(LIMIT) - 1);
        for _ in 0..3 {
            budget.renew();
            assert_eq!(operations_until_it_is_spent(&budget), YIELDS.then_some(limit));
        }
        budget.renew();
        budget.charge(100);
        assert_eq!(operations_until_it_is_spent(&budget), YIELDS.then_some(limit - 100));
        budget.renew();
        budget.charge(usize::MAX);
        assert_eq!(operations_until_it_is_spent(&budget), YIELDS.then_some(0));
    }

    #[test]
    fn a_spent_budget_refuses_every_operation_but_not_forever() {
        let budget = Budget::new();
        budget.renew();
        let refused = (0..1000).filter(|_| is_refused(&budget)).count();
        if YIELDS {
            let period = usize::from(LIMIT + REFUSALS);
            assert!(
                refused.abs_diff(1000 * (usize::from(REFUSALS) + 1) / period) <= usize::from(REFUSALS),
                "{refused}"
            );
        } else {
            assert_eq!(refused, 0);
        }
    }

    #[test]
    fn a_future_that_was_refused_is_admitted_when_it_is_polled_again() {
        let (budget, context) = (Budget::new(), Context::from_waker(Waker::noop()));
        budget.charge(usize::MAX);
        let mut has_yielded = false;
        assert_eq!(budget.admits(&mut has_yielded, &context), !YIELDS);
        assert_eq!(has_yielded, YIELDS);
        assert!(budget.admits(&mut has_yielded, &context) && !has_yielded);
        assert_eq!(operations_until_it_is_spent(&budget), YIELDS.then_some(usize::from(LIMIT) - 1));
    }
}
