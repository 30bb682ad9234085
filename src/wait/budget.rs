//! Cooperative yielding: a task that never has to wait still lets the other tasks of its thread run.

use crate::sync::{Tally, YIELDS, const_fn};
use core::task::Context;

/// Counts the operations that complete without waiting, and says when the task is to yield.
///
/// With feature `std` the count belongs to the thread, as a thread polls one task at a time. Without it, each queue of
/// waiters and each end of an SPSC channel has its own. Nothing but the moment of a yield depends on it.
///
/// Once it is spent, *every* operation that asks is refused, so that a task which waits for one of several does not go on
/// with another. A new budget begins when a future that was refused is polled again: then its task has yielded.
pub(crate) struct Budget(Tally);

/// The number of operations after which a task yields: as many as tokio's own channels allow.
const LIMIT: u8 = 128;

/// The number of operations that are refused before a new budget begins all the same: for futures that are polled once.
const REFUSALS: u8 = 16;

impl Budget {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Tally::new())
        }
    }

    /// Charges one operation. Returns `false` if the budget is spent: then [`yields`](Self::yields) is to be asked, and the
    /// operation not to be attempted before.
    #[inline]
    pub(crate) fn spend(&self) -> bool {
        if !YIELDS {
            return true;
        }
        let spent = self.0.get().wrapping_add(1);
        self.0.set(spent);
        spent < LIMIT
    }

    /// Returns `true` if the budget is spent: then the task has been woken, the poll is to return `Pending`, and the next
    /// poll of the same future is to begin a new one.
    pub(crate) fn yields(&self, context: &Context<'_>) -> bool {
        let spent = self.0.get();
        if !YIELDS || spent < LIMIT {
            return false;
        }
        if spent >= LIMIT + REFUSALS {
            self.renew();
        }
        context.waker().wake_by_ref();
        true
    }

    /// Charges one operation. Returns `false` if the task is to yield first: then it has been woken. `has_yielded` is what
    /// the future remembers of that until it is polled again.
    #[inline]
    pub(crate) fn admits(&self, has_yielded: &mut bool, context: &Context<'_>) -> bool {
        self.spend() || !self.begins_to_yield(has_yielded, context)
    }

    #[cold]
    fn begins_to_yield(&self, has_yielded: &mut bool, context: &Context<'_>) -> bool {
        if *has_yielded {
            self.renew();
        }
        *has_yielded = !*has_yielded && self.yields(context);
        *has_yielded
    }

    /// Charges an operation for the values that it moved beyond the first.
    pub(crate) fn charge(&self, values: usize) {
        let values = u8::try_from(values).unwrap_or(LIMIT);
        self.0.set(self.0.get().saturating_add(values).min(LIMIT - 1));
    }

    /// Takes a charge back: the operation waits.
    pub(crate) fn refund(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }

    /// Begins a new budget.
    pub(crate) fn renew(&self) {
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
        !budget.spend() && budget.yields(&Context::from_waker(Waker::noop()))
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
    fn a_spent_budget_refuses_all_that_ask_but_not_for_ever() {
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
}
