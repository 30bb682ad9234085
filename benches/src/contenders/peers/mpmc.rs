//! Queues for several producers or consumers: used through a shared reference, or with ends that
//! clone.

use core::num::NonZeroUsize;

use crate::interface::queue::{
    Contender, Item, Job, Pop, Push, Setup, run_cloned, run_shared, with_const_capacity,
};

#[derive(Debug)]
pub(crate) struct ArrayQueue;

impl Contender for ArrayQueue {
    const NAME: &'static str = "crossbeam ArrayQueue";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let queue = Box::new(crossbeam_queue::ArrayQueue::<T>::new(setup.capacity));
        Some(run_shared(setup, &*queue, job))
    }
}

impl<T: Item> Push<T> for &crossbeam_queue::ArrayQueue<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        crossbeam_queue::ArrayQueue::push(self, item).is_ok()
    }
}

impl<T: Item> Pop<T> for &crossbeam_queue::ArrayQueue<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        crossbeam_queue::ArrayQueue::pop(self)
    }
}

#[derive(Debug)]
pub(crate) struct ConcurrentQueue;

impl Contender for ConcurrentQueue {
    const NAME: &'static str = "concurrent-queue";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let queue = Box::new(concurrent_queue::ConcurrentQueue::<T>::bounded(setup.capacity));
        Some(run_shared(setup, &*queue, job))
    }
}

impl<T: Item> Push<T> for &concurrent_queue::ConcurrentQueue<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        concurrent_queue::ConcurrentQueue::push(self, item).is_ok()
    }
}

impl<T: Item> Pop<T> for &concurrent_queue::ConcurrentQueue<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        concurrent_queue::ConcurrentQueue::pop(self).ok()
    }
}

#[derive(Debug)]
pub(crate) struct HeaplessMpmc;

impl Contender for HeaplessMpmc {
    const NAME: &'static str = "heapless mpmc";

    #[expect(deprecated, reason = "still the queue most no_std programs use")]
    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64, 1_024], N => {
            let queue = Box::new(heapless::mpmc::Queue::<T, N>::new());
            Some(run_shared(setup, &*queue, job))
        })
    }
}

impl<T: Item, const N: usize> Push<T> for &heapless::mpmc::Queue<T, N> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.enqueue(item).is_ok()
    }
}

impl<T: Item, const N: usize> Pop<T> for &heapless::mpmc::Queue<T, N> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.dequeue()
    }
}

#[derive(Debug)]
pub(crate) struct Lfqueue;

impl Contender for Lfqueue {
    const NAME: &'static str = "lfqueue";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let queue = Box::new(lfqueue::AllocBoundedQueue::<T>::new(setup.capacity));
        Some(run_shared(setup, &*queue, job))
    }
}

impl<T: Item> Push<T> for &lfqueue::AllocBoundedQueue<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.enqueue(item).is_ok()
    }
}

impl<T: Item> Pop<T> for &lfqueue::AllocBoundedQueue<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.dequeue()
    }
}

#[derive(Debug)]
pub(crate) struct ThingBuf;

impl Contender for ThingBuf {
    const NAME: &'static str = "thingbuf";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let queue = Box::new(thingbuf::ThingBuf::<T>::new(setup.capacity));
        Some(run_shared(setup, &*queue, job))
    }
}

impl<T: Item> Push<T> for &thingbuf::ThingBuf<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        thingbuf::ThingBuf::push(self, item).is_ok()
    }
}

impl<T: Item> Pop<T> for &thingbuf::ThingBuf<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        thingbuf::ThingBuf::pop(self)
    }
}

#[derive(Debug)]
pub(crate) struct OmangoMpmc;

impl Contender for OmangoMpmc {
    const NAME: &'static str = "omango mpmc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let capacity = u32::try_from(setup.capacity).ok()?;
        let ends = omango::queue::mpmc::bounded::<T>(capacity);
        Some(run_cloned(setup, ends, job))
    }
}

impl<T: Item> Push<T> for omango::queue::mpmc::BSender<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Pop<T> for omango::queue::mpmc::BReceiver<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.try_recv().ok()
    }
}

#[derive(Debug)]
pub(crate) struct GilMpmc;

impl Contender for GilMpmc {
    const NAME: &'static str = "gil mpmc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = gil::mpmc::channel::<T>(NonZeroUsize::new(setup.capacity)?);
        Some(run_cloned(setup, ends, job))
    }
}

impl<T: Item> Push<T> for gil::mpmc::Sender<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Pop<T> for gil::mpmc::Receiver<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.try_recv()
    }
}

#[derive(Debug)]
pub(crate) struct GilMpsc;

impl Contender for GilMpsc {
    const NAME: &'static str = "gil mpsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let (sender, receiver) = gil::mpsc::channel::<T>(NonZeroUsize::new(setup.capacity)?);
        let senders = vec![sender; setup.producers];
        (setup.consumers == 1).then(|| job.run(senders, vec![receiver]))
    }
}

impl<T: Item> Push<T> for gil::mpsc::Sender<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Pop<T> for gil::mpsc::Receiver<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.try_recv()
    }
}

#[derive(Debug)]
pub(crate) struct GilSpmc;

impl Contender for GilSpmc {
    const NAME: &'static str = "gil spmc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let (sender, receiver) = gil::spmc::channel::<T>(NonZeroUsize::new(setup.capacity)?);
        let receivers = vec![receiver; setup.consumers];
        (setup.producers == 1).then(|| job.run(vec![sender], receivers))
    }
}

impl<T: Item> Push<T> for gil::spmc::Sender<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Pop<T> for gil::spmc::Receiver<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.try_recv()
    }
}

#[derive(Debug)]
pub(crate) struct NexusMpsc;

impl Contender for NexusMpsc {
    const NAME: &'static str = "nexus-queue mpsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let (producer, consumer) = nexus_queue::mpsc::ring_buffer::<T>(setup.capacity);
        let producers = vec![producer; setup.producers];
        (setup.consumers == 1).then(|| job.run(producers, vec![consumer]))
    }
}

impl<T: Item> Push<T> for nexus_queue::mpsc::Producer<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        nexus_queue::mpsc::Producer::push(self, item).is_ok()
    }
}

impl<T: Item> Pop<T> for nexus_queue::mpsc::Consumer<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        nexus_queue::mpsc::Consumer::pop(self)
    }
}

#[derive(Debug)]
pub(crate) struct NexusSpmc;

impl Contender for NexusSpmc {
    const NAME: &'static str = "nexus-queue spmc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let (producer, consumer) = nexus_queue::spmc::ring_buffer::<T>(setup.capacity);
        let consumers = vec![consumer; setup.consumers];
        (setup.producers == 1).then(|| job.run(vec![producer], consumers))
    }
}

impl<T: Item> Push<T> for nexus_queue::spmc::Producer<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        nexus_queue::spmc::Producer::push(self, item).is_ok()
    }
}

impl<T: Item> Pop<T> for nexus_queue::spmc::Consumer<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        nexus_queue::spmc::Consumer::pop(self)
    }
}
