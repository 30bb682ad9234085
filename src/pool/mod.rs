//! Bounded lock-free pools: objects that are made once, taken, and returned, without allocation.
//!
//! For what is costly to make or must lie in a fixed place: network buffers, DMA frames, scratch
//! memory, connections. A pool holds its objects from its creation to its end. [`take`] lends one
//! as a [`Guard`], which returns it when it is dropped, in any context: a frame that an interrupt
//! handler took may be returned by a task, and the other way round.
//!
//! # Guarantees
//!
//! * **Lock-free.** An operation that stalls anywhere, even forever, delays no other: an interrupt
//!   handler may use a pool whose take or return it interrupted.
//! * **A return never fails**, whatever the number of stalled operations: it needs no slot but that
//!   of its own object. A pool therefore has no spare slots, and no bound on the number of threads.
//! * **None is never spurious.** [`take`] returns `None` only if at one moment during the call no
//!   object was in the pool: each was lent, or in the hands of a take or a return that had not
//!   finished. `len`, `is_empty` and `is_full` are exact, across several pools too, as
//!   [`mpmc`](crate::mpmc#guarantees) is.
//! * **Last in, first out.** The object that was returned last, which is most likely in the cache,
//!   is taken first. One that was returned first may rest for long.
//! * **What the last holder wrote is what the next holder reads.** Objects are not reset.
//!
//! Every take and every return changes one word, so threads that do nothing else wait for its cache
//! line; a pool for each core is the remedy where that shows.
//!
//! A panic while a guard is held returns the object as it is then; there is no poisoning.
//!
//! # Waiting
//!
//! `WaitPool` and `BoxedWaitPool` (feature `async`) are the same with `acquire().await`, and
//! `acquire_blocking` (feature `std`): waiters are woken in the order in which they came, and a
//! return that finds no waiter costs one more load. As with a channel, the type names the
//! `wait::RawLock` of the waiters unless `std` is enabled.
//!
//! # Wrap-around
//!
//! As in a [stack](crate::stack#wrap-around): the count that distinguishes an old top from a new
//! one starts again after one *round* of `2^(W - B)` returns, with `W` bits in a `usize` and `B`
//! bits to name one of `N` objects or none. A take that stalls between two of its instructions must
//! resume before a round of objects is returned: **everything here holds, memory safety included,
//! while fewer objects than a round are returned during one operation.** A take that resumes
//! exactly after a round, with the same object on top, may lend an object that is already lent:
//! **undefined behaviour**. To stall forever is harmless.
//!
//! | pool | round, 32-bit words | at 10⁶ a second | round, 64-bit words |
//! |---|---|---|---|
//! | `N = 4` | 5.4 × 10⁸ | 9 minutes | 2.3 × 10¹⁸ |
//! | `N = 32` | 6.7 × 10⁷ | 67 seconds | 2.9 × 10¹⁷ |
//! | `N = 255` | 1.7 × 10⁷ | 17 seconds | 7.2 × 10¹⁶ |
//! | `N = 100 000` | refused | | 1.4 × 10¹⁴ |
//!
//! A round of less than 2²⁴ does not compile, or is an error: on 32-bit words a pool has at most
//! 255 objects.
//!
//! # Cores without compare-and-swap
//!
//! Cortex-M0 and riscv32imc need the feature `portable-atomic` and a backend of that crate, which
//! the application chooses.
//!
//! [`take`]: PoolInner::take

use crate::raw::stack::pool::{Object, ObjectNode, Objects};
use crate::sync::{Atomic, Padded, const_fn};
use core::fmt;

mod guard;
mod storage;
#[cfg(feature = "async")]
mod wait;

pub use self::guard::Guard;
#[cfg(feature = "alloc")]
pub use self::storage::Boxed;
pub use self::storage::{Inline, Storage};
#[cfg(all(feature = "alloc", feature = "async"))]
pub use self::wait::BoxedWaitPool;
#[cfg(feature = "async")]
pub use self::wait::{Acquire, WaitGuard, WaitPool, Waiters};
#[cfg(feature = "alloc")]
use crate::CapacityError;

/// A pool of `N` objects, without allocation, for a `static`: [`new`](Self::new) is `const`.
///
/// **Memory**: a word and a `T` for each object, and a cache line (a word on a microcontroller). A
/// `static` pool of zeros is placed in `.bss`.
///
/// ```
/// use ringway::pool::Pool;
///
/// static BUFFERS: Pool<[u8; 512], 2> = Pool::new([[0; 512]; 2]);
///
/// let mut first = BUFFERS.take().unwrap();
/// let second = BUFFERS.take().unwrap();
/// assert!(BUFFERS.take().is_none());
/// first[..5].copy_from_slice(b"hello");
/// drop(first); // returns it
/// assert!(BUFFERS.take().unwrap().starts_with(b"hello"));
/// # drop(second);
/// ```
///
/// A capacity of zero does not compile:
///
/// ```compile_fail
/// let pool = ringway::pool::Pool::<u32, 0>::new([]);
/// ```
pub type Pool<T, const N: usize> = PoolInner<Inline<T, N>, NoWaiters>;

/// A pool on the heap, whose capacity is chosen at run time.
///
/// ```
/// use ringway::{CapacityError, pool::BoxedPool};
///
/// let buffers = BoxedPool::from_fn(100, |_| vec![0; 1500])?;
/// assert_eq!(buffers.capacity(), 100);
/// assert_eq!(BoxedPool::from_fn(0, |_| ()).unwrap_err(), CapacityError::Zero);
/// # Ok::<(), CapacityError>(())
/// ```
#[cfg(feature = "alloc")]
pub type BoxedPool<T> = PoolInner<Boxed<T>, NoWaiters>;

/// The part that all pools share: objects in the storage `St`, and waiters `W`.
///
/// Its names are [`Pool`], [`BoxedPool`](super::pool#types), and with feature `async` `WaitPool`
/// and `BoxedWaitPool`.
pub struct PoolInner<St, W> {
    shared: Padded<Shared<W>>,
    storage: St,
}

/// What the operations of a pool change, beside the objects.
struct Shared<W> {
    /// The top of the list of objects that are not taken.
    top: Atomic<usize>,
    waiters: W,
}

/// What a pool notifies of an object that was returned: [`NoWaiters`] or (feature `async`)
/// `Waiters`. Sealed.
#[allow(private_bounds, reason = "sealed: other crates cannot name the bound")]
pub trait Notify: Sealed {
    #[doc(hidden)]
    fn notify_one(&self);
}

pub(crate) trait Sealed {}

/// No operation waits for an object: those of a [`Pool`] never do.
#[derive(Debug)]
pub struct NoWaiters;

impl Sealed for NoWaiters {}

impl Notify for NoWaiters {
    #[inline]
    fn notify_one(&self) {}
}

/// A pool that is borrowed, wherever its objects are. What guards and futures hold.
struct Ref<'a, T, W> {
    shared: &'a Shared<W>,
    nodes: &'a [ObjectNode<T>],
}

impl<T, W> Clone for Ref<'_, T, W> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, W> Copy for Ref<'_, T, W> {}

impl<'a, T, W: Notify> Ref<'a, T, W> {
    #[inline]
    fn take(self) -> Option<Guard<'a, T, W>> {
        let index = self.objects().take()?;
        // SAFETY: taken just now.
        Some(unsafe { Guard::new(self, index) })
    }

    /// Returns an object, and notifies a waiter.
    ///
    /// # Safety
    /// The index was taken, and the caller gives it up.
    #[inline]
    unsafe fn put(self, index: usize) {
        // SAFETY: as the caller promises.
        unsafe { self.objects().put(index) };
        // The change before it is sequentially consistent, as `notify_one` requires (W1).
        self.shared.waiters.notify_one();
    }

    /// # Safety
    /// The index was taken from this pool.
    #[inline]
    unsafe fn object(self, index: usize) -> &'a Object<T> {
        // SAFETY: the index is that of a node, as the caller promises.
        unsafe { self.nodes.get_unchecked(index) }.value()
    }
}

impl<'a, T, W> Ref<'a, T, W> {
    #[inline]
    fn objects(self) -> Objects<'a, T> {
        // SAFETY: those of one pool, whose storage checked their number.
        unsafe { Objects::new(&self.shared.top, self.nodes) }
    }
}

impl<St: Storage, W> PoolInner<St, W> {
    const_fn! {
        fn of(storage: St, waiters: W) -> Self {
            Self { shared: Padded::new(Shared { top: Atomic::new(), waiters }), storage }
        }
    }

    #[inline]
    fn by_ref(&self) -> Ref<'_, St::Object, W> {
        Ref { shared: &self.shared, nodes: self.storage.nodes() }
    }

    /// Returns the number of objects in the pool, those that are not taken, at one moment during
    /// the call. It stays true until another operation takes or returns one.
    ///
    /// **Guarantees**: lock-free: a retry follows another operation that succeeded; may be called
    /// in an interrupt handler.
    /// **Complexity**: no atomic read-modify-write.
    /// Never panics.
    ///
    /// ```
    /// let pool = ringway::pool::Pool::new([1, 2, 3]);
    /// let _taken = pool.take();
    /// assert_eq!(pool.len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        self.by_ref().objects().len()
    }

    /// Returns `true` if no object was in the pool at one moment during the call. It stays true
    /// until a return.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let pool = ringway::pool::Pool::new([1]);
    /// let taken = pool.take();
    /// assert!(pool.is_empty());
    /// # drop(taken);
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if all objects were in the pool at one moment during the call. It stays true
    /// until a take.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let pool = ringway::pool::Pool::new([1]);
    /// drop(pool.take());
    /// assert!(pool.is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// Returns the number of objects of the pool, taken or not.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::pool::Pool::new([1, 2, 3]).capacity(), 3);
    /// ```
    #[inline]
    pub fn capacity(&self) -> usize {
        self.storage.nodes().len()
    }
}

impl<St: Storage, W: Notify> PoolInner<St, W> {
    /// Takes the object that was returned last, or returns `None` if there is none.
    ///
    /// **Guarantees**: lock-free; LIFO; sees every return that happened before it; may be called in
    /// an interrupt handler.
    /// **Complexity**: one atomic read-modify-write if no other operation runs at the same moment;
    /// none if there is no object.
    /// Never panics.
    ///
    /// ```
    /// let pool = ringway::pool::Pool::new([String::new()]);
    /// let mut name = pool.take().unwrap();
    /// name.push_str("ring");
    /// assert!(pool.take().is_none());
    /// drop(name);
    /// assert_eq!(*pool.take().unwrap(), "ring");
    /// ```
    #[inline]
    pub fn take(&self) -> Option<Guard<'_, St::Object, W>> {
        self.by_ref().take()
    }
}

impl<T, const N: usize> Pool<T, N> {
    const_fn! {
        /// Creates a pool of these objects.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
        /// **Memory**: outside a `static`, moves the objects over the stack.
        ///
        /// ```
        /// use ringway::pool::Pool;
        ///
        /// static FRAMES: Pool<[u8; 64], 3> = Pool::new([[0; 64]; 3]);
        /// static NAMES: Pool<String, 8> = Pool::new([const { String::new() }; 8]);
        /// assert_eq!((FRAMES.len(), NAMES.len()), (3, 8));
        /// ```
        pub fn new(objects: [T; N]) -> Self {
            Self::of(Inline::new(objects), NoWaiters)
        }
    }

    /// Creates a pool of what `make` returns for the indices from 0 to `N - 1`.
    ///
    /// **Guarantees**: wait-free if `make` is. **Complexity**: `N` calls. **Panics**: only if
    /// `make` does. In that case the objects made before are dropped.
    ///
    /// ```
    /// let pool = ringway::pool::Pool::<_, 3>::from_fn(|index| index * 10);
    /// assert_eq!(*pool.take().unwrap(), 0);
    /// ```
    pub fn from_fn(make: impl FnMut(usize) -> T) -> Self {
        Self::new(core::array::from_fn(make))
    }
}

impl<T: Default, const N: usize> Default for Pool<T, N> {
    fn default() -> Self {
        Self::from_fn(|_| T::default())
    }
}

#[cfg(feature = "alloc")]
impl<T> BoxedPool<T> {
    /// Creates a pool of what `make` returns for the indices from 0 to `capacity - 1`.
    ///
    /// **Guarantees**: those of the allocator and of `make`.
    /// **Complexity**: one allocation, and `capacity` calls.
    /// **Errors**: [`CapacityError`] if the capacity is zero, or too large for memory or for a
    /// word.
    /// **Panics**: only if `make` does. In that case the objects made before are dropped.
    ///
    /// ```
    /// use ringway::{CapacityError, pool::BoxedPool};
    ///
    /// let pool = BoxedPool::from_fn(3, |_| [0u8; 1500])?;
    /// assert_eq!(pool.len(), 3);
    /// # Ok::<(), CapacityError>(())
    /// ```
    pub fn from_fn(capacity: usize, make: impl FnMut(usize) -> T) -> Result<Self, CapacityError> {
        Ok(Self::of(Boxed::from_fn(capacity, make)?, NoWaiters))
    }
}

impl<St: Storage, W> fmt::Debug for PoolInner<St, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("len", &self.len()).field("capacity", &self.capacity()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<St: Storage, W> defmt::Format for PoolInner<St, W> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Pool {{ len: {=usize}, capacity: {=usize} }}", self.len(), self.capacity());
    }
}
