//! Every way to come by a channel, behind two traits for its ends.

use ringway::channel::{
    BoxedChannel, Channel, ChannelInner, ClosedFuture, Receiver, RecvError, RecvFuture, RecvManyFuture,
    RecvTimeoutError, RoomFuture, SendError, SendFuture, SendManyFuture, SendTimeoutError, Sender, Single,
    TryRecvError, TrySendError, Unsent, Waiters, bounded, spsc,
};
use ringway::wait::{CriticalSection, RawLock};
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What travels through the channels.
pub(crate) type Value = u64;

/// What is sent in one call.
pub(crate) type Values = std::ops::Range<Value>;

/// An end to send with.
pub(crate) trait Tx: Send + 'static {
    fn send(&mut self, value: Value) -> impl Future<Output = Result<(), SendError<Value>>> + Send;
    fn try_send(&mut self, value: Value) -> Result<(), TrySendError<Value>>;
    fn send_blocking(&mut self, value: Value) -> Result<(), SendError<Value>>;
    fn send_timeout(&mut self, value: Value, timeout: Duration) -> Result<(), SendTimeoutError<Value>>;
    fn try_send_many(&mut self, values: Values) -> Result<usize, TrySendError<Unsent<Values>>>;
    fn send_many(
        &mut self,
        values: Values,
    ) -> impl Future<Output = Result<usize, SendError<Unsent<Values>>>> + Send;
    fn send_many_blocking(&mut self, values: Values) -> Result<usize, SendError<Unsent<Values>>>;
    fn wait_for_room(&mut self) -> impl Future<Output = Result<(), SendError<()>>> + Send;
    fn closed(&mut self) -> impl Future<Output = ()> + Send;
    fn is_closed(&self) -> bool;
    /// Closes the channel, in the way of this face.
    fn finish(self);
}

/// An end to receive with.
pub(crate) trait Rx: Send + 'static {
    fn recv(&mut self) -> impl Future<Output = Result<Value, RecvError>> + Send;
    fn try_recv(&mut self) -> Result<Value, TryRecvError>;
    fn recv_blocking(&mut self) -> Result<Value, RecvError>;
    fn recv_timeout(&mut self, timeout: Duration) -> Result<Value, RecvTimeoutError>;
    fn try_recv_many(&mut self, buffer: &mut Vec<Value>, limit: usize) -> Result<usize, TryRecvError>;
    fn recv_many(&mut self, buffer: &mut Vec<Value>, limit: usize) -> impl Future<Output = usize> + Send;
    fn recv_many_blocking(&mut self, buffer: &mut Vec<Value>, limit: usize) -> usize;
    fn iter(&mut self) -> impl Iterator<Item = Value>;
    fn try_iter(&mut self) -> impl Iterator<Item = Value>;
    fn drain(&mut self) -> impl Iterator<Item = Value>;
    fn is_closed(&self) -> bool;
    fn len(&self) -> usize;
    /// Closes the channel, in the way of this face.
    fn finish(self);
}

/// A way to come by a channel.
pub(crate) trait Face {
    const CAPACITY: usize;
    type Tx: Tx;
    type Rx: Rx;

    /// The ends of a new, empty channel.
    fn open() -> (Self::Tx, Self::Rx);
}

/// A way to come by a channel whose ends may be copied.
pub(crate) trait SharedFace: Face<Tx: Clone, Rx: Clone> {}

impl<F: Face<Tx: Clone, Rx: Clone>> SharedFace for F {}

/// The methods of an end, passed on to whatever has methods of the same names.
macro_rules! impl_end {
    (Tx for $end:ty, [$($parameters:tt)*], finish: $finish:expr) => {
        impl<$($parameters)*> Tx for $end {
            async fn send(&mut self, value: Value) -> Result<(), SendError<Value>> {
                <$end>::send(self, value).await
            }
            fn try_send(&mut self, value: Value) -> Result<(), TrySendError<Value>> {
                <$end>::try_send(self, value)
            }
            fn send_blocking(&mut self, value: Value) -> Result<(), SendError<Value>> {
                <$end>::send_blocking(self, value)
            }
            fn send_timeout(&mut self, value: Value, timeout: Duration) -> Result<(), SendTimeoutError<Value>> {
                <$end>::send_timeout(self, value, timeout)
            }
            fn try_send_many(&mut self, values: Values) -> Result<usize, TrySendError<Unsent<Values>>> {
                <$end>::try_send_many(self, values)
            }
            async fn send_many(&mut self, values: Values) -> Result<usize, SendError<Unsent<Values>>> {
                <$end>::send_many(self, values).await
            }
            fn send_many_blocking(&mut self, values: Values) -> Result<usize, SendError<Unsent<Values>>> {
                <$end>::send_many_blocking(self, values)
            }
            async fn wait_for_room(&mut self) -> Result<(), SendError<()>> {
                <$end>::wait_for_room(self).await
            }
            async fn closed(&mut self) {
                <$end>::closed(self).await;
            }
            fn is_closed(&self) -> bool {
                <$end>::is_closed(self)
            }
            fn finish(self) {
                let finish: fn(Self) = $finish;
                finish(self);
            }
        }
    };
    (Rx for $end:ty, [$($parameters:tt)*], finish: $finish:expr) => {
        impl<$($parameters)*> Rx for $end {
            async fn recv(&mut self) -> Result<Value, RecvError> {
                <$end>::recv(self).await
            }
            fn try_recv(&mut self) -> Result<Value, TryRecvError> {
                <$end>::try_recv(self)
            }
            fn recv_blocking(&mut self) -> Result<Value, RecvError> {
                <$end>::recv_blocking(self)
            }
            fn recv_timeout(&mut self, timeout: Duration) -> Result<Value, RecvTimeoutError> {
                <$end>::recv_timeout(self, timeout)
            }
            fn try_recv_many(&mut self, buffer: &mut Vec<Value>, limit: usize) -> Result<usize, TryRecvError> {
                <$end>::try_recv_many(self, buffer, limit)
            }
            async fn recv_many(&mut self, buffer: &mut Vec<Value>, limit: usize) -> usize {
                <$end>::recv_many(self, buffer, limit).await
            }
            fn recv_many_blocking(&mut self, buffer: &mut Vec<Value>, limit: usize) -> usize {
                <$end>::recv_many_blocking(self, buffer, limit)
            }
            fn iter(&mut self) -> impl Iterator<Item = Value> {
                <$end>::iter(self)
            }
            fn try_iter(&mut self) -> impl Iterator<Item = Value> {
                <$end>::try_iter(self)
            }
            fn drain(&mut self) -> impl Iterator<Item = Value> {
                <$end>::drain(self)
            }
            fn is_closed(&self) -> bool {
                <$end>::is_closed(self)
            }
            fn len(&self) -> usize {
                <$end>::len(self)
            }
            fn finish(self) {
                let finish: fn(Self) = $finish;
                finish(self);
            }
        }
    };
}

impl_end!(Tx for Sender<'static, Value>, [], finish: drop);
impl_end!(Rx for Receiver<'static, Value>, [], finish: drop);
impl_end!(Tx for spsc::Sender<'static, Value>, [], finish: drop);
impl_end!(Rx for spsc::Receiver<'static, Value>, [], finish: drop);

/// The channel itself, reached through `P`, as either end.
#[derive(Clone)]
pub(crate) struct Whole<P>(P);

/// What leads to a channel.
pub(crate) trait Leads:
    Deref<Target = ChannelInner<Self::Queue, Self::Waiters>> + Clone + Send + 'static
{
    type Queue: Single<Value = Value, Level: Send> + Sync;
    type Waiters: Deref<Target = Waiters<Self::Lock>>;
    type Lock: RawLock + Send + Sync;
}

impl<P, Q, W, R> Leads for P
where
    P: Deref<Target = ChannelInner<Q, W>> + Clone + Send + 'static,
    Q: Single<Value = Value, Level: Send> + Sync,
    W: Deref<Target = Waiters<R>>,
    R: RawLock + Send + Sync,
{
    type Queue = Q;
    type Waiters = W;
    type Lock = R;
}

impl<P: Leads> Whole<P> {
    fn ends(leads: P) -> (Self, Self) {
        (Self(leads.clone()), Self(leads))
    }

    fn close(self) {
        self.0.close();
    }
}

/// The same names as those of an end.
impl<P: Leads> Whole<P> {
    fn send(&self, value: Value) -> SendFuture<'_, P::Queue, P::Lock> {
        self.0.send(value)
    }
    fn try_send(&self, value: Value) -> Result<(), TrySendError<Value>> {
        self.0.try_send(value)
    }
    fn send_blocking(&self, value: Value) -> Result<(), SendError<Value>> {
        self.0.send_blocking(value)
    }
    fn send_timeout(&self, value: Value, timeout: Duration) -> Result<(), SendTimeoutError<Value>> {
        self.0.send_timeout(value, timeout)
    }
    fn wait_for_room(&self) -> RoomFuture<'_, P::Queue, P::Lock> {
        self.0.wait_for_room()
    }
    fn closed(&self) -> ClosedFuture<'_, P::Lock> {
        self.0.closed()
    }
    fn recv(&self) -> RecvFuture<'_, P::Queue, P::Lock> {
        self.0.recv()
    }
    fn try_recv(&self) -> Result<Value, TryRecvError> {
        self.0.try_recv()
    }
    fn recv_blocking(&self) -> Result<Value, RecvError> {
        self.0.recv_blocking()
    }
    fn recv_timeout(&self, timeout: Duration) -> Result<Value, RecvTimeoutError> {
        self.0.recv_timeout(timeout)
    }
    fn try_send_many(&self, values: Values) -> Result<usize, TrySendError<Unsent<Values>>> {
        self.0.try_send_many(values)
    }
    fn send_many(&self, values: Values) -> SendManyFuture<SendFuture<'_, P::Queue, P::Lock>, Values> {
        self.0.send_many(values)
    }
    fn send_many_blocking(&self, values: Values) -> Result<usize, SendError<Unsent<Values>>> {
        self.0.send_many_blocking(values)
    }
    fn try_recv_many(&self, buffer: &mut Vec<Value>, limit: usize) -> Result<usize, TryRecvError> {
        self.0.try_recv_many(buffer, limit)
    }
    fn recv_many<'b>(
        &'b self,
        buffer: &'b mut Vec<Value>,
        limit: usize,
    ) -> RecvManyFuture<'b, P::Queue, Vec<Value>, P::Lock> {
        self.0.recv_many(buffer, limit)
    }
    fn recv_many_blocking(&self, buffer: &mut Vec<Value>, limit: usize) -> usize {
        self.0.recv_many_blocking(buffer, limit)
    }
    fn iter(&self) -> impl Iterator<Item = Value> {
        self.0.iter()
    }
    fn try_iter(&self) -> impl Iterator<Item = Value> {
        self.0.try_iter()
    }
    fn drain(&self) -> impl Iterator<Item = Value> {
        self.0.drain()
    }
    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
    fn len(&self) -> usize {
        self.0.len()
    }
}

impl_end!(Tx for Whole<P>, [P: Leads], finish: Self::close);
impl_end!(Rx for Whole<P>, [P: Leads], finish: Self::close);

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// `Channel` in a `static`.
pub(crate) struct InStatic;

impl Face for InStatic {
    const CAPACITY: usize = 2;
    type Tx = Whole<&'static Channel<Value, 2>>;
    type Rx = Self::Tx;

    fn open() -> (Self::Tx, Self::Rx) {
        // A channel that was closed stays closed, so each test takes one of its own.
        static CHANNELS: [Channel<Value, 2>; 256] = [const { Channel::new() }; 256];
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Whole::ends(&CHANNELS[NEXT.fetch_add(1, Ordering::Relaxed)])
    }
}

/// `Channel` with `R` for its lock.
pub(crate) struct WithLock<R, const N: usize>(R);

impl<R: RawLock + Send + Sync + 'static, const N: usize> Face for WithLock<R, N> {
    const CAPACITY: usize = N;
    type Tx = Whole<&'static Channel<Value, N, R>>;
    type Rx = Self::Tx;

    fn open() -> (Self::Tx, Self::Rx) {
        Whole::ends(leak(Channel::new()))
    }
}

pub(crate) type InCriticalSection<const N: usize> = WithLock<CriticalSection, N>;

/// `BoxedChannel`.
pub(crate) struct OnHeap<const N: usize>;

impl<const N: usize> Face for OnHeap<N> {
    const CAPACITY: usize = N;
    type Tx = Whole<Arc<BoxedChannel<Value>>>;
    type Rx = Self::Tx;

    fn open() -> (Self::Tx, Self::Rx) {
        Whole::ends(Arc::new(BoxedChannel::new(N).expect("the capacity is small")))
    }
}

/// `View` of a `Channel`.
pub(crate) struct Viewed<const N: usize>;

impl<const N: usize> Face for Viewed<N> {
    const CAPACITY: usize = N;
    type Tx = Whole<Arc<ringway::channel::View<'static, Value>>>;
    type Rx = Self::Tx;

    fn open() -> (Self::Tx, Self::Rx) {
        let channel: &'static Channel<Value, N> = leak(Channel::new());
        Whole::ends(Arc::new(channel.view()))
    }
}

/// `Sender` and `Receiver` that borrow the channel.
pub(crate) struct BorrowedEnds<const N: usize>;

impl<const N: usize> Face for BorrowedEnds<N> {
    const CAPACITY: usize = N;
    type Tx = Sender<'static, Value>;
    type Rx = Receiver<'static, Value>;

    fn open() -> (Self::Tx, Self::Rx) {
        let channel: &'static Channel<Value, N> = leak(Channel::new());
        (channel.closing_sender(), channel.closing_receiver())
    }
}

/// `Sender` and `Receiver` that own the channel.
pub(crate) struct OwnedEnds<const N: usize>;

impl<const N: usize> Face for OwnedEnds<N> {
    const CAPACITY: usize = N;
    type Tx = Sender<'static, Value>;
    type Rx = Receiver<'static, Value>;

    fn open() -> (Self::Tx, Self::Rx) {
        bounded(N).expect("the capacity is small")
    }
}

/// The ends of an SPSC channel, taken once.
pub(crate) struct SpscTaken<const N: usize>;

impl<const N: usize> Face for SpscTaken<N> {
    const CAPACITY: usize = N;
    type Tx = spsc::Sender<'static, Value>;
    type Rx = spsc::Receiver<'static, Value>;

    fn open() -> (Self::Tx, Self::Rx) {
        let channel: &'static spsc::Channel<Value, N> = leak(spsc::Channel::new());
        channel.take().expect("the ends were not taken before")
    }
}

/// The ends of an SPSC channel that own it.
pub(crate) struct SpscOwned<const N: usize>;

impl<const N: usize> Face for SpscOwned<N> {
    const CAPACITY: usize = N;
    type Tx = spsc::Sender<'static, Value>;
    type Rx = spsc::Receiver<'static, Value>;

    fn open() -> (Self::Tx, Self::Rx) {
        spsc::bounded(N).expect("the capacity is small")
    }
}
