//! Queues for any number of producers and consumers, used through a shared reference.

use crate::contender::{Contender, Item, Job, Pop, Push, Setup, run_shared, with_const_capacity};

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
