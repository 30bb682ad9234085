//! Values written in place and sent afterwards.

use super::core::{ChannelInner, Waiters};
use super::mpmc::Fifo;
use super::{SendError, Sender, TrySendError, View, attempt};
use crate::Full;
use crate::mpmc::{self, Storage};
use crate::wait::RawLock;
use crate::wait::queue::Waiter;
use core::fmt;
use core::future::poll_fn;
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};
use core::pin::pin;

impl<St: Storage, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Fifo<St>, W> {
    /// Claims a slot to write a value in place, and returns `None` if every slot is in use. The
    /// grant may be held indefinitely; it needs room only when it is [sent](FilledGrant::send).
    ///
    /// An open grant blocks no other operation, but each takes one of the [spare
    /// slots](super#spare-slots).
    ///
    /// **Guarantees**, **Complexity**: as [`mpmc`'s](crate::mpmc::QueueInner::reserve). Never
    /// panics.
    ///
    /// ```
    /// # type Frames = ringway::channel::Channel<[u8; 1500], 4, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let frames = Frames::new();
    /// let mut frame = frames.reserve().unwrap().write([0; 1500]);
    /// frame[..4].copy_from_slice(b"head");
    /// frame.send().await.unwrap();
    /// assert!(frames.recv().await.unwrap().starts_with(b"head"));
    /// # });
    /// ```
    pub fn reserve(&self) -> Option<Grant<'_, St::Value, R>> {
        Grant::new(self.view())
    }
}

impl<T, R: RawLock> Sender<'_, T, R> {
    /// Claims a slot to write a value in place, and returns `None` if every slot is in use.
    ///
    /// **Guarantees**, **Complexity**: as [`ChannelInner::reserve`]. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let sender = channel.closing_sender();
    /// sender.reserve().unwrap().write(7).try_send().unwrap();
    /// assert_eq!(channel.try_recv(), Ok(7));
    /// ```
    pub fn reserve(&self) -> Option<Grant<'_, T, R>> {
        Grant::new(*self.channel())
    }
}

/// A claimed slot without a value: see [`reserve`](ChannelInner::reserve). Dropped, it is free
/// again.
#[must_use = "a grant that is dropped sends nothing"]
pub struct Grant<'a, T, R: RawLock> {
    grant: mpmc::Grant<'a, T>,
    channel: View<'a, T, R>,
}

/// A claimed slot with a value. Dropped, it drops the value.
#[must_use = "a grant that is dropped sends nothing"]
pub struct FilledGrant<'a, T, R: RawLock> {
    grant: mpmc::FilledGrant<'a, T>,
    channel: View<'a, T, R>,
}

impl<'a, T, R: RawLock> Grant<'a, T, R> {
    fn new(channel: View<'a, T, R>) -> Option<Self> {
        channel.reserve_slot().map(|grant| Self { grant, channel })
    }

    /// Writes the value.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let grant = channel.reserve().unwrap().write(7);
    /// assert_eq!(*grant, 7);
    /// ```
    pub fn write(self, value: T) -> FilledGrant<'a, T, R> {
        FilledGrant { grant: self.grant.write(value), channel: self.channel }
    }

    /// Returns the memory of the value.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let mut grant = channel.reserve().unwrap();
    /// grant.as_uninit().write(7);
    /// // SAFETY: written just now.
    /// unsafe { grant.assume_init() }.try_send().unwrap();
    /// assert_eq!(channel.try_recv(), Ok(7));
    /// ```
    pub fn as_uninit(&mut self) -> &mut MaybeUninit<T> {
        self.grant.as_uninit()
    }

    /// Asserts that the value has been written.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// # Safety
    /// A value was written to [`as_uninit`](Self::as_uninit).
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let mut grant = channel.reserve().unwrap();
    /// grant.as_uninit().write("hello");
    /// // SAFETY: written just now.
    /// let filled = unsafe { grant.assume_init() };
    /// assert_eq!(*filled, "hello");
    /// ```
    pub unsafe fn assume_init(self) -> FilledGrant<'a, T, R> {
        // SAFETY: as the caller promises.
        FilledGrant { grant: unsafe { self.grant.assume_init() }, channel: self.channel }
    }
}

impl<'a, T, R: RawLock> FilledGrant<'a, T, R> {
    /// Sends the value if there is room now.
    ///
    /// **Guarantees**: as [`ChannelInner::try_send`].
    /// **Complexity**: one atomic read-modify-write if no other sender sends at the same moment.
    /// **Errors**: [`TrySendError`] gives the grant back.
    /// Never panics, unless the waker of a waiting receiver does. In that case the value has been
    /// sent.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let grant = channel.reserve().unwrap().write(7);
    /// channel.try_send(1).unwrap();
    /// channel.try_send(2).unwrap();
    /// let error = grant.try_send().unwrap_err();
    /// assert!(error.is_full());
    /// assert_eq!(error.into_inner().into_inner(), 7);
    /// ```
    pub fn try_send(self) -> Result<(), TrySendError<Self>> {
        let channel = self.channel;
        channel.waiters.try_send(self, |Self { grant, .. }| {
            grant.commit().map_err(|Full(grant)| TrySendError::Full(Self { grant, channel }))
        })
    }

    /// Sends the value as soon as there is room.
    ///
    /// **Guarantees**: as [`ChannelInner::send`].
    /// **Complexity**: that of [`try_send`](Self::try_send) if there is room.
    /// **Errors**: [`SendError`] gives the grant back if the channel is closed.
    /// **Panics**: if polled after it was ready, or if the waker of another waiter does.
    /// **Cancel safety**: dropped before it is ready, it sent nothing and drops the value.
    /// **Memory**: the grant and a dozen words, in the future; the value stays in its slot.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// channel.reserve().unwrap().write(7).send().await.unwrap();
    /// assert_eq!(channel.recv().await, Ok(7));
    /// # });
    /// ```
    pub async fn send(self) -> Result<(), SendError<Self>> {
        let mut waiter = pin!(Waiter::new(self.channel.waiters.senders(())));
        let mut unsent = Some(self);
        poll_fn(|context| waiter.as_mut().poll_until(context, || attempt::send(&mut unsent, Self::try_send)))
            .await
    }

    /// Returns the value, and frees the slot.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// assert_eq!(channel.reserve().unwrap().write(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.grant.into_inner()
    }
}

impl<T, R: RawLock> Deref for FilledGrant<'_, T, R> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.grant
    }
}

impl<T, R: RawLock> DerefMut for FilledGrant<'_, T, R> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.grant
    }
}

impl<T, R: RawLock> fmt::Debug for Grant<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.grant.fmt(f)
    }
}

impl<T, R: RawLock> fmt::Debug for FilledGrant<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.grant.fmt(f)
    }
}

#[cfg(feature = "defmt")]
impl<T, R: RawLock> defmt::Format for Grant<'_, T, R> {
    fn format(&self, f: defmt::Formatter<'_>) {
        self.grant.format(f);
    }
}

#[cfg(feature = "defmt")]
impl<T, R: RawLock> defmt::Format for FilledGrant<'_, T, R> {
    fn format(&self, f: defmt::Formatter<'_>) {
        self.grant.format(f);
    }
}
