//! What a channel needs of the queue below it.

use super::error::{GivesBack, Rejection};
use super::{SendError, TrySendError};

/// A queue that a channel waits on. Implemented by the queues of this crate, and sealed.
///
/// Its answers are exact, and its changes sequentially consistent: a waiter that is on its list
/// before it tries for the last time misses no change.
#[allow(private_bounds, reason = "sealed: no other crate can name the bound")]
pub trait Queue: Sealed {
    /// What is sent. An associated type, so that the type of a future names it once: a future whose
    /// type names it twice, tied by a trait, cannot be spawned if there is a lifetime in it.
    type Value;
    /// What is received.
    type Item;
    /// Where a value is sent to: the number of a level, or nothing where there is one level.
    #[doc(hidden)]
    type Level: Level;
    /// Why a value was not sent at once.
    type TrySendError: Rejection<Value = Self::Value, SendError = Self::SendError>;
    /// Why a value was not sent, although there was time to wait for room.
    type SendError: GivesBack<Value = Self::Value>;

    /// Pushes a value; looks for room `retries` more times if there is none.
    #[doc(hidden)]
    fn push(&self, level: Self::Level, value: Self::Value, retries: usize) -> Result<(), Self::TrySendError>;
    #[doc(hidden)]
    fn pop(&self) -> Option<Self::Item>;
    /// Pops a value and drops it in place. Returns `false` if there is none.
    #[doc(hidden)]
    fn discard(&self) -> bool;
    /// The level in which an item that was popped made room.
    #[doc(hidden)]
    fn level(item: &Self::Item) -> Self::Level;
    /// The number of values in all levels.
    #[doc(hidden)]
    fn len(&self) -> usize;
    /// Whether all levels were empty at one moment.
    #[doc(hidden)]
    fn is_empty(&self) -> bool;
    /// The number of values in one level.
    #[doc(hidden)]
    fn len_of(&self, level: Self::Level) -> usize;
    /// The number of values that each level holds when it is full.
    #[doc(hidden)]
    fn capacity(&self) -> usize;
    /// The number of levels.
    #[doc(hidden)]
    fn levels(&self) -> usize {
        1
    }
    /// Closes an empty queue. Returns `false` if there is a value, or if the exchange failed
    /// and must be retried.
    #[doc(hidden)]
    fn close_if_empty(&self) -> bool;
}

/// A queue of one level, which gives its values out as they were sent.
pub trait Single:
    Queue<
        Item = <Self as Queue>::Value,
        Level = (),
        TrySendError = TrySendError<<Self as Queue>::Value>,
        SendError = SendError<<Self as Queue>::Value>,
    >
{
}

impl<Q> Single for Q where
    Q: Queue<
            Item = <Q as Queue>::Value,
            Level = (),
            TrySendError = TrySendError<<Q as Queue>::Value>,
            SendError = SendError<<Q as Queue>::Value>,
        >
{
}

/// A reference to a queue: what handles hold.
// It has no lifetime parameter: with one, a task that holds a handle could not be spawned; see
// `Queue::Value`.
pub trait QueueRef: Queue + Copy {
    /// The queue that is referred to.
    #[doc(hidden)]
    type Owner: Queue;

    /// # Safety
    /// The owner is alive, and is not moved, as long as the result is used.
    #[doc(hidden)]
    unsafe fn of(owner: *const Self::Owner) -> Self;
}

pub(crate) trait Sealed {}

/// Where a value is sent to.
pub trait Level: Copy {
    /// Returns the number of the level.
    fn index(self) -> usize;
}

impl Level for () {
    #[inline]
    fn index(self) -> usize {
        0
    }
}

impl Level for usize {
    #[inline]
    fn index(self) -> usize {
        self
    }
}

impl<Q: Queue> Sealed for &Q {}

impl<Q: Queue> Queue for &Q {
    type Value = Q::Value;
    type Item = Q::Item;
    type Level = Q::Level;
    type TrySendError = Q::TrySendError;
    type SendError = Q::SendError;

    #[inline]
    fn push(&self, level: Q::Level, value: Q::Value, retries: usize) -> Result<(), Q::TrySendError> {
        (**self).push(level, value, retries)
    }

    #[inline]
    fn pop(&self) -> Option<Q::Item> {
        (**self).pop()
    }

    fn discard(&self) -> bool {
        (**self).discard()
    }

    #[inline]
    fn level(item: &Q::Item) -> Q::Level {
        Q::level(item)
    }

    #[inline]
    fn len(&self) -> usize {
        (**self).len()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        (**self).is_empty()
    }

    #[inline]
    fn len_of(&self, level: Q::Level) -> usize {
        (**self).len_of(level)
    }

    #[inline]
    fn capacity(&self) -> usize {
        (**self).capacity()
    }

    #[inline]
    fn levels(&self) -> usize {
        (**self).levels()
    }

    #[inline]
    fn close_if_empty(&self) -> bool {
        (**self).close_if_empty()
    }
}

impl<Q: Queue> QueueRef for &Q {
    type Owner = Q;

    #[inline]
    unsafe fn of(owner: *const Q) -> Self {
        // SAFETY: as the caller promises.
        unsafe { &*owner }
    }
}
