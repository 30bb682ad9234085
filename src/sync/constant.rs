//! What programs and models under shuttle share: their atomics are constants, and have the orderings of the language.

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(crate) use alloc::sync::Arc;

use super::primitive;

/// A `const fn`, except under loom, whose types cannot be constants.
macro_rules! const_fn {
    ($(#[$meta:meta])* $vis:vis fn $($rest:tt)*) => { $(#[$meta])* $vis const fn $($rest)* };
}

/// An array of `N` equal new things.
macro_rules! array {
    ($new:expr; $n:ident) => {
        [const { $new }; $n]
    };
}

/// The atomic zero of a [`Primitive`].
macro_rules! zero {
    ($primitive:ty) => {
        <$primitive as $crate::sync::platform::Primitive>::ZERO
    };
}

pub(crate) use {array, const_fn, zero};

/// An atomic with a zero that is a constant, so that a queue can be one.
pub(crate) trait Primitive {
    const ZERO: Self;
}

macro_rules! impl_primitive {
    ($atomic:ident) => {
        impl Primitive for primitive::$atomic {
            #[allow(clippy::declare_interior_mutable_const, reason = "the initial value of each new atomic")]
            const ZERO: Self = Self::new(0);
        }
    };
}

impl_primitive!(AtomicUsize);
impl_primitive!(AtomicU8);
#[cfg(test)]
impl_primitive!(AtomicU16);
#[cfg(test)]
impl_primitive!(AtomicU32);

/// Orderings as the language has them.
pub(crate) mod sequential {
    use core::sync::atomic::Ordering;

    #[inline]
    pub(crate) fn load(order: Ordering) -> Ordering {
        order
    }

    #[inline]
    pub(crate) fn exchange(order: Ordering) -> Ordering {
        order
    }
}

/// Watches the accesses to a value beside it, under loom. Here it does nothing.
pub(crate) struct Track;

impl Track {
    pub(crate) const fn new() -> Self {
        Self
    }

    #[inline]
    pub(crate) fn on_read(&self) {}

    #[inline]
    pub(crate) fn on_write(&self) {}
}

/// A thing in an `Arc`, made there by `finish`.
///
/// # Safety
/// When `finish` returns, what its argument points to is initialised.
#[cfg(all(feature = "alloc", feature = "async", target_has_atomic = "ptr"))]
pub(crate) unsafe fn shared_with<Q>(finish: impl FnOnce(*mut Q)) -> Arc<Q> {
    let shared = Arc::<Q>::new_uninit();
    let place = Arc::as_ptr(&shared).cast::<Q>().cast_mut();
    finish(place);
    // SAFETY: as the caller promises.
    unsafe { shared.assume_init() }
}
