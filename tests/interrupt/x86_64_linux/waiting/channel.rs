//! Channels under the machine, one of them wrong on purpose.

use super::future::{Bell, Wish, another, run_second};
use crate::support::specification::{Call, Reply};
use crate::support::subject::{Capabilities, Compound, Parts, Subject, Token, popped};
use crate::x86_64_linux::machine::with_interrupts_masked;
use ringway::channel::{Channel, TryRecvError, TrySendError, spsc};
use ringway::mpmc;
use ringway::wait::RawLock;
use std::cell::{Cell, UnsafeCell};
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

fn sent<T>(result: Result<(), TrySendError<T>>) -> Reply {
    match result {
        Ok(()) => Reply::Pushed,
        Err(TrySendError::Full(_)) => Reply::Full,
        Err(_) => Reply::Closed,
    }
}

fn received(result: Result<Token, TryRecvError>) -> Reply {
    match result {
        Ok(token) => popped(Some(token)),
        Err(TryRecvError::Empty) => Reply::Empty,
        Err(_) => Reply::Closed,
    }
}

/// A channel, and bells for two futures.
pub(crate) struct Waited<const N: usize, R: RawLock, const S: usize> {
    channel: Channel<Token, N, R, S>,
    bells: [Bell; 2],
}

impl<const N: usize, R: RawLock, const S: usize> Waited<N, R, S> {
    pub(crate) fn new() -> Self {
        Self { channel: Channel::new(), bells: Default::default() }
    }

    async fn recv(&self) -> Reply {
        self.channel.recv().await.map_or(Reply::Closed, |token| popped(Some(token)))
    }

    async fn send(&self, value: u32) -> Reply {
        self.channel.send(Token::new(value)).await.map_or(Reply::Closed, |()| Reply::Pushed)
    }
}

impl<const N: usize, R: RawLock + Sync, const S: usize> Subject for Waited<N, R, S> {
    fn capacity(&self) -> usize {
        N
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            offers: |call| {
                matches!(call, Call::Close | Call::Len | Call::IsEmpty | Call::IsFull)
                    || (Capabilities::CHANNEL.offers)(call)
            },
            ..Capabilities::CHANNEL
        }
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::TrySend(value) => sent(self.channel.try_send(Token::new(value))),
            Call::TryRecv => received(self.channel.try_recv()),
            Call::Close => Reply::Answer(self.channel.close()),
            Call::Len => Reply::Count(self.channel.len()),
            Call::IsEmpty => Reply::Answer(self.channel.is_empty()),
            Call::IsFull => Reply::Answer(self.channel.is_full()),
            _ => Reply::Nonsense,
        }
    }

    fn perform_in_parts(&self, operation: Compound, parts: &mut dyn Parts) {
        match operation {
            Compound::Recv => Wish::VALUE.run(&self.bells[0], pin!(self.recv()), parts),
            Compound::Send(value) => {
                Wish::room(value).run(&self.bells[0], pin!(self.send(value)), parts);
            }
            Compound::RecvSecond => {
                run_second(&self.bells, [(); 2].map(|()| (Wish::VALUE, self.recv())), parts);
            }
            Compound::SendSecond(value) => {
                let wishes = [value, another(value)].map(|value| (Wish::room(value), self.send(value)));
                run_second(&self.bells, wishes, parts);
            }
            _ => unreachable!("a channel lends no slots"),
        }
    }
}

/// Both ends of an SPSC channel. One is at work in the operation, the other in the interrupt.
pub(crate) struct SpscEnds {
    sender: UnsafeCell<Option<spsc::Sender<'static, Token>>>,
    receiver: UnsafeCell<spsc::Receiver<'static, Token>>,
    capacity: usize,
    bell: Bell,
}

// SAFETY: this program has one thread, and the sweep gives each end to one level at a time.
unsafe impl Sync for SpscEnds {}

impl SpscEnds {
    pub(crate) fn new(capacity: usize) -> Self {
        let (sender, receiver) = spsc::bounded(capacity).expect("the capacity is small");
        let (sender, receiver) = (UnsafeCell::new(Some(sender)), UnsafeCell::new(receiver));
        Self { sender, receiver, capacity, bell: Bell::default() }
    }

    #[allow(clippy::mut_from_ref, reason = "one level at a time has the sender")]
    fn sender(&self) -> &mut Option<spsc::Sender<'static, Token>> {
        // SAFETY: one level at a time has the sender.
        unsafe { &mut *self.sender.get() }
    }

    #[allow(clippy::mut_from_ref, reason = "one level at a time has the receiver")]
    fn receiver(&self) -> &mut spsc::Receiver<'static, Token> {
        // SAFETY: one level at a time has the receiver.
        unsafe { &mut *self.receiver.get() }
    }

    async fn recv(&self) -> Reply {
        self.receiver().recv().await.map_or(Reply::Closed, |token| popped(Some(token)))
    }

    async fn send(&self, value: u32) -> Reply {
        let Some(sender) = self.sender() else { return Reply::Closed };
        sender.send(Token::new(value)).await.map_or(Reply::Closed, |()| Reply::Pushed)
    }
}

impl Subject for SpscEnds {
    fn capacity(&self) -> usize {
        self.capacity
    }

    /// No observers: they need an end that another level may have.
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            offers: |call| matches!(call, Call::Close) || (Capabilities::CHANNEL.offers)(call),
            ..Capabilities::CHANNEL
        }
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::TrySend(value) => match self.sender() {
                Some(sender) => sent(sender.try_send(Token::new(value))),
                None => Reply::Closed,
            },
            Call::TryRecv => received(self.receiver().try_recv()),
            // The sender closes the channel by going.
            Call::Close => Reply::Answer(self.sender().take().is_some()),
            _ => Reply::Nonsense,
        }
    }

    fn perform_in_parts(&self, operation: Compound, parts: &mut dyn Parts) {
        match operation {
            Compound::Recv => Wish::VALUE.run(&self.bell, pin!(self.recv()), parts),
            Compound::Send(value) => Wish::room(value).run(&self.bell, pin!(self.send(value)), parts),
            _ => unreachable!("one future at a time waits on each side"),
        }
    }
}

/// Leaves its waker and sleeps without another look: what came just before is missed.
pub(crate) struct Careless<const N: usize> {
    queue: mpmc::Queue<Token, N, 1>,
    waker: Cell<Option<Waker>>,
    bell: Bell,
}

// SAFETY: this program has one thread, and the waker is used with interrupts masked.
unsafe impl<const N: usize> Sync for Careless<N> {}

impl<const N: usize> Careless<N> {
    pub(crate) fn new() -> Self {
        Self { queue: mpmc::Queue::new(), waker: Cell::new(None), bell: Bell::default() }
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Reply> {
        if let Some(token) = self.queue.pop() {
            return Poll::Ready(popped(Some(token)));
        }
        with_interrupts_masked(|| self.waker.set(Some(context.waker().clone())));
        Poll::Pending
    }
}

impl<const N: usize> Subject for Careless<N> {
    fn capacity(&self) -> usize {
        N
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::CHANNEL
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::TrySend(value) => {
                let reply =
                    if self.queue.push(Token::new(value)).is_ok() { Reply::Pushed } else { Reply::Full };
                with_interrupts_masked(|| self.waker.take()).into_iter().for_each(Waker::wake);
                reply
            }
            Call::TryRecv => popped(self.queue.pop()),
            _ => Reply::Nonsense,
        }
    }

    fn perform_in_parts(&self, operation: Compound, parts: &mut dyn Parts) {
        match operation {
            Compound::Recv => {
                Wish::VALUE.run(&self.bell, pin!(poll_fn(|context| self.poll(context))), parts);
            }
            _ => unreachable!("it only receives"),
        }
    }
}
