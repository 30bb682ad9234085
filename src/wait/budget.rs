//! Cooperative yielding: a task that never has to wait still lets the other tasks of its thread run.

use crate::sync::{Tally, YIELDS, const_fn};
use core::task::Context;

/// Counts the operations that complete without waiting.
///
/// With feature `std` the count belongs to the thread, as a thread polls one task at a time. Without it, each list of
/// waiters and each end of an SPSC channel has its own. Nothing but the moment of a yield depends on it.
pub(crate) struct Budget(Tally);

/// The number of operations after which a task yields: as many as tokio's own channels allow.
const LIMIT: u8 = 128;

impl Budget {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Tally::new())
        }
    }

    /// Charges one operation. Returns `false` if that spends the budget: then [`yields`](Self::yields) is to be asked, and
    /// the operation not to be attempted before.
    #[inline]
    pub(crate) fn spend(&self) -> bool {
        if !YIELDS {
            return true;
        }
        let spent = self.0.get().wrapping_add(1);
        self.0.set(spent);
        spent < LIMIT
    }

    /// Returns `true` if the budget was spent: then a new one begins, the task has been woken, and its poll is to return
    /// `Pending`.
    pub(crate) fn yields(&self, context: &Context<'_>) -> bool {
        let is_spent = YIELDS && self.0.get() >= LIMIT;
        if is_spent {
            self.renew();
            context.waker().wake_by_ref();
        }
        is_spent
    }

    /// Charges an operation for the values that it moved beyond the first.
    pub(crate) fn charge(&self, values: usize) {
        let values = u8::try_from(values).unwrap_or(LIMIT);
        self.0.set(self.0.get().saturating_add(values).min(LIMIT - 1));
    }

    /// Begins a new budget: the task is about to wait, so that others run.
    #[inline]
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
    use super::{Budget, LIMIT, YIELDS};
    use core::task::{Context, Waker};

    fn operations_until_it_is_spent(budget: &Budget) -> Option<usize> {
        (0..1000).find(|_| !budget.spend() && budget.yields(&Context::from_waker(Waker::noop())))
    }

    #[test]
    fn a_budget_is_spent_again_and_again() {
        let (budget, limit) = (Budget::new(), usize::from(LIMIT) - 1);
        budget.renew();
        for _ in 0..3 {
            assert_eq!(operations_until_it_is_spent(&budget), YIELDS.then_some(limit));
        }
        budget.charge(100);
        assert_eq!(operations_until_it_is_spent(&budget), YIELDS.then_some(limit - 100));
        budget.charge(usize::MAX);
        assert_eq!(operations_until_it_is_spent(&budget), YIELDS.then_some(0));
    }
}
