//! Whether a panic unwinds the current thread, and whether it did so before.

#[cfg(not(feature = "std"))]
pub(super) use self::never::Unwinding;
#[cfg(feature = "std")]
pub(super) use self::threads::Unwinding;

#[cfg(feature = "std")]
mod threads {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    /// Zero, or the number of the thread that was unwinding. A second word would suffice for
    /// numbers that never repeat; these are assigned only to threads that track a task while they
    /// unwind.
    #[derive(Clone, Copy)]
    pub(in crate::task) struct Unwinding(u32);

    impl Unwinding {
        #[inline]
        pub(in crate::task) fn now() -> Self {
            Self(if thread::panicking() { number() } else { 0 })
        }

        /// Returns `true` if this thread is unwinding, and was not found so by [`now`](Self::now).
        #[inline]
        pub(in crate::task) fn has_begun_since(self) -> bool {
            thread::panicking() && (self.0 == 0 || self.0 != number())
        }
    }

    /// Returns the number of this thread.
    #[cold]
    #[inline(never)]
    fn number() -> u32 {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        std::thread_local! {
            static NUMBER: Cell<u32> = const { Cell::new(0) };
        }
        NUMBER.with(|number| {
            if number.get() == 0 {
                // ORDERING: none: only that the numbers differ matters.
                number.set(NEXT.fetch_add(1, Ordering::Relaxed));
            }
            number.get()
        })
    }
}

/// Without feature `std`, it cannot be known whether a thread is unwinding: no task counts as
/// dropped by a panic.
#[cfg(not(feature = "std"))]
mod never {
    #[derive(Clone, Copy)]
    pub(in crate::task) struct Unwinding;

    impl Unwinding {
        #[inline]
        pub(in crate::task) fn now() -> Self {
            Self
        }

        #[inline]
        pub(in crate::task) fn has_begun_since(self) -> bool {
            false
        }
    }
}
