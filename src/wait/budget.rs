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

    /// Charges one operation. Returns `true` if the budget was spent: then a new one begins, the task has been woken,
    /// and its poll is to return `Pending`.
    #[inline]
    pub(crate) fn is_spent(&self, context: &Context<'_>) -> bool {
        let spent = self.0.get();
        if YIELDS && spent >= LIMIT {
            self.yield_now(context);
            return true;
        }
        self.0.set(spent.wrapping_add(1));
        false
    }

    #[cold]
    #[inline(never)]
    fn yield_now(&self, context: &Context<'_>) {
        self.renew();
        context.waker().wake_by_ref();
    }

    /// Charges an operation for the values that it moved beyond the first.
    pub(crate) fn charge(&self, values: usize) {
        let values = u8::try_from(values).unwrap_or(LIMIT);
        self.0.set(self.0.get().saturating_add(values).min(LIMIT));
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
        (0..1000).find(|_| budget.is_spent(&Context::from_waker(Waker::noop())))
    }

    #[test]
    fn a_budget_is_spent_again_and_again() {
        let (budget, limit) = (Budget::new(), usize::from(LIMIT));
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
