//! The adapters of ringway itself.

use core::marker::PhantomData;
use core::sync::atomic::{AtomicU32, Ordering};

use ringway::metrics::{Clock, CycleClock, Meter, Metered, Stamped, StdClock};
use ringway::pool::{BoxedPool, Pool, WaitPool};
use ringway::priority::Priority;
use ringway::task::{Task, Tracker};
use ringway::{channel, mpmc, spsc};

use crate::interface::channel::{AsyncJob, Channel, Ends, cloned, one_each, with_async_calls, with_calls};
use crate::interface::completion::Completion;
use crate::interface::pool::{OBJECTS, Object, ObjectPool};
use crate::interface::priority::{LEVELS, PER_LEVEL, PriorityQueue};
use crate::interface::queue::{
    Contender, Item, Job, Pop, Push, Setup, run_pair, run_shared, with_const_capacity,
};

#[derive(Debug)]
pub(crate) struct Spsc;

impl Contender for Spsc {
    const NAME: &'static str = "ringway spsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64, 1_024, 65_536], N => {
            let mut queue = Box::new(spsc::Queue::<T, N>::new());
            run_pair(setup, queue.split(), job)
        })
    }
}

#[derive(Debug)]
pub(crate) struct BoxedSpsc;

impl Contender for BoxedSpsc {
    const NAME: &'static str = "ringway spsc (boxed)";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let queue = spsc::BoxedQueue::<T>::new(setup.capacity).ok()?;
        run_pair(setup, queue.into_split(), job)
    }
}

impl<T: Item> Push<T> for spsc::Producer<'_, T> {
    const BATCHES: bool = true;

    #[inline]
    fn push(&mut self, item: T) -> bool {
        spsc::Producer::push(self, item).is_ok()
    }

    #[inline]
    fn push_batch(&mut self, items: &[T]) -> usize {
        self.push_slice(items)
    }
}

impl<T: Item> Pop<T> for spsc::Consumer<'_, T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        spsc::Consumer::pop(self)
    }

    #[inline]
    fn pop_batch(&mut self, out: &mut [T]) -> usize {
        self.pop_slice(out)
    }
}

#[derive(Debug)]
pub(crate) struct Mpmc;

impl Contender for Mpmc {
    const NAME: &'static str = "ringway mpmc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64, 1_024], N => {
            let queue = Box::new(mpmc::Queue::<T, N>::new());
            Some(run_shared(setup, &*queue, job))
        })
    }
}

impl<T: Item, const N: usize> Push<T> for &mpmc::Queue<T, N> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        mpmc::Queue::push(self, item).is_ok()
    }
}

impl<T: Item, const N: usize> Pop<T> for &mpmc::Queue<T, N> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        mpmc::Queue::pop(self)
    }
}

#[derive(Debug)]
pub(crate) struct BoxedMpmc;

impl Contender for BoxedMpmc {
    const NAME: &'static str = "ringway mpmc (boxed)";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let queue = mpmc::BoxedQueue::<T>::new(setup.capacity).ok()?;
        Some(run_shared(setup, &queue, job))
    }
}

impl<T: Item> Push<T> for &mpmc::BoxedQueue<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        mpmc::BoxedQueue::push(self, item).is_ok()
    }
}

impl<T: Item> Pop<T> for &mpmc::BoxedQueue<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        mpmc::BoxedQueue::pop(self)
    }
}

/// The queue with a meter that times one message in `EVERY`, by a clock of this type.
#[derive(Debug)]
pub(crate) struct MeteredMpmc<C, const EVERY: usize>(PhantomData<C>);

/// A clock that is a load: what remains is the cost of the meter.
#[derive(Debug)]
pub(crate) struct Counted;

/// What can be metered with.
pub(crate) trait BenchClock {
    type Clock: Clock<Moment: Send> + Sync;
    const CLOCK: Self::Clock;
    /// With a meter that times all messages, and one of some.
    const NAMES: [&'static str; 2];
}

impl BenchClock for StdClock {
    type Clock = Self;
    const CLOCK: Self = Self;
    const NAMES: [&'static str; 2] = ["metered, std clock", "metered, std clock, 1 in 16"];
}

impl BenchClock for Counted {
    type Clock = CycleClock;
    const CLOCK: CycleClock = {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        CycleClock::new(|| COUNTER.load(Ordering::Relaxed), 1_000_000)
    };
    const NAMES: [&'static str; 2] = ["metered, cycle counter", "metered, cycle counter, 1 in 16"];
}

impl<C: BenchClock, const EVERY: usize> Contender for MeteredMpmc<C, EVERY> {
    const NAME: &'static str = C::NAMES[(EVERY > 1) as usize];

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64], N => {
            let meter = Box::new(Meter::<_, EVERY>::with_clock(C::CLOCK));
            let queue = Box::new(Metered::new(mpmc::Queue::<_, N>::new(), &*meter));
            Some(run_shared(setup, &*queue, job))
        })
    }
}

type MeteredQueue<'m, T, C, const N: usize, const EVERY: usize> =
    Metered<mpmc::Queue<Stamped<T, C>, N>, &'m Meter<C, EVERY>>;

impl<T: Item, C: Clock<Moment: Send> + Sync, const N: usize, const EVERY: usize> Push<T>
    for &MeteredQueue<'_, T, C, N, EVERY>
{
    #[inline]
    fn push(&mut self, item: T) -> bool {
        (**self).push(item).is_ok()
    }
}

impl<T: Item, C: Clock<Moment: Send> + Sync, const N: usize, const EVERY: usize> Pop<T>
    for &MeteredQueue<'_, T, C, N, EVERY>
{
    #[inline]
    fn pop(&mut self) -> Option<T> {
        (**self).pop()
    }
}

/// The channel in itself, as in a `static`.
#[derive(Debug)]
pub(crate) struct InlineChannel;

impl Contender for InlineChannel {
    const NAME: &'static str = "ringway channel";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64, 1_024], N => {
            let channel = Box::new(channel::Channel::<T, N>::new());
            let ends = cloned(setup, (&*channel, &*channel))?;
            Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
        })
    }
}

impl Channel for InlineChannel {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64, 1_024], N => {
            let channel = Box::new(channel::Channel::<u64, N>::new());
            let ends = cloned(setup, (&*channel, &*channel))?;
            let send = async |end: &mut &channel::Channel<_, N>, item| end.send(item).await.is_ok();
            Some(with_async_calls(ends, send, async |end| end.recv().await.ok(), job))
        })
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64, 1_024], N => {
            let channel = Box::new(channel::Channel::<u64, N>::new());
            let ends = cloned(setup, (&*channel, &*channel))?;
            let send = |end: &mut &channel::Channel<_, N>, item| end.send_blocking(item).is_ok();
            Some(with_calls(ends, send, |end| end.recv_blocking().ok(), job))
        })
    }
}

/// The handles that own their channel together.
#[derive(Debug)]
pub(crate) struct SharedChannel;

impl SharedChannel {
    pub(super) fn ends<T: Item>(
        setup: Setup,
    ) -> Option<Ends<channel::Sender<'static, T>, channel::Receiver<'static, T>>> {
        cloned(setup, channel::bounded(setup.capacity).ok()?)
    }
}

impl Contender for SharedChannel {
    const NAME: &'static str = "ringway channel (handles)";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for SharedChannel {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let send = async |end: &mut channel::Sender<'_, _>, item| end.send(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv().await.ok(), job))
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let send = |end: &mut channel::Sender<'_, _>, item| end.send_blocking(item).is_ok();
        Some(with_calls(ends, send, |end| end.recv_blocking().ok(), job))
    }
}

/// The channel for one sender and one receiver.
#[derive(Debug)]
pub(crate) struct SpscChannel;

type SpscEnds<T> = Ends<channel::spsc::Sender<'static, T>, channel::spsc::Receiver<'static, T>>;

impl SpscChannel {
    fn ends<T: Item>(setup: Setup) -> Option<SpscEnds<T>> {
        one_each(setup, channel::spsc::bounded(setup.capacity).ok()?)
    }
}

impl Contender for SpscChannel {
    const NAME: &'static str = "ringway channel (spsc)";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for SpscChannel {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let send = async |end: &mut channel::spsc::Sender<'_, _>, item| end.send(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv().await.ok(), job))
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let send = |end: &mut channel::spsc::Sender<'_, _>, item| end.send_blocking(item).is_ok();
        Some(with_calls(ends, send, |end| end.recv_blocking().ok(), job))
    }
}

pub(crate) type Leveled = Priority<u64, LEVELS, PER_LEVEL>;

impl PriorityQueue for Leveled {
    const NAME: &'static str = "ringway priority";

    fn new() -> Box<Self> {
        Box::new(Self::new())
    }

    #[inline]
    fn push(&self, level: usize, value: u64) -> bool {
        Self::push(self, level, value).is_ok()
    }

    #[inline]
    fn pop(&self) -> Option<u64> {
        Self::pop(self).map(|(_, value)| value)
    }
}

impl Completion for &'static Tracker {
    const NAME: &'static str = "ringway tracker";
    type Task = Task<'static, ()>;

    fn new() -> Self {
        static TRACKER: Tracker = Tracker::new();
        &TRACKER
    }

    #[inline]
    fn track(&self) -> Self::Task {
        Tracker::track(self, ())
    }

    fn join(self) {
        self.join_blocking();
    }
}

pub(crate) type InlinePool = Pool<Object, OBJECTS>;
pub(crate) type HeapPool = BoxedPool<Object>;
pub(crate) type PoolWithWaiters = WaitPool<Object, OBJECTS>;

impl ObjectPool for InlinePool {
    const NAME: &'static str = "ringway pool";

    fn new() -> Box<Self> {
        Box::default()
    }

    #[inline]
    fn with<O>(&self, run: impl FnOnce(&mut Object) -> O) -> Option<O> {
        self.take().map(|mut object| run(&mut object))
    }
}

impl ObjectPool for HeapPool {
    const NAME: &'static str = "ringway BoxedPool";

    fn new() -> Box<Self> {
        Box::new(Self::from_fn(OBJECTS, |_| Object::default()).expect("the capacity is small"))
    }

    #[inline]
    fn with<O>(&self, run: impl FnOnce(&mut Object) -> O) -> Option<O> {
        self.take().map(|mut object| run(&mut object))
    }
}

impl ObjectPool for PoolWithWaiters {
    const NAME: &'static str = "ringway WaitPool";

    fn new() -> Box<Self> {
        Box::default()
    }

    #[inline]
    fn with<O>(&self, run: impl FnOnce(&mut Object) -> O) -> Option<O> {
        self.take().map(|mut object| run(&mut object))
    }
}
