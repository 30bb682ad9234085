//! Channels in the sweep: futures that are interrupted while they leave their waker, and while they
//! are cancelled.

use crate::operations::{Operation, Swept};
use core::cell::Cell;
use core::future::{Future, poll_fn};
use core::hint::spin_loop;
use core::pin::Pin;
use core::sync::atomic::{AtomicBool, Ordering::SeqCst};
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use critical_section::Mutex;
use firmware::fifo::Fifo;
use firmware::history::Answer;
use ringway::channel;
use ringway::wait::{CriticalSection, RawLock};

/// An executor of one future, which is polled again if the bell rang.
pub(crate) struct Bell(AtomicBool);

static FUNCTIONS: RawWakerVTable =
    RawWakerVTable::new(|bell| RawWaker::new(bell, &FUNCTIONS), ring, ring, |_| {});

unsafe fn ring(bell: *const ()) {
    // SAFETY: the pointer is that of `Bell::poll`, and every bell is a static.
    unsafe { &*bell.cast::<Bell>() }.0.store(true, SeqCst);
}

impl Bell {
    pub(crate) const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Whether it rang since it was asked last.
    pub(crate) fn rang(&self) -> bool {
        let rang = self.0.load(SeqCst);
        self.0.store(false, SeqCst);
        rang
    }

    /// The answer of a future, or `asleep`. A future that rings its bell at once may have yielded,
    /// and is polled once more.
    pub(crate) fn poll(
        &'static self,
        mut future: Pin<&mut impl Future<Output = Answer>>,
        asleep: Answer,
    ) -> Answer {
        match self.poll_once(future.as_mut(), asleep) {
            // Not `rang`: an interrupt between its load and its store would go unnoticed.
            answer if answer == asleep && self.0.load(SeqCst) => self.poll_once(future, asleep),
            answer => answer,
        }
    }

    fn poll_once(&'static self, future: Pin<&mut impl Future<Output = Answer>>, asleep: Answer) -> Answer {
        // SAFETY: the functions do nothing with the pointer but to ring.
        let waker = unsafe { Waker::from_raw(RawWaker::new((&raw const *self).cast(), &FUNCTIONS)) };
        match future.poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(answer) => answer,
            Poll::Pending => asleep,
        }
    }
}

/// A lock for which a handler waits while what it interrupted holds it.
pub(crate) struct SpinLock(AtomicBool);

// SAFETY: one core, and a caller that finds it held does not leave the loop.
unsafe impl RawLock for SpinLock {
    const INIT: Self = Self(AtomicBool::new(false));

    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        while self.0.load(SeqCst) {
            spin_loop();
        }
        self.0.store(true, SeqCst);
        let output = f();
        self.0.store(false, SeqCst);
        output
    }
}

/// A channel of ringway.
pub(crate) struct Channel<const N: usize, R: RawLock, const S: usize>(channel::Channel<u32, N, R, S>);

pub(crate) type Masking<const N: usize, const S: usize> = Channel<N, CriticalSection, S>;

impl<const N: usize, R: RawLock, const S: usize> Channel<N, R, S> {
    pub(crate) const fn new() -> Self {
        Self(channel::Channel::new())
    }
}

impl<const N: usize, R: RawLock + 'static, const S: usize> Fifo<u32> for Channel<N, R, S> {
    fn push(&self, value: u32) -> bool {
        self.0.try_send(value).is_ok()
    }

    fn pop(&self) -> Option<u32> {
        self.0.try_recv().ok()
    }
}

impl<const N: usize, R: RawLock + 'static, const S: usize> Swept for Channel<N, R, S> {
    const OPERATIONS: &'static [Operation] = &[
        Operation::Push,
        Operation::Pop,
        Operation::Send,
        Operation::Recv,
        Operation::CancelSend,
        Operation::CancelRecv,
    ];

    fn capacity(&self) -> usize {
        N
    }

    async fn send(&self, value: u32) -> Answer {
        Answer::to_push(value, self.0.send(value).await.is_ok())
    }

    async fn recv(&self) -> Answer {
        Answer::to_pop(self.0.recv().await.ok())
    }
}

/// Leaves its waker and sleeps without another look: what came just before is missed.
pub(crate) struct Careless<const N: usize> {
    queue: ringway::mpmc::Queue<u32, N, 1>,
    waker: Mutex<Cell<Option<Waker>>>,
}

impl<const N: usize> Careless<N> {
    pub(crate) const fn new() -> Self {
        Self { queue: ringway::mpmc::Queue::new(), waker: Mutex::new(Cell::new(None)) }
    }

    fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        critical_section::with(|section| self.waker.borrow(section).replace(waker))
    }
}

impl<const N: usize> Fifo<u32> for Careless<N> {
    fn push(&self, value: u32) -> bool {
        let accepted = self.queue.push(value).is_ok();
        self.replace(None).into_iter().for_each(Waker::wake);
        accepted
    }

    fn pop(&self) -> Option<u32> {
        self.queue.pop()
    }
}

impl<const N: usize> Swept for Careless<N> {
    const OPERATIONS: &'static [Operation] = &[Operation::Recv];

    fn capacity(&self) -> usize {
        N
    }

    fn recv(&self) -> impl Future<Output = Answer> {
        poll_fn(|context| match self.queue.pop() {
            Some(value) => Poll::Ready(Answer::Popped(value)),
            None => {
                self.replace(Some(context.waker().clone()));
                Poll::Pending
            }
        })
    }
}
