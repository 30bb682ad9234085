//! What a queue must offer to take part, and how a measurement reaches it.

/// A value that travels through a queue and carries its sequence number.
pub trait Item: Copy + Default + Send + Sync + 'static {
    /// The item with this number.
    fn numbered(number: u64) -> Self;
    /// The number given to [`Item::numbered`].
    fn number(&self) -> u64;
}

impl Item for u64 {
    #[inline]
    fn numbered(number: u64) -> Self {
        number
    }

    #[inline]
    fn number(&self) -> u64 {
        *self
    }
}

/// 64 bytes, as large as one cache line.
impl Item for [u64; 8] {
    #[inline]
    fn numbered(number: u64) -> Self {
        [number; 8]
    }

    #[inline]
    fn number(&self) -> u64 {
        self[0] ^ self[3] ^ self[7]
    }
}

/// The pushing end, owned by one thread.
pub trait Push<T>: Send {
    /// Whether `push_batch` is the queue's own batch operation.
    const BATCHES: bool = false;

    /// `false` when full. Items are `Copy`, so nothing is given back.
    fn push(&mut self, item: T) -> bool;

    /// Copies as many items as fit and returns how many that were.
    #[inline]
    fn push_batch(&mut self, _items: &[T]) -> usize {
        0
    }
}

/// The popping end, owned by one thread.
pub trait Pop<T>: Send {
    /// `None` when empty.
    fn pop(&mut self) -> Option<T>;

    /// Fills `out` from the front as far as there are items; returns how many.
    #[inline]
    fn pop_batch(&mut self, _out: &mut [T]) -> usize {
        0
    }
}

/// How many items a queue holds and how many ends of each kind use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    pub capacity: usize,
    pub producers: usize,
    pub consumers: usize,
}

impl Setup {
    /// One producer and one consumer.
    pub const fn pair(capacity: usize) -> Self {
        Self { capacity, producers: 1, consumers: 1 }
    }

    /// The threads a transfer needs.
    pub const fn threads(&self) -> usize {
        self.producers + self.consumers
    }
}

/// Something done with the ends of a queue whose type only the contender knows.
pub trait Job<T> {
    type Output;

    /// Receives as many ends of each kind as the setup asked for.
    fn run<P: Push<T>, C: Pop<T>>(self, producers: Vec<P>, consumers: Vec<C>) -> Self::Output;
}

/// A queue under test: it builds itself, hands its ends to a job and is gone afterwards.
///
/// The queue may therefore live in the frame that runs the job, which lets queues with borrowed
/// ends and a const capacity take part beside those on the heap.
pub trait Contender {
    const NAME: &'static str;

    /// `None` when this queue has no such shape or capacity.
    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output>;
}

/// For queues with exactly two ends.
#[inline]
pub(crate) fn run_pair<T, P: Push<T>, C: Pop<T>, J: Job<T>>(
    setup: Setup,
    (producer, consumer): (P, C),
    job: J,
) -> Option<J::Output> {
    (setup.threads() == 2).then(|| job.run(vec![producer], vec![consumer]))
}

/// For queues used through shared references: the reference is every end.
#[inline]
pub(crate) fn run_shared<'q, T, Q, J: Job<T>>(setup: Setup, queue: &'q Q, job: J) -> J::Output
where
    &'q Q: Push<T> + Pop<T>,
{
    job.run(vec![queue; setup.producers], vec![queue; setup.consumers])
}

/// For channels whose ends clone.
#[inline]
pub(crate) fn run_cloned<T, P: Push<T> + Clone, C: Pop<T> + Clone, J: Job<T>>(
    setup: Setup,
    (producer, consumer): (P, C),
    job: J,
) -> J::Output {
    job.run(vec![producer; setup.producers], vec![consumer; setup.consumers])
}

/// Evaluates the body with `$n` as a constant, for the capacities it is to be compiled for.
macro_rules! with_const_capacity {
    ($capacity:expr, [$($value:literal),*], $n:ident => $body:expr) => {
        match $capacity {
            $($value => {
                const $n: usize = $value;
                $body
            })*
            _ => None,
        }
    };
}
pub(crate) use with_const_capacity;
