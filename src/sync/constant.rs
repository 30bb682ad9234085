//! The parts that programs share with models under shuttle: their atomics can be constants, and
//! their orderings are those of the language.

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(crate) use alloc::sync::Arc;

use super::primitive;

/// A `const fn`, except under loom, whose atomics cannot be created in constants: loom counts the
/// creation of an atomic as a write, so that one cannot be created at its first access either.
///
/// Around every constructor of a type that may be in a `static`, the inner ones as well.
macro_rules! const_fn {
    ($(#[$meta:meta])* $vis:vis fn $($rest:tt)*) => { $(#[$meta])* $vis const fn $($rest)* };
}

/// An array of `N` new values.
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

/// An atomic whose zero is a constant, so that a queue can be created in one.
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

/// The orderings of the language, unchanged.
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

/// Reports the accesses to the value beside it to loom. Does nothing here.
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

/// Creates an `Arc` whose content `finish` initialises in place.
///
/// # Safety
/// When `finish` returns, what its argument points to is initialised.
#[cfg(all(feature = "alloc", feature = "async", target_has_atomic = "ptr"))]
pub(crate) unsafe fn shared_with<Q>(finish: impl FnOnce(*mut Q)) -> Arc<Q> {
    let shared = Arc::<Q>::new_uninit();
    let place = Arc::as_ptr(&shared).cast::<Q>().cast_mut();
    finish(place);
    // SAFETY: initialised by `finish`, as the caller promises.
    unsafe { shared.assume_init() }
}
