//! The queues under test, behind one trait.
//!
//! Its methods are inlined always, so that no layer of the tests counts as part of a queue.

use alloc::boxed::Box;
use bbqueue::nicknames;
use core::cell::{RefCell, UnsafeCell};
use core::marker::PhantomData;
use critical_section::Mutex;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use heapless::Deque;

/// What the tests ask of a queue. `push` returns whether the value was taken.
pub trait Fifo<T>: 'static {
    fn push(&self, value: T) -> bool;
    fn pop(&self) -> Option<T>;
}

/// A new queue for the rest of the run.
pub fn leak<Q>(queue: Q) -> &'static mut Q {
    Box::leak(Box::new(queue))
}

/// The two ends of an SPSC queue, each used by one context only.
#[derive(Debug)]
pub struct Ends<P, C> {
    producer: UnsafeCell<P>,
    consumer: UnsafeCell<C>,
}

impl<P, C> Ends<P, C> {
    pub fn new((producer, consumer): (P, C)) -> Self {
        Self { producer: UnsafeCell::new(producer), consumer: UnsafeCell::new(consumer) }
    }

    #[expect(clippy::mut_from_ref, reason = "each end has one user")]
    fn producer(&self) -> &mut P {
        // SAFETY: the tests push from one context only, and never from inside a push.
        unsafe { &mut *self.producer.get() }
    }

    #[expect(clippy::mut_from_ref, reason = "each end has one user")]
    fn consumer(&self) -> &mut C {
        // SAFETY: the tests pop from one context only, and never from inside a pop.
        unsafe { &mut *self.consumer.get() }
    }
}

// ---- ours

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
impl<T: Send + 'static, const N: usize, const S: usize> Fifo<T> for ringway::mpmc::Queue<T, N, S> {
    #[inline(always)]
    fn push(&self, value: T) -> bool {
        self.push(value).is_ok()
    }

    #[inline(always)]
    fn pop(&self) -> Option<T> {
        self.pop()
    }
}

impl<T: Send + 'static> Fifo<T>
    for Ends<ringway::spsc::Producer<'static, T>, ringway::spsc::Consumer<'static, T>>
{
    #[inline(always)]
    fn push(&self, value: T) -> bool {
        self.producer().push(value).is_ok()
    }

    #[inline(always)]
    fn pop(&self) -> Option<T> {
        self.consumer().pop()
    }
}

// ---- peers

/// Present where heapless has it: not on RISC-V without the atomic extension.
#[cfg(any(target_arch = "arm", target_has_atomic = "ptr", feature = "portable-atomic"))]
impl<T: 'static> Fifo<T>
    for Ends<heapless::spsc::Producer<'static, T>, heapless::spsc::Consumer<'static, T>>
{
    #[inline(always)]
    fn push(&self, value: T) -> bool {
        self.producer().enqueue(value).is_ok()
    }

    #[inline(always)]
    fn pop(&self) -> Option<T> {
        self.consumer().dequeue()
    }
}

/// `heapless::spsc::Queue` used without its ends, by one context: only for its instruction count.
#[derive(Debug)]
pub struct InPlace<Q>(UnsafeCell<Q>);

impl<Q> InPlace<Q> {
    pub fn new(queue: Q) -> Self {
        Self(UnsafeCell::new(queue))
    }
}

#[cfg(any(target_arch = "arm", target_has_atomic = "ptr", feature = "portable-atomic"))]
impl<T: 'static, const N: usize> Fifo<T> for InPlace<heapless::spsc::Queue<T, N>> {
    #[inline(always)]
    fn push(&self, value: T) -> bool {
        // SAFETY: used by one context only.
        unsafe { &mut *self.0.get() }.enqueue(value).is_ok()
    }

    #[inline(always)]
    fn pop(&self) -> Option<T> {
        // SAFETY: used by one context only.
        unsafe { &mut *self.0.get() }.dequeue()
    }
}

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
impl<T: 'static, const N: usize> Fifo<T> for heapless::mpmc::Queue<T, N> {
    #[inline(always)]
    fn push(&self, value: T) -> bool {
        self.enqueue(value).is_ok()
    }

    #[inline(always)]
    fn pop(&self) -> Option<T> {
        self.dequeue()
    }
}

/// A queue behind a critical section: what most firmware uses.
pub type Masked<T, const N: usize> = Mutex<RefCell<Deque<T, N>>>;

impl<T: 'static, const N: usize> Fifo<T> for Masked<T, N> {
    #[inline(always)]
    fn push(&self, value: T) -> bool {
        critical_section::with(|token| self.borrow_ref_mut(token).push_back(value).is_ok())
    }

    #[inline(always)]
    fn pop(&self) -> Option<T> {
        critical_section::with(|token| self.borrow_ref_mut(token).pop_front())
    }
}

impl<T: 'static, const N: usize> Fifo<T> for Channel<CriticalSectionRawMutex, T, N> {
    #[inline(always)]
    fn push(&self, value: T) -> bool {
        self.try_send(value).is_ok()
    }

    #[inline(always)]
    fn pop(&self) -> Option<T> {
        self.try_receive().ok()
    }
}

/// The bip buffer of bbqueue, inline and polled, with the coordination that the core allows.
#[cfg(target_has_atomic = "ptr")]
pub type BipBuffer<const BYTES: usize> = nicknames::Churrasco<BYTES>;
/// The bip buffer of bbqueue, inline and polled, with the coordination that the core allows.
#[cfg(not(target_has_atomic = "ptr"))]
pub type BipBuffer<const BYTES: usize> = nicknames::Jerk<BYTES>;

/// A bip buffer of bytes that carries values of four bytes.
#[derive(Debug)]
pub struct Words<Q>(pub Q, pub PhantomData<u32>);

macro_rules! words_in_bip_buffer {
    ($buffer:ty) => {
        impl<const BYTES: usize> Fifo<u32> for Words<$buffer> {
            #[inline(always)]
            fn push(&self, value: u32) -> bool {
                let Ok(mut grant) = self.0.stream_producer().grant_exact(4) else { return false };
                grant.copy_from_slice(&value.to_le_bytes());
                grant.commit(4);
                true
            }

            #[inline(always)]
            fn pop(&self) -> Option<u32> {
                let grant = self.0.stream_consumer().read().ok()?;
                let value = u32::from_le_bytes(*grant.first_chunk()?);
                grant.release(4);
                Some(value)
            }
        }
    };
}
words_in_bip_buffer!(BipBuffer<BYTES>);

#[cfg(target_has_atomic = "ptr")]
impl<T: 'static> Fifo<T> for crossbeam_queue::ArrayQueue<T> {
    #[inline(always)]
    fn push(&self, value: T) -> bool {
        self.push(value).is_ok()
    }

    #[inline(always)]
    fn pop(&self) -> Option<T> {
        self.pop()
    }
}
