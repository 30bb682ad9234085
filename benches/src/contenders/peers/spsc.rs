//! Queues with one producer and one consumer.

use core::num::NonZeroUsize;

use ringbuf::traits::{Consumer as _, Producer as _, Split as _};

use crate::interface::queue::{Contender, Item, Job, Pop, Push, Setup, run_pair, with_const_capacity};

#[derive(Debug)]
pub(crate) struct Rtrb;

impl Contender for Rtrb {
    const NAME: &'static str = "rtrb";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        run_pair(setup, rtrb::RingBuffer::<T>::new(setup.capacity), job)
    }
}

impl<T: Item> Push<T> for rtrb::Producer<T> {
    const BATCHES: bool = true;

    #[inline]
    fn push(&mut self, item: T) -> bool {
        rtrb::Producer::push(self, item).is_ok()
    }

    #[inline]
    fn push_batch(&mut self, items: &[T]) -> usize {
        self.push_partial_slice(items).0.len()
    }
}

impl<T: Item> Pop<T> for rtrb::Consumer<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        rtrb::Consumer::pop(self).ok()
    }

    #[inline]
    fn pop_batch(&mut self, out: &mut [T]) -> usize {
        self.pop_partial_slice(out).0.len()
    }
}

#[derive(Debug)]
pub(crate) struct RingbufHeap;

impl Contender for RingbufHeap {
    const NAME: &'static str = "ringbuf (heap)";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        run_pair(setup, ringbuf::HeapRb::<T>::new(setup.capacity).split(), job)
    }
}

impl<T: Item> Push<T> for ringbuf::HeapProd<T> {
    const BATCHES: bool = true;

    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.try_push(item).is_ok()
    }

    #[inline]
    fn push_batch(&mut self, items: &[T]) -> usize {
        self.push_slice(items)
    }
}

impl<T: Item> Pop<T> for ringbuf::HeapCons<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.try_pop()
    }

    #[inline]
    fn pop_batch(&mut self, out: &mut [T]) -> usize {
        self.pop_slice(out)
    }
}

/// Holds one item fewer than its `N`, which stays a power of two: its handles divide by it.
#[derive(Debug)]
pub(crate) struct HeaplessSpsc;

impl Contender for HeaplessSpsc {
    const NAME: &'static str = "heapless spsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64, 1_024, 65_536], N => {
            let mut queue = Box::new(heapless::spsc::Queue::<T, N>::new());
            run_pair(setup, queue.split(), job)
        })
    }
}

impl<T: Item> Push<T> for heapless::spsc::Producer<'_, T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.enqueue(item).is_ok()
    }
}

impl<T: Item> Pop<T> for heapless::spsc::Consumer<'_, T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.dequeue()
    }
}

#[derive(Debug)]
pub(crate) struct GilSpsc;

impl Contender for GilSpsc {
    const NAME: &'static str = "gil spsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let capacity = NonZeroUsize::new(setup.capacity)?;
        run_pair(setup, gil::spsc::channel::<T>(capacity), job)
    }
}

impl<T: Item> Push<T> for gil::spsc::Sender<T> {
    const BATCHES: bool = true;

    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }

    #[inline]
    fn push_batch(&mut self, items: &[T]) -> usize {
        let mut written = 0;
        for (slot, item) in self.write_buffer().iter_mut().zip(items) {
            slot.write(*item);
            written += 1;
        }
        // SAFETY: the loop has written the first `written` slots of the buffer just handed out.
        unsafe { self.commit(written) };
        written
    }
}

impl<T: Item> Pop<T> for gil::spsc::Receiver<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.try_recv()
    }

    #[inline]
    fn pop_batch(&mut self, out: &mut [T]) -> usize {
        self.read_guard().copy_into(out)
    }
}

#[derive(Debug)]
pub(crate) struct OmangoSpsc;

impl Contender for OmangoSpsc {
    const NAME: &'static str = "omango spsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let capacity = u32::try_from(setup.capacity).ok()?;
        run_pair(setup, omango::queue::spsc::bounded::<T>(capacity), job)
    }
}

impl<T: Item> Push<T> for omango::queue::spsc::BSender<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Pop<T> for omango::queue::spsc::BReceiver<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.try_recv().ok()
    }
}

#[derive(Debug)]
pub(crate) struct NexusSpsc;

impl Contender for NexusSpsc {
    const NAME: &'static str = "nexus-queue spsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        run_pair(setup, nexus_queue::spsc::ring_buffer::<T>(setup.capacity), job)
    }
}

impl<T: Item> Push<T> for nexus_queue::spsc::Producer<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        nexus_queue::spsc::Producer::push(self, item).is_ok()
    }
}

impl<T: Item> Pop<T> for nexus_queue::spsc::Consumer<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        nexus_queue::spsc::Consumer::pop(self)
    }
}
