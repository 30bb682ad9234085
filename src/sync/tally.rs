//! A small counter that only decides when a task yields.

#[cfg(not(feature = "std"))]
pub(crate) use self::in_place::Tally;
#[cfg(feature = "std")]
pub(crate) use self::per_thread::Tally;

/// A counter per thread: no other thread touches its cache line.
#[cfg(feature = "std")]
mod per_thread {
    use core::cell::Cell;

    std::thread_local! {
        static TALLY: Cell<u8> = const { Cell::new(0) };
    }

    pub(crate) struct Tally;

    impl Tally {
        pub(crate) const fn new() -> Self {
            Self
        }

        #[inline]
        pub(crate) fn get(&self) -> u8 {
            TALLY.get()
        }

        #[inline]
        pub(crate) fn set(&self, value: u8) {
            TALLY.set(value);
        }
    }
}

/// A counter in place, for targets without thread-locals. A lost update does no harm.
#[cfg(not(feature = "std"))]
mod in_place {
    use crate::sync::{Atomic, Ordering, const_fn};

    pub(crate) struct Tally(Atomic<u8>);

    impl Tally {
        const_fn! {
            pub(crate) fn new() -> Self {
                Self(Atomic::new())
            }
        }

        #[inline]
        pub(crate) fn get(&self) -> u8 {
            // ORDERING: none: it only decides when a task yields.
            self.0.load(Ordering::Relaxed)
        }

        #[inline]
        pub(crate) fn set(&self, value: u8) {
            // ORDERING: none, as above.
            self.0.store(value, Ordering::Relaxed);
        }
    }
}
