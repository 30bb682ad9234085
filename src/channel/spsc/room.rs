//! Waiting for room, without a value at hand.

use super::Sender;
use crate::channel::SendError;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<'a, T> Sender<'a, T> {
    /// Waits until there is room for a value, to make the value only then and send it with
    /// [`try_send`](Self::try_send). As there is no other sender, the room stays, and `try_send`
    /// fails only if the channel is closed meanwhile.
    ///
    /// **Guarantees**: wait-free. [Yields](crate::channel#fairness-to-other-tasks) now and then.
    /// **Complexity**: no atomic read-modify-write if there is room.
    /// **Errors**: [`SendError`], without a value, if the channel is closed.
    /// Never panics.
    /// **Cancel safety**: the future may be dropped at any point, without effect.
    /// **Memory**: one word, in the future.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.wait_for_room().await.unwrap();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(receiver.recv().await, Ok(7));
    /// # });
    /// ```
    pub fn wait_for_room(&mut self) -> RoomFuture<'_, 'a, T> {
        RoomFuture { sender: self }
    }
}

/// Waits for room: see [`Sender::wait_for_room`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct RoomFuture<'s, 'a, T> {
    sender: &'s mut Sender<'a, T>,
}

impl<T> Future for RoomFuture<'_, '_, T> {
    type Output = Result<(), SendError<()>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.sender.poll_until(context, |half| half.attempt_to_find_room())
    }
}

impl<T> Drop for RoomFuture<'_, '_, T> {
    fn drop(&mut self) {
        self.sender.stop_waiting();
    }
}

impl<T> fmt::Debug for RoomFuture<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RoomFuture").field(&self.sender).finish()
    }
}
