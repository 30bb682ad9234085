//! Cores without compare-and-swap, and without portable-atomic: methods in place of those that
//! their atomics lack.

use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// The read-modify-writes of an atomic.
///
/// None of `swap`, `fetch_or` and the exchanges is ever compiled into a program:
/// [`Atomic`](super::Atomic) checks `Word::HAS_CAS` before it calls one. The two counts are a load
/// and a store: there a count has one writer at a time, see [`Count`](super::Count).
pub(super) trait NoCas {
    type Value: Copy;

    fn fetch_add(&self, value: Self::Value, order: Ordering) -> Self::Value;
    fn fetch_max(&self, value: Self::Value, order: Ordering) -> Self::Value;

    fn swap(&self, value: Self::Value, _: Ordering) -> Self::Value {
        value
    }

    fn fetch_or(&self, value: Self::Value, _: Ordering) -> Self::Value {
        value
    }

    fn compare_exchange(
        &self,
        current: Self::Value,
        _: Self::Value,
        _: Ordering,
        _: Ordering,
    ) -> Result<Self::Value, Self::Value> {
        Err(current)
    }

    fn compare_exchange_weak(
        &self,
        current: Self::Value,
        new: Self::Value,
        success: Ordering,
        failure: Ordering,
    ) -> Result<Self::Value, Self::Value> {
        self.compare_exchange(current, new, success, failure)
    }
}

macro_rules! impl_no_cas {
    ($atomic:ty, $word:ty) => {
        impl NoCas for $atomic {
            type Value = $word;

            #[inline]
            fn fetch_add(&self, value: $word, order: Ordering) -> $word {
                let before = self.load(order);
                self.store(before.wrapping_add(value), order);
                before
            }

            #[inline]
            fn fetch_max(&self, value: $word, order: Ordering) -> $word {
                let before = self.load(order);
                self.store(before.max(value), order);
                before
            }
        }
    };
}

impl_no_cas!(AtomicUsize, usize);
impl_no_cas!(AtomicU8, u8);
