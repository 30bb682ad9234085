//! Waiting for an object.

use super::{Guard, Inline, Notify, PoolInner, Ref, Sealed, Storage};
use crate::sync::const_fn;
use crate::wait::queue::{WaitQueue, Waiter};
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

#[cfg(feature = "alloc")]
use {super::Boxed, crate::CapacityError};
#[cfg(feature = "std")]
use {
    crate::wait::thread::{Deadline, after, block_on, spin},
    std::time::{Duration, Instant},
};

/// A [`Pool`](super::Pool) that tasks and threads can wait for: see [waiting](super#waiting).
///
/// ```
/// # type Buffers<T> = ringway::pool::WaitPool<T, 1, ringway::wait::NoLock>;
/// # pollster::block_on(async {
/// // With feature `std`: `static BUFFERS: WaitPool<[u8; 512], 1> = WaitPool::new([[0; 512]]);`
/// let buffers = Buffers::new([[0; 512]]);
/// let mut buffer = buffers.acquire().await;
/// buffer[0] = 7;
/// drop(buffer);
/// assert_eq!(buffers.acquire().await[0], 7);
/// # });
/// ```
pub type WaitPool<T, const N: usize, R = DefaultLock> = PoolInner<Inline<T, N>, Waiters<R>>;

/// A [`WaitPool`] on the heap, whose capacity is chosen at run time.
///
/// ```
/// use ringway::{CapacityError, pool::BoxedWaitPool, wait::NoLock};
///
/// let pool = BoxedWaitPool::<Vec<u8>, NoLock>::from_fn(100, |_| Vec::new())?;
/// assert_eq!(pool.len(), 100);
/// # Ok::<(), CapacityError>(())
/// ```
#[cfg(feature = "alloc")]
pub type BoxedWaitPool<T, R = DefaultLock> = PoolInner<Boxed<T>, Waiters<R>>;

/// A [`Guard`] of a [`WaitPool`].
pub type WaitGuard<'a, T, R = DefaultLock> = Guard<'a, T, Waiters<R>>;

/// The operations that wait for an object, oldest first.
pub struct Waiters<R>(WaitQueue<R>);

impl<R: RawLock> Waiters<R> {
    const_fn! {
        fn new() -> Self {
            Self(WaitQueue::new())
        }
    }
}

impl<R: RawLock> Sealed for Waiters<R> {}

impl<R: RawLock> Notify for Waiters<R> {
    #[inline]
    fn notify_one(&self) {
        self.0.notify_one();
    }
}

impl<T, const N: usize, R: RawLock> WaitPool<T, N, R> {
    const_fn! {
        /// Creates a pool of these objects.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
        /// **Memory**: outside a `static`, moves the objects over the stack.
        ///
        /// ```
        /// use ringway::{pool::WaitPool, wait::NoLock};
        ///
        /// let pool = WaitPool::<_, 2, NoLock>::new(["a", "b"]);
        /// assert_eq!(pool.len(), 2);
        /// ```
        pub fn new(objects: [T; N]) -> Self {
            Self::of(Inline::new(objects), Waiters::new())
        }
    }

    /// Creates a pool of what `make` returns for the indices from 0 to `N - 1`.
    ///
    /// **Guarantees**: wait-free if `make` is. **Complexity**: `N` calls. **Panics**: only if
    /// `make` does. In that case the objects made before are dropped.
    ///
    /// ```
    /// use ringway::{pool::WaitPool, wait::NoLock};
    ///
    /// let pool = WaitPool::<_, 3, NoLock>::from_fn(|index| index * 10);
    /// assert_eq!(*pool.take().unwrap(), 0);
    /// ```
    pub fn from_fn(make: impl FnMut(usize) -> T) -> Self {
        Self::new(core::array::from_fn(make))
    }
}

impl<T: Default, const N: usize, R: RawLock> Default for WaitPool<T, N, R> {
    fn default() -> Self {
        Self::from_fn(|_| T::default())
    }
}

#[cfg(feature = "alloc")]
impl<T, R: RawLock> BoxedWaitPool<T, R> {
    /// Creates a pool of what `make` returns for the indices from 0 to `capacity - 1`.
    ///
    /// **Guarantees**: those of the allocator and of `make`.
    /// **Complexity**: one allocation, and `capacity` calls.
    /// **Errors**: [`CapacityError`] if the capacity is zero, or too large for memory or for a
    /// word.
    /// **Panics**: only if `make` does. In that case the objects made before are dropped.
    ///
    /// ```
    /// use ringway::{CapacityError, pool::BoxedWaitPool, wait::NoLock};
    ///
    /// let pool = BoxedWaitPool::<_, NoLock>::from_fn(3, |_| [0u8; 1500])?;
    /// assert_eq!(pool.len(), 3);
    /// # Ok::<(), CapacityError>(())
    /// ```
    pub fn from_fn(capacity: usize, make: impl FnMut(usize) -> T) -> Result<Self, CapacityError> {
        Ok(Self::of(Boxed::from_fn(capacity, make)?, Waiters::new()))
    }
}

impl<St: Storage, R: RawLock> PoolInner<St, Waiters<R>> {
    /// Takes an object as soon as there is one.
    ///
    /// **Guarantees**: waiters are woken in the order in which they came; a caller that need not
    /// wait may take an object before them. [Yields](crate::channel#fairness-to-other-tasks) now
    /// and then.
    /// **Complexity**: that of [`take`](Self::take) if there is an object. If not, where cores have
    /// caches, a poll may spin for some microseconds before it waits, as long as spinning has paid
    /// off recently.
    /// Never panics, unless the waker of another waiter does.
    /// **Cancel safety**: dropped before it is ready, it took nothing, and a notification that it
    /// did not use wakes the next waiter.
    /// **Memory**: a dozen words, in the future.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// # type Pool<T> = ringway::pool::WaitPool<T, 1, ringway::wait::NoLock>;
    /// let pool = Pool::new([7]);
    /// assert_eq!(*pool.acquire().await, 7);
    /// # });
    /// ```
    #[inline]
    pub fn acquire(&self) -> Acquire<'_, St::Object, R> {
        Acquire { pool: self.by_ref(), waiter: Waiter::new(&self.shared.waiters.0) }
    }
}

/// Takes an object: see [`acquire`](PoolInner::acquire).
#[must_use = "a future does nothing unless it is awaited"]
pub struct Acquire<'a, T, R: RawLock = DefaultLock> {
    pool: Ref<'a, T, Waiters<R>>,
    waiter: Waiter<'a, R>,
}

impl<'a, T, R: RawLock> Future for Acquire<'a, T, R> {
    type Output = WaitGuard<'a, T, R>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let pool = self.pool;
        // SAFETY: a field of what is pinned, and nothing is moved out of it.
        let waiter = unsafe { self.map_unchecked_mut(|acquire| &mut acquire.waiter) };
        waiter.poll_until(context, || pool.take())
    }
}

#[cfg(feature = "std")]
impl<St: Storage, R: RawLock> PoolInner<St, Waiters<R>> {
    /// Blocks the thread until there is an object, and takes it.
    ///
    /// **Guarantees**: as [`acquire`](Self::acquire). The thread spins for some microseconds, then
    /// parks.
    /// **Complexity**: that of [`take`](Self::take) if there is an object.
    /// Never panics, unless the waker of another waiter does.
    ///
    /// ```
    /// use ringway::pool::WaitPool;
    ///
    /// static BUFFERS: WaitPool<[u8; 512], 1> = WaitPool::new([[0; 512]]);
    ///
    /// let buffer = BUFFERS.acquire_blocking();
    /// let waiting = std::thread::spawn(|| BUFFERS.acquire_blocking()[0]);
    /// drop(buffer);
    /// assert_eq!(waiting.join().unwrap(), 0);
    /// ```
    pub fn acquire_blocking(&self) -> WaitGuard<'_, St::Object, R> {
        self.acquire_until(None).expect("waits without a deadline")
    }

    /// Blocks the thread until there is an object, and takes it, or until `timeout` has elapsed.
    ///
    /// **Guarantees** and **Complexity**: as [`acquire_blocking`](Self::acquire_blocking). Never
    /// panics, unless the waker of another waiter does.
    ///
    /// ```
    /// use ringway::pool::WaitPool;
    /// use std::time::Duration;
    ///
    /// let pool: WaitPool<_, 1> = WaitPool::new([7]);
    /// let taken = pool.acquire_timeout(Duration::from_millis(1)).unwrap();
    /// assert!(pool.acquire_timeout(Duration::from_millis(1)).is_none());
    /// # drop(taken);
    /// ```
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<WaitGuard<'_, St::Object, R>> {
        self.acquire_until(after(timeout))
    }

    /// Blocks the thread until there is an object, and takes it, or until `deadline` has passed.
    ///
    /// **Guarantees** and **Complexity**: as [`acquire_blocking`](Self::acquire_blocking). Never
    /// panics, unless the waker of another waiter does.
    ///
    /// ```
    /// use ringway::pool::WaitPool;
    /// use std::time::Instant;
    ///
    /// let pool: WaitPool<_, 1> = WaitPool::new([7]);
    /// let taken = pool.acquire_deadline(Instant::now()).unwrap();
    /// assert!(pool.acquire_deadline(Instant::now()).is_none());
    /// # drop(taken);
    /// ```
    pub fn acquire_deadline(&self, deadline: Instant) -> Option<WaitGuard<'_, St::Object, R>> {
        self.acquire_until(Some(deadline))
    }

    fn acquire_until(&self, deadline: Deadline) -> Option<WaitGuard<'_, St::Object, R>> {
        spin(|| self.take()).or_else(|| block_on(self.acquire(), deadline))
    }
}

impl<R> fmt::Debug for Waiters<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiters")
    }
}

impl<T, R: RawLock> fmt::Debug for Acquire<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acquire(..)")
    }
}
