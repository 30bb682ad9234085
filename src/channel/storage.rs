//! Where a channel lives: in itself, on the heap, or in another channel.

use super::flag::Flag;
use crate::mpmc;
use crate::raw::ring::Algorithm;
use crate::sync::{Atomic, Ordering, Padded, const_fn, edge};
use crate::wait::list::WaitList;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;

/// Where a channel lives. Implemented by [`Inline`], [`Borrowed`], (feature `alloc`) `Boxed` and references to them,
/// and by nothing else.
#[allow(
    private_bounds,
    private_interfaces,
    reason = "sealed: nobody outside can name the ring and the waiters"
)]
pub trait Storage<T> {
    /// The lock of the wait lists.
    type Lock: RawLock;
    #[doc(hidden)]
    type Ring: Algorithm<T, W = usize>;
    #[doc(hidden)]
    fn ring(&self) -> &Self::Ring;
    #[doc(hidden)]
    fn waiters(&self) -> &Waiters<Self::Lock>;
}

/// Who waits at a channel, and whether it was closed.
pub struct Waiters<R> {
    closed: Flag,
    pub(super) senders: WaitList<R>,
    pub(super) receivers: WaitList<R>,
    pub(super) handles: Handles,
}

/// How many handles of each side there are.
pub(super) struct Handles {
    pub(super) senders: Atomic<usize>,
    pub(super) receivers: Atomic<usize>,
}

impl<R: RawLock> Waiters<R> {
    const_fn! {
        pub(super) fn new() -> Self {
            Self {
                closed: Flag::new(),
                senders: WaitList::new(),
                receivers: WaitList::new(),
                handles: Handles { senders: Atomic::new(), receivers: Atomic::new() },
            }
        }
    }

    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.closed.is_raised()
    }

    /// Says that nothing more shall be accepted, and wakes everybody. Whether this call was the first.
    pub(super) fn close(&self) -> bool {
        let is_first = self.closed.raise();
        self.senders.notify_all();
        self.receivers.notify_all();
        is_first
    }
}

impl Handles {
    pub(super) fn add(count: &Atomic<usize>) {
        // ORDERING: none: whoever adds a handle has one, or borrows the channel.
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the last is gone.
    pub(super) fn remove(count: &Atomic<usize>) -> bool {
        // ORDERING: C2, both ways.
        count.fetch_add(usize::MAX, edge::LEAVE_SIDE) == 1
    }
}

impl<R> fmt::Debug for Waiters<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiters")
    }
}

/// A channel of `N` values with `S` spare slots, in itself.
pub struct Inline<T, const N: usize, R = DefaultLock, const S: usize = 4> {
    ring: mpmc::Inline<T, N, S, true>,
    /// Apart from the slots: everybody reads it, and without waiters nobody writes it.
    waiters: Padded<Waiters<R>>,
}

impl<T, const N: usize, R: RawLock, const S: usize> Inline<T, N, R, S> {
    const_fn! {
        pub(super) fn new() -> Self {
            Self { ring: mpmc::Inline::new(), waiters: Padded::new(Waiters::new()) }
        }
    }
}

impl<T, const N: usize, R: RawLock, const S: usize> Storage<T> for Inline<T, N, R, S> {
    type Lock = R;
    type Ring = mpmc::Inline<T, N, S, true>;

    #[inline]
    fn ring(&self) -> &Self::Ring {
        &self.ring
    }

    #[inline]
    fn waiters(&self) -> &Waiters<R> {
        &self.waiters
    }
}

impl<T, St: Storage<T>> Storage<T> for &St {
    type Lock = St::Lock;
    type Ring = St::Ring;

    #[inline]
    fn ring(&self) -> &St::Ring {
        (**self).ring()
    }

    #[inline]
    fn waiters(&self) -> &Waiters<St::Lock> {
        (**self).waiters()
    }
}

/// A channel that lives elsewhere.
pub struct Borrowed<'a, T, R> {
    pub(super) ring: mpmc::Borrowed<'a, T>,
    pub(super) waiters: &'a Waiters<R>,
}

impl<T, R> Clone for Borrowed<'_, T, R> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, R> Copy for Borrowed<'_, T, R> {}

impl<'a, T, R: RawLock> Storage<T> for Borrowed<'a, T, R> {
    type Lock = R;
    type Ring = mpmc::Borrowed<'a, T>;

    #[inline]
    fn ring(&self) -> &Self::Ring {
        &self.ring
    }

    #[inline]
    fn waiters(&self) -> &Waiters<R> {
        self.waiters
    }
}

impl<T, const N: usize, R, const S: usize> fmt::Debug for Inline<T, N, R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inline")
    }
}

impl<T, R> fmt::Debug for Borrowed<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Borrowed")
    }
}

#[cfg(feature = "alloc")]
pub use self::boxed::Boxed;

#[cfg(feature = "alloc")]
mod boxed {
    use super::{Padded, RawLock, Storage, Waiters, fmt, mpmc};
    use crate::CapacityError;

    /// A channel with a capacity chosen at run time, on the heap.
    pub struct Boxed<T, R> {
        ring: mpmc::Boxed<T>,
        /// Apart from the address of the slots, which those who do not wait need.
        waiters: Padded<Waiters<R>>,
    }

    impl<T, R: RawLock> Boxed<T, R> {
        pub(in crate::channel) fn new(capacity: usize, spares: usize) -> Result<Self, CapacityError> {
            let ring = mpmc::Boxed::new(capacity, spares, true)?;
            Ok(Self { ring, waiters: Padded::new(Waiters::new()) })
        }
    }

    impl<T, R: RawLock> Storage<T> for Boxed<T, R> {
        type Lock = R;
        type Ring = mpmc::Boxed<T>;

        #[inline]
        fn ring(&self) -> &Self::Ring {
            &self.ring
        }

        #[inline]
        fn waiters(&self) -> &Waiters<R> {
            &self.waiters
        }
    }

    impl<T, R> fmt::Debug for Boxed<T, R> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Boxed")
        }
    }
}
