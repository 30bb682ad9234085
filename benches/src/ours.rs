//! The adapters of ringway itself.

use ringway::{mpmc, spsc};

use crate::contender::{Contender, Item, Job, Pop, Push, Setup, run_pair, run_shared, with_const_capacity};

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
