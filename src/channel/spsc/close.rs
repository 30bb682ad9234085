//! Closing a channel without dropping an end.

use super::{Receiver, Sender};

impl<T> Sender<'_, T> {
    /// Closes the channel, as dropping the sender does: it rejects every further value, what it
    /// holds can still be received, and the receiver is woken. Returns `true` if this call closed
    /// it.
    ///
    /// [`with_producer`](Self::with_producer) passes the channel by: what is pushed there after the
    /// close may come after a receive that returned `Closed`.
    ///
    /// **Guarantees**: wait-free. No accepted value is lost: the receiver finds the channel closed
    /// once it has received all. **Complexity**: one atomic read-modify-write and one fence; a
    /// second read-modify-write if the receiver waits.
    /// Never panics, unless the waker of the receiver does. In that case the channel is closed.
    ///
    /// ```
    /// use ringway::channel::{TryRecvError, TrySendError, spsc::Channel};
    ///
    /// let mut channel = Channel::<_, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.try_send(1).unwrap();
    /// assert!(sender.close());
    /// assert!(!sender.close());
    /// assert_eq!(sender.try_send(2), Err(TrySendError::Closed(2)));
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    /// ```
    pub fn close(&mut self) -> bool {
        let is_first = self.signals.closed.set();
        self.half().wake_receiver();
        is_first
    }
}

impl<T> Receiver<'_, T> {
    /// Closes the channel: it rejects every send that begins from now on, what it holds can still
    /// be received, and the sender is woken. Returns `true` if this call closed it.
    ///
    /// A send that is in flight meanwhile may still succeed, and a receive that comes before its
    /// value returns `Closed`: only the next one finds the value. To be sure of all values, receive
    /// until the sender is done, or close on its side. The channels of
    /// [many senders](crate::channel::Channel) close exactly from both sides.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write and one fence; a
    /// second read-modify-write if the sender waits.
    /// Never panics, unless the waker of the sender does. In that case the channel is closed.
    ///
    /// ```
    /// use ringway::channel::{TryRecvError, TrySendError, spsc::Channel};
    ///
    /// let mut channel = Channel::<_, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.try_send(1).unwrap();
    /// assert!(receiver.close());
    /// assert_eq!(sender.try_send(2), Err(TrySendError::Closed(2)));
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    /// ```
    pub fn close(&mut self) -> bool {
        let is_first = self.signals.closed.set();
        self.half().wake_sender();
        is_first
    }
}
