//! The flavor that is last in, first out: see [`crate::stack`].

use super::core::{ChannelInner, Owned};
use super::queue::{Queue, Sealed};
use super::{SendError, TrySendError};
use crate::raw::stack;
use crate::raw::zeroed::Zeroed;
use crate::sync::const_fn;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;

#[cfg(feature = "alloc")]
use {super::core::boxed, crate::CapacityError, crate::raw::zeroed, alloc::boxed::Box};

/// A [`Stack`](crate::stack::Stack) with waiting and closing: for tasks, threads and interrupt handlers at once.
///
/// What [`channel`](crate::channel#guarantees) promises of waiting and closing holds here too.
///
/// ```
/// # type Buffers<T> = ringway::stack::Channel<T, 4, ringway::wait::NoLock>;
/// # pollster::block_on(async {
/// let buffers = Buffers::new(); // `static BUFFERS: Channel<Buffer, 4> = Channel::new();` with feature `std`
/// buffers.send("cold").await.unwrap();
/// buffers.send("warm").await.unwrap();
/// assert_eq!(buffers.recv().await, Ok("warm"));
/// # });
/// ```
pub type Channel<T, const N: usize, R = DefaultLock, const S: usize = 4> =
    ChannelInner<Lifo<T, N, S>, Owned<R>>;

/// The queue of a [`Channel`]: last in, first out.
pub struct Lifo<T, const N: usize, const S: usize>(stack::Stack<T, usize, N, S, true>);

// SAFETY: the slots may be zeros.
unsafe impl<T, const N: usize, const S: usize> Zeroed for Lifo<T, N, S> {
    const IS_SOUND: () = stack::Stack::<T, usize, N, S, true>::IS_SOUND;
}

impl<T, const N: usize, const S: usize> Sealed for Lifo<T, N, S> {}

impl<T, const N: usize, const S: usize> Queue for Lifo<T, N, S> {
    type Value = T;
    type Item = T;
    type Level = ();
    type SendError = SendError<T>;

    #[inline]
    fn push(&self, (): (), value: T, _: usize) -> Result<(), TrySendError<T>> {
        self.0.push(value).map_err(TrySendError::Full)
    }

    #[inline]
    fn pop(&self) -> Option<T> {
        self.0.pop()
    }

    fn discard(&self) -> bool {
        self.0.pop().is_some()
    }

    #[inline]
    fn level_of(_: &T) {}

    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    fn len_of(&self, (): ()) -> usize {
        self.0.len()
    }

    fn capacity(&self) -> usize {
        N
    }

    fn seal(&self) -> bool {
        self.0.seal()
    }

    #[inline]
    fn send_error(error: TrySendError<T>) -> SendError<T> {
        SendError(error.into_inner())
    }
}

impl<T, const N: usize, R: RawLock, const S: usize> Channel<T, N, R, S> {
    const_fn! {
        /// Creates an empty channel.
        pub fn new() -> Self {
            Self { queue: Lifo(stack::Stack::new()), waiters: Owned::new() }
        }
    }
}

#[cfg(feature = "alloc")]
impl<T, const N: usize, R: RawLock, const S: usize> Channel<T, N, R, S> {
    /// Creates an empty channel on the heap, made there: it was never on the stack of its thread, which may be smaller.
    ///
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it. Never panics.
    ///
    /// ```
    /// use ringway::{stack::Channel, wait::NoLock};
    ///
    /// let buffers = Channel::<[u8; 1 << 20], 8, NoLock>::new_boxed()?; // 12 MiB
    /// assert!(buffers.is_empty());
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        // SAFETY: `boxed` hands over zeros.
        boxed(|place| unsafe { zeroed::make(place, || Lifo(stack::Stack::new())) })
    }
}

impl<T, const N: usize, R: RawLock, const S: usize> Default for Channel<T, N, R, S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize, const S: usize> fmt::Debug for Lifo<T, N, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lifo")
    }
}
