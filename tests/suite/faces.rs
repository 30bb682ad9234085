//! Every way to come by a queue, behind three traits.

use ringway::Full;
use ringway::mpmc::{self, Grant, QueueInner, Stats, Storage, Taken, View};
use ringway::spsc::{self, Consumer, Producer};

/// A queue as seen by one caller that holds all of its ends.
pub(crate) trait Ends<T> {
    fn push(&mut self, value: T) -> Result<(), Full<T>>;
    fn pop(&mut self) -> Option<T>;
    fn len(&self) -> usize;
    fn is_empty(&self) -> bool;
    fn is_full(&self) -> bool;
    fn capacity(&self) -> usize;
}

/// A way to come by a queue.
pub(crate) trait Face {
    const CAPACITY: usize;

    /// Runs `body` on a new, empty queue, and drops the queue.
    fn with<T: Send>(body: impl FnOnce(&mut dyn Ends<T>));
}

/// A way to come by an MPMC queue.
pub(crate) trait MpmcFace {
    const CAPACITY: usize;
    const SPARES: usize;

    /// Runs `body` on a new, empty queue, and drops the queue.
    fn with_queue<T: Send>(body: impl FnOnce(&dyn Mpmc<T>));
}

/// A way to come by both ends of an SPSC queue.
pub(crate) trait SpscFace {
    const CAPACITY: usize;

    /// Runs `body` on the ends of a new, empty queue, and drops the queue.
    fn with_ends<T: Send>(body: impl FnOnce(Producer<'_, T>, Consumer<'_, T>));
}

/// The methods of an MPMC queue, wherever it is stored.
pub(crate) trait Mpmc<T>: Sync {
    fn push(&self, value: T) -> Result<(), Full<T>>;
    fn pop(&self) -> Option<T>;
    fn force_push(&self, value: T) -> Option<T>;
    fn reserve(&self) -> Option<Grant<'_, T>>;
    fn pop_ref(&self) -> Option<Taken<'_, T>>;
    fn len(&self) -> usize;
    fn is_empty(&self) -> bool;
    fn is_full(&self) -> bool;
    fn capacity(&self) -> usize;
    fn stats(&self) -> Stats;
    fn view(&self) -> View<'_, T>;
}

impl<T: Send, St: Storage<Value = T> + Sync> Mpmc<T> for QueueInner<T, St> {
    fn push(&self, value: T) -> Result<(), Full<T>> {
        self.push(value)
    }
    fn pop(&self) -> Option<T> {
        self.pop()
    }
    fn force_push(&self, value: T) -> Option<T> {
        self.force_push(value)
    }
    fn reserve(&self) -> Option<Grant<'_, T>> {
        self.reserve()
    }
    fn pop_ref(&self) -> Option<Taken<'_, T>> {
        self.pop_ref()
    }
    fn len(&self) -> usize {
        self.len()
    }
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
    fn is_full(&self) -> bool {
        self.is_full()
    }
    fn capacity(&self) -> usize {
        self.capacity()
    }
    fn stats(&self) -> Stats {
        self.stats()
    }
    fn view(&self) -> View<'_, T> {
        self.view()
    }
}

/// An MPMC queue as a pair of ends.
struct Shared<'q, T>(&'q dyn Mpmc<T>);

impl<T> Ends<T> for Shared<'_, T> {
    fn push(&mut self, value: T) -> Result<(), Full<T>> {
        self.0.push(value)
    }
    fn pop(&mut self) -> Option<T> {
        self.0.pop()
    }
    fn len(&self) -> usize {
        self.0.len()
    }
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    fn is_full(&self) -> bool {
        self.0.is_full()
    }
    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl<F: MpmcFace> Face for F {
    const CAPACITY: usize = F::CAPACITY;

    fn with<T: Send>(body: impl FnOnce(&mut dyn Ends<T>)) {
        F::with_queue(|queue| body(&mut Shared(queue)));
    }
}

/// Both ends of an SPSC queue, which must agree on all that they say.
struct Pair<'a, T>(Producer<'a, T>, Consumer<'a, T>);

fn agreed<A: PartialEq + std::fmt::Debug>(producer: A, consumer: A) -> A {
    assert_eq!(producer, consumer, "the two ends of a quiet queue agree");
    producer
}

impl<T> Ends<T> for Pair<'_, T> {
    fn push(&mut self, value: T) -> Result<(), Full<T>> {
        self.0.push(value)
    }
    fn pop(&mut self) -> Option<T> {
        self.1.pop()
    }
    fn len(&self) -> usize {
        assert_eq!(self.0.free_capacity(), self.0.capacity() - self.0.len());
        agreed(self.0.len(), self.1.len())
    }
    fn is_empty(&self) -> bool {
        agreed(self.0.is_empty(), self.1.is_empty())
    }
    fn is_full(&self) -> bool {
        agreed(self.0.is_full(), self.1.is_full())
    }
    fn capacity(&self) -> usize {
        agreed(self.0.capacity(), self.1.capacity())
    }
}

impl<M: Mode, const N: usize> Face for Spsc<M, N> {
    const CAPACITY: usize = N;

    fn with<T: Send>(body: impl FnOnce(&mut dyn Ends<T>)) {
        M::with_ends::<T, N>(|producer, consumer| body(&mut Pair(producer, consumer)));
    }
}

impl<M: Mode, const N: usize> SpscFace for Spsc<M, N> {
    const CAPACITY: usize = N;

    fn with_ends<T: Send>(body: impl FnOnce(Producer<'_, T>, Consumer<'_, T>)) {
        M::with_ends::<T, N>(body);
    }
}

/// `mpmc::Queue`.
pub(crate) struct Inline<const N: usize, const S: usize>;

impl<const N: usize, const S: usize> MpmcFace for Inline<N, S> {
    const CAPACITY: usize = N;
    const SPARES: usize = S;

    fn with_queue<T: Send>(body: impl FnOnce(&dyn Mpmc<T>)) {
        body(&mpmc::Queue::<T, N, S>::new());
    }
}

/// `mpmc::View` of an inline queue.
pub(crate) struct Viewed<const N: usize, const S: usize>;

impl<const N: usize, const S: usize> MpmcFace for Viewed<N, S> {
    const CAPACITY: usize = N;
    const SPARES: usize = S;

    fn with_queue<T: Send>(body: impl FnOnce(&dyn Mpmc<T>)) {
        body(&mpmc::Queue::<T, N, S>::new().view());
    }
}

/// `mpmc::BoxedQueue`.
#[cfg(feature = "alloc")]
pub(crate) struct Boxed<const N: usize, const S: usize>;

#[cfg(feature = "alloc")]
impl<const N: usize, const S: usize> MpmcFace for Boxed<N, S> {
    const CAPACITY: usize = N;
    const SPARES: usize = S;

    fn with_queue<T: Send>(body: impl FnOnce(&dyn Mpmc<T>)) {
        body(&mpmc::BoxedQueue::with_spares(N, S).expect("the capacity is small"));
    }
}

/// `mpmc::Queue::new_boxed`.
#[cfg(feature = "alloc")]
pub(crate) struct InlineBoxed<const N: usize, const S: usize>;

#[cfg(feature = "alloc")]
impl<const N: usize, const S: usize> MpmcFace for InlineBoxed<N, S> {
    const CAPACITY: usize = N;
    const SPARES: usize = S;

    fn with_queue<T: Send>(body: impl FnOnce(&dyn Mpmc<T>)) {
        body(&*mpmc::Queue::<T, N, S>::new_boxed().expect("the queue is small"));
    }
}

/// An SPSC queue of `N` values, made and split by `M`.
pub(crate) struct Spsc<M, const N: usize>(M);

/// How the ends of an SPSC queue are come by.
pub(crate) trait Mode {
    fn with_ends<T: Send, const N: usize>(body: impl FnOnce(Producer<'_, T>, Consumer<'_, T>));
}

/// `spsc::Queue::split`.
pub(crate) struct Split;

impl Mode for Split {
    fn with_ends<T: Send, const N: usize>(body: impl FnOnce(Producer<'_, T>, Consumer<'_, T>)) {
        let mut queue = spsc::Queue::<T, N>::new();
        let (producer, consumer) = queue.split();
        body(producer, consumer);
    }
}

/// `spsc::Queue::take`, from a shared reference as that to a `static` is.
pub(crate) struct Take;

impl Mode for Take {
    fn with_ends<T: Send, const N: usize>(body: impl FnOnce(Producer<'_, T>, Consumer<'_, T>)) {
        let queue = spsc::Queue::<T, N>::new();
        let (producer, consumer) = queue.take().expect("the ends were not taken before");
        body(producer, consumer);
    }
}

/// `spsc::Queue::new_boxed`.
#[cfg(feature = "alloc")]
pub(crate) struct InlineSplit;

#[cfg(feature = "alloc")]
impl Mode for InlineSplit {
    fn with_ends<T: Send, const N: usize>(body: impl FnOnce(Producer<'_, T>, Consumer<'_, T>)) {
        let mut queue = spsc::Queue::<T, N>::new_boxed().expect("the queue is small");
        let (producer, consumer) = queue.split();
        body(producer, consumer);
    }
}

/// `spsc::BoxedQueue::split`.
#[cfg(feature = "alloc")]
pub(crate) struct BoxedSplit;

#[cfg(feature = "alloc")]
impl Mode for BoxedSplit {
    fn with_ends<T: Send, const N: usize>(body: impl FnOnce(Producer<'_, T>, Consumer<'_, T>)) {
        let mut queue = spsc::BoxedQueue::<T>::new(N).expect("the capacity is small");
        let (producer, consumer) = queue.split();
        body(producer, consumer);
    }
}

/// `spsc::BoxedQueue::into_split`.
#[cfg(feature = "alloc")]
pub(crate) struct IntoSplit;

#[cfg(feature = "alloc")]
impl Mode for IntoSplit {
    fn with_ends<T: Send, const N: usize>(body: impl FnOnce(Producer<'_, T>, Consumer<'_, T>)) {
        let queue = spsc::BoxedQueue::<T>::new(N).expect("the capacity is small");
        let (producer, consumer) = queue.into_split();
        body(producer, consumer);
    }
}
