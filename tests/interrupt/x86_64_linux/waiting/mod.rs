//! Who waits, in the sweep: a future that is interrupted while it leaves its waker, and while it is cancelled.
//!
//! A future that sleeps claims something: that there is no value, or no room, and no end; or that a task is not done.
//! So a lost wake-up is a wrong answer, which the search finds as it finds any other.

use crate::support::specification::{Call, Reply};
use crate::support::subject::{Parts, Subject, Token, popped};
use crate::x86_64_linux::machine::with_interrupts_masked;
use ringway::channel::{Channel, TryRecvError, TrySendError, spsc};
use ringway::mpmc;
use ringway::task::{Task, Tracker};
use ringway::wait::RawLock;
use std::cell::{Cell, UnsafeCell};
use std::future::{Future, poll_fn};
use std::hint::spin_loop;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

/// What masked interrupts are on one core.
pub(crate) struct Masked;

// SAFETY: this program has one thread, and nothing interrupts it meanwhile.
unsafe impl RawLock for Masked {
    const INIT: Self = Self;

    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        with_interrupts_masked(f)
    }
}

/// A lock for which a handler waits while what it interrupted holds it.
pub(crate) struct Spinning(AtomicBool);

// SAFETY: one at a time gets past the loop.
unsafe impl RawLock for Spinning {
    const INIT: Self = Self(AtomicBool::new(false));

    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        while self.0.swap(true, Ordering::Acquire) {
            spin_loop();
        }
        let output = f();
        self.0.store(false, Ordering::Release);
        output
    }
}

/// An executor of one future, which polls it again if the bell rang.
#[derive(Default)]
struct Bell(AtomicBool);

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

    /// The reply of a future, or `asleep`. A future that rings its bell at once may have yielded, and is polled once more.
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
struct Wish {
    /// Each poll is such a call,
    call: Call,
    /// this its reply if the future sleeps,
    asleep: Reply,
    /// and this what is claimed if it sleeps on.
    claim: Call,
}

impl Wish {
    const VALUE: Self = Self { call: Call::TryRecv, asleep: Reply::Empty, claim: Call::AwaitValue };

    /// That all tasks are done.
    const DONE: Self = Self { call: Call::Join, asleep: Reply::Answer(false), claim: Call::AwaitDone };

    fn room(value: u32) -> Self {
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

    /// Goes on with a future that sleeps, until nobody wakes it any more.
    fn attend(self, bell: &Bell, mut future: Pin<&mut impl Future<Output = Reply>>, parts: &mut dyn Parts) {
        while bell.rang() {
            if !self.poll(bell, future.as_mut(), parts) {
                return;
            }
        }
        parts.part(Some(self.claim), &mut || Reply::Answer(true));
    }

    fn run(self, bell: &Bell, mut future: Pin<&mut impl Future<Output = Reply>>, parts: &mut dyn Parts) {
        if self.poll(bell, future.as_mut(), parts) {
            self.attend(bell, future, parts);
        }
    }
}

/// Two futures; the first is cancelled after both were polled.
fn run_second<F: Future<Output = Reply>>(bells: &[Bell; 2], wishes: [(Wish, F); 2], parts: &mut dyn Parts) {
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
fn another(value: u32) -> u32 {
    value | 1 << 30
}

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

    fn offers(&self, call: Call) -> bool {
        matches!(
            call,
            Call::TrySend(_) | Call::TryRecv | Call::Close | Call::Len | Call::IsEmpty | Call::IsFull
        )
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

    fn has_futures(&self) -> bool {
        true
    }

    fn recv_by_future(&self, parts: &mut dyn Parts) {
        Wish::VALUE.run(&self.bells[0], pin!(self.recv()), parts);
    }

    fn send_by_future(&self, value: u32, parts: &mut dyn Parts) {
        Wish::room(value).run(&self.bells[0], pin!(self.send(value)), parts);
    }

    fn recv_by_second_future(&self, parts: &mut dyn Parts) {
        run_second(&self.bells, [(); 2].map(|()| (Wish::VALUE, self.recv())), parts);
    }

    fn send_by_second_future(&self, value: u32, parts: &mut dyn Parts) {
        let wishes = [value, another(value)].map(|value| (Wish::room(value), self.send(value)));
        run_second(&self.bells, wishes, parts);
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
    fn offers(&self, call: Call) -> bool {
        matches!(call, Call::TrySend(_) | Call::TryRecv | Call::Close)
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

    fn has_futures(&self) -> bool {
        true
    }

    fn recv_by_future(&self, parts: &mut dyn Parts) {
        Wish::VALUE.run(&self.bell, pin!(self.recv()), parts);
    }

    fn send_by_future(&self, value: u32, parts: &mut dyn Parts) {
        Wish::room(value).run(&self.bell, pin!(self.send(value)), parts);
    }
}

/// A counter of tasks: a push counts one, a pop finishes one, and whoever receives joins.
pub(crate) struct Tracked {
    tracker: &'static Tracker<Masked>,
    /// With room for more than are ever counted, as the search knows nothing of it.
    tasks: mpmc::Queue<Task<'static, (), Masked>, 64>,
    bells: [Bell; 2],
}

impl Tracked {
    pub(crate) fn new() -> Self {
        let tracker = Box::leak(Box::new(Tracker::new()));
        Self { tracker, tasks: mpmc::Queue::new(), bells: Default::default() }
    }

    async fn join(&self) -> Reply {
        self.tracker.join().await;
        Reply::Answer(true)
    }
}

impl Subject for Tracked {
    /// How many a script counts where it fills a queue: there is no limit.
    fn capacity(&self) -> usize {
        2
    }

    fn offers(&self, call: Call) -> bool {
        matches!(call, Call::Track | Call::Finish | Call::Join)
    }

    fn push_call(&self, _: u32) -> Call {
        Call::Track
    }

    fn pop_call(&self) -> Call {
        Call::Finish
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Track => match self.tasks.push(self.tracker.track(())) {
                Ok(()) => Reply::Tracked,
                Err(_) => Reply::Nonsense,
            },
            Call::Finish => match self.tasks.pop() {
                Some(task) => {
                    task.done();
                    Reply::Finished
                }
                None => Reply::Empty,
            },
            Call::Join => Reply::Answer(self.tracker.unfinished() == 0),
            _ => Reply::Nonsense,
        }
    }

    fn has_futures(&self) -> bool {
        true
    }

    fn recv_by_future(&self, parts: &mut dyn Parts) {
        Wish::DONE.run(&self.bells[0], pin!(self.join()), parts);
    }

    fn recv_by_second_future(&self, parts: &mut dyn Parts) {
        run_second(&self.bells, [(); 2].map(|()| (Wish::DONE, self.join())), parts);
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

    fn offers(&self, call: Call) -> bool {
        matches!(call, Call::TrySend(_) | Call::TryRecv)
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

    fn has_futures(&self) -> bool {
        true
    }

    fn recv_by_future(&self, parts: &mut dyn Parts) {
        Wish::VALUE.run(&self.bell, pin!(poll_fn(|context| self.poll(context))), parts);
    }
}
