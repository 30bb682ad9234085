//! Channels whose ends clone, each used through its calls that do not wait.

use core::num::NonZeroUsize;

use crate::contender::{Contender, Item, Job, Pop, Push, Setup, run_cloned};

#[derive(Debug)]
pub(crate) struct CrossbeamChannel;

impl Contender for CrossbeamChannel {
    const NAME: &'static str = "crossbeam-channel";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = crossbeam_channel::bounded::<T>(setup.capacity);
        Some(run_cloned(setup, ends, job))
    }
}

impl<T: Item> Push<T> for crossbeam_channel::Sender<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Pop<T> for crossbeam_channel::Receiver<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.try_recv().ok()
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
