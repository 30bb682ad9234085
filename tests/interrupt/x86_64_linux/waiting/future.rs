//! A future under the machine: polled while it is woken, allocating nothing.

use crate::support::specification::{Call, Reply};
use crate::support::subject::Parts;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

/// An executor of one future, which polls it again if the bell rang.
#[derive(Default)]
pub(super) struct Bell(AtomicBool);

static FUNCTIONS: RawWakerVTable =
    RawWakerVTable::new(|bell| RawWaker::new(bell, &FUNCTIONS), ring, ring, |_| {});

unsafe fn ring(bell: *const ()) {
    // SAFETY: the pointer is that of `Bell::poll`, and a bell lives as long as its channel.
    unsafe { &*bell.cast::<Bell>() }.0.store(true, Ordering::Relaxed);
}

impl Bell {
    fn rang(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }

    /// The reply of a future, or `asleep`. A future that rings its bell at once may have yielded,
    /// and is polled once more.
    fn poll(&self, mut future: Pin<&mut impl Future<Output = Reply>>, asleep: Reply) -> Reply {
        match self.poll_once(future.as_mut(), asleep) {
            reply if reply == asleep && self.rang() => self.poll_once(future, asleep),
            reply => reply,
        }
    }

    /// Allocates nothing: what the allocator knows does not go back in time.
    fn poll_once(&self, future: Pin<&mut impl Future<Output = Reply>>, asleep: Reply) -> Reply {
        // SAFETY: the functions do nothing with the pointer but to ring.
        let waker = unsafe { Waker::from_raw(RawWaker::new((&raw const *self).cast(), &FUNCTIONS)) };
        match future.poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(reply) => reply,
            Poll::Pending => asleep,
        }
    }
}

/// What a future waits for.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    /// Each poll is such a call,
    call: Call,
    /// this its reply if the future sleeps,
    asleep: Reply,
    /// and this what is claimed if it sleeps on.
    claim: Call,
}

impl Wish {
    pub(super) const VALUE: Self =
        Self { call: Call::TryRecv, asleep: Reply::Empty, claim: Call::AwaitValue };

    /// That all tasks are done.
    pub(super) const DONE: Self =
        Self { call: Call::Join, asleep: Reply::Answer(false), claim: Call::AwaitDone };

    pub(super) fn room(value: u32) -> Self {
        Self { call: Call::TrySend(value), asleep: Reply::Full, claim: Call::AwaitRoom }
    }

    /// Polls once. Whether the future sleeps.
    fn poll(
        self,
        bell: &Bell,
        mut future: Pin<&mut impl Future<Output = Reply>>,
        parts: &mut dyn Parts,
    ) -> bool {
        let mut reply = Reply::Nonsense;
        parts.part(Some(self.call), &mut || {
            reply = bell.poll(future.as_mut(), self.asleep);
            reply
        });
        reply == self.asleep
    }

    /// Polls a future that sleeps each time it is woken, until it is not woken any more.
    fn attend(self, bell: &Bell, mut future: Pin<&mut impl Future<Output = Reply>>, parts: &mut dyn Parts) {
        while bell.rang() {
            if !self.poll(bell, future.as_mut(), parts) {
                return;
            }
        }
        parts.part(Some(self.claim), &mut || Reply::Answer(true));
    }

    pub(super) fn run(
        self,
        bell: &Bell,
        mut future: Pin<&mut impl Future<Output = Reply>>,
        parts: &mut dyn Parts,
    ) {
        if self.poll(bell, future.as_mut(), parts) {
            self.attend(bell, future, parts);
        }
    }
}

/// Two futures; the first is cancelled after both were polled.
pub(super) fn run_second<F: Future<Output = Reply>>(
    bells: &[Bell; 2],
    wishes: [(Wish, F); 2],
    parts: &mut dyn Parts,
) {
    let [(first_wish, first), (second_wish, second)] = wishes;
    let (mut first, mut second) = (pin!(Some(first)), pin!(second));
    let is_asleep = first_wish.poll(&bells[0], first.as_mut().as_pin_mut().expect("there"), parts);
    if is_asleep && second_wish.poll(&bells[1], second.as_mut(), parts) {
        parts.part(None, &mut || {
            first.set(None);
            Reply::Nonsense
        });
        second_wish.attend(&bells[1], second, parts);
    }
}

/// Another value than all that a log numbers.
pub(super) fn another(value: u32) -> u32 {
    value | 1 << 30
}
