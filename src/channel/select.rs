//! Waiting on a thread for the first of several operations.

use super::future::RecvFuture;
use super::queue::Queue;
use super::{oneshot, spsc};
use crate::wait::RawLock;
use crate::wait::thread::{Deadline, after, block_on, spin};
use core::fmt;
use core::future::{Future, poll_fn};
use core::ops::Range;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Waits on a thread for the first of several receives, and completes that one only.
///
/// Each [`case`](Self::case) is a receive, from any channel of this crate, with a function for its
/// result. The values and the channels may be of different types. If several are ready, each is
/// taken about equally often; with [`biased`](Self::biased), the first case is taken.
///
/// A task waits with `select!` of its runtime or of the `futures` crate instead, on the same
/// `recv()`s.
///
/// ```
/// use ringway::channel::{self, RecvError, Select};
///
/// let (jobs, next_job) = channel::bounded(8)?;
/// let (stop, stopped) = channel::bounded::<()>(1)?;
/// let worker = std::thread::spawn(move || {
///     let mut sum = 0;
///     loop {
///         let job = Select::biased()
///             .case(next_job.recv(), |job: Result<u32, RecvError>| job.ok())
///             .case(stopped.recv(), |_| None)
///             .wait();
///         match job {
///             Some(job) => sum += job,
///             None => return sum,
///         }
///     }
/// });
/// (1..=3).for_each(|n| jobs.send_blocking(n).unwrap());
/// stop.send_blocking(()).unwrap();
/// assert_eq!(worker.join().unwrap(), 6);
/// # Ok::<(), ringway::CapacityError>(())
/// ```
#[must_use = "a `Select` does nothing unless `wait` is called"]
pub struct Select<C = NoCase> {
    cases: C,
    is_biased: bool,
}

/// The cases of a [`Select`] that has none yet.
#[derive(Debug)]
pub struct NoCase;

/// The cases of a [`Select`]: those `before`, and one more.
pub struct Case<B, F: Future, H> {
    before: B,
    /// Dropped as soon as one case is done, so that none is on a list of waiters while a handler
    /// runs.
    operation: Option<F>,
    output: Option<F::Output>,
    handler: Option<H>,
}

/// A receive that a [`Select`] can wait for: a future of a channel. Sealed.
#[allow(private_bounds, reason = "sealed: no other crate can name the bound")]
pub trait Operation: Attempt {}

impl<F: Attempt> Operation for F {}

/// A future that can be attempted without a waker.
pub(super) trait Attempt: Future {
    /// Attempts to complete it: `None` if it is not ready.
    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output>;
}

impl Select {
    /// Returns a `Select` without cases, in which each of several ready cases is taken about
    /// equally often.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// use ringway::channel::{Channel, Select};
    ///
    /// let (left, right): (Channel<_, 2>, Channel<_, 2>) = (Channel::new(), Channel::new());
    /// (0..2).for_each(|n| left.try_send(n).and(right.try_send(n)).unwrap());
    /// let mut received = [(); 4].map(|()| {
    ///     Select::new().case(left.recv(), |_| "left").case(right.recv(), |_| "right").wait()
    /// });
    /// received.sort();
    /// assert_eq!(received, ["left", "left", "right", "right"]);
    /// ```
    pub fn new() -> Self {
        Self { cases: NoCase, is_biased: false }
    }

    /// Returns a `Select` without cases, in which the first of several ready cases is taken.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// use ringway::channel::{Channel, Select};
    ///
    /// let (urgent, other): (Channel<_, 2>, Channel<_, 2>) = (Channel::new(), Channel::new());
    /// other.try_send("later").unwrap();
    /// urgent.try_send("now").unwrap();
    /// let next = Select::biased().case(urgent.recv(), |v| v).case(other.recv(), |v| v).wait();
    /// assert_eq!(next, Ok("now"));
    /// ```
    pub fn biased() -> Self {
        Self { cases: NoCase, is_biased: true }
    }
}

impl Default for Select {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> Select<C> {
    /// Adds a receive, and what becomes of its result: of a value, or of the news that the channel
    /// is closed and everything was received.
    ///
    /// `operation` is what [`recv`](super::ChannelInner::recv) of any channel returns, or the
    /// receiver of a [`oneshot`], or a reference to it. The handler runs after all other cases have
    /// stopped waiting. It may use the same channels. A oneshot receiver that is passed by value is
    /// dropped, and its channel closed with it, if another case is done: pass a reference to wait
    /// again.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    /// **Memory**: the future, in the `Select`.
    ///
    /// ```
    /// use ringway::channel::{self, Select};
    ///
    /// let (_requests, next_request) = channel::bounded::<u8>(1)?;
    /// let (reply, mut replied) = channel::oneshot::channel();
    /// reply.send("done").unwrap();
    /// let event = Select::new()
    ///     .case(next_request.recv(), |request| format!("{request:?}"))
    ///     .case(&mut replied, |reply| reply.unwrap().to_string())
    ///     .wait();
    /// assert_eq!(event, "done");
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn case<F, H, O>(self, operation: F, handler: H) -> Select<Case<C, F, H>>
    where
        F: Operation,
        H: FnOnce(F::Output) -> O,
        C: Cases<O>,
    {
        let Self { cases, is_biased } = self;
        let cases = Case { before: cases, operation: Some(operation), output: None, handler: Some(handler) };
        Select { cases, is_biased }
    }
}

impl<B, F: Future, H> Select<Case<B, F, H>> {
    /// Completes the first case that is ready, and returns the result of its function. The thread
    /// sleeps until there is one.
    ///
    /// **Guarantees**: the receives that are not completed took nothing; a notification that one
    /// of them did not use wakes the next waiter. Not for interrupt handlers.
    /// **Complexity**: that of `try_recv` of the cases in turn, until one is ready. Without any, a
    /// few microseconds of attempts, and then a place in the list of each channel.
    /// Never panics, unless a handler or a waker does.
    ///
    /// ```
    /// use ringway::channel::{self, Select};
    ///
    /// let (numbers, next_number) = channel::bounded(1)?;
    /// let (words, next_word) = channel::bounded(1)?;
    /// words.try_send("seven").unwrap();
    /// let length = Select::new()
    ///     .case(next_number.recv(), |number: Result<usize, _>| number.unwrap())
    ///     .case(next_word.recv(), |word| word.unwrap().len())
    ///     .wait();
    /// assert_eq!(length, 5);
    /// # numbers.try_send(1).unwrap();
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn wait<O>(self) -> O
    where
        Case<B, F, H>: Cases<O>,
    {
        self.wait_until(None).expect("without a deadline, it ends with a result")
    }

    /// Waits as [`wait`](Self::wait) does, but returns `None` when the timeout has passed.
    ///
    /// **Guarantees**, **Complexity**: as `wait`. **Panics**: as `wait`.
    ///
    /// ```
    /// use ringway::channel::{Channel, Select};
    /// use std::time::Duration;
    ///
    /// let channel: Channel<u8, 1> = Channel::new();
    /// let received = Select::new().case(channel.recv(), |v| v).wait_timeout(Duration::from_millis(1));
    /// assert_eq!(received, None);
    /// ```
    pub fn wait_timeout<O>(self, timeout: Duration) -> Option<O>
    where
        Case<B, F, H>: Cases<O>,
    {
        self.wait_until(after(timeout))
    }

    /// Waits as [`wait`](Self::wait) does, but returns `None` when the deadline has come.
    ///
    /// **Guarantees**, **Complexity**: as `wait`. **Panics**: as `wait`.
    ///
    /// ```
    /// use ringway::channel::{Channel, Select};
    /// use std::time::Instant;
    ///
    /// let channel: Channel<u8, 1> = Channel::new();
    /// let received = Select::new().case(channel.recv(), |v| v).wait_deadline(Instant::now());
    /// assert_eq!(received, None);
    /// ```
    pub fn wait_deadline<O>(self, deadline: Instant) -> Option<O>
    where
        Case<B, F, H>: Cases<O>,
    {
        self.wait_until(Some(deadline))
    }

    /// Completes the first case that is ready now. Returns `None` if there is none.
    ///
    /// **Guarantees**: lock-free, except that waking a waiting sender takes the lock of its list.
    /// **Complexity**: that of `try_recv` of the cases in turn, until one is ready.
    /// **Panics**: as [`wait`](Self::wait).
    ///
    /// ```
    /// use ringway::channel::{Channel, Select};
    ///
    /// let channel: Channel<u8, 1> = Channel::new();
    /// assert_eq!(Select::new().case(channel.recv(), |v| v).try_wait(), None);
    /// channel.try_send(1).unwrap();
    /// assert_eq!(Select::new().case(channel.recv(), |v| v).try_wait(), Some(Ok(1)));
    /// ```
    pub fn try_wait<O>(self) -> Option<O>
    where
        Case<B, F, H>: Cases<O>,
    {
        let first = self.first();
        let mut cases = pin!(self.cases);
        cases.as_mut().attempt_from(first)?;
        cases.finish()
    }

    fn wait_until<O>(self, deadline: Deadline) -> Option<O>
    where
        Case<B, F, H>: Cases<O>,
    {
        let first = self.first();
        let mut cases = pin!(self.cases);
        let done = spin(|| cases.as_mut().attempt_from(first));
        done.or_else(|| block_on(poll_fn(|context| cases.as_mut().poll_from(first, context)), deadline))?;
        cases.finish()
    }

    /// The case that is attempted first.
    fn first<O>(&self) -> usize
    where
        Case<B, F, H>: Cases<O>,
    {
        if self.is_biased { 0 } else { random_below(<Case<B, F, H> as Attempts<O>>::COUNT) }
    }
}

/// A number below `count`, each about as often, for a `Select` to begin with.
///
/// A counter would not do: of two `Select`s in one loop, each would get every second number.
fn random_below(count: usize) -> usize {
    std::thread_local! {
        /// The state of a linear congruential generator, with the constants of Knuth's MMIX.
        static STATE: Cell<u64> = const { Cell::new(1) };
    }
    let next = |state: &Cell<u64>| {
        state
            .set(state.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        state.get()
    };
    // A thread that ends already has no state left. The high bits are the random ones.
    let random = STATE.try_with(next).unwrap_or(0) >> 32;
    ((random * count as u64) >> 32) as usize
}

/// The cases of a [`Select`], whose handlers return `O`. Sealed.
#[allow(private_bounds, reason = "sealed: no other crate can name the bound")]
pub trait Cases<O>: Attempts<O> {}

impl<O, C: Attempts<O>> Cases<O> for C {}

/// Attempts and polls cases: `Some` and `Ready` as soon as one is done.
pub(super) trait Attempts<O> {
    const COUNT: usize;

    /// Attempts the cases that are numbered so, in their order.
    fn attempt(self: Pin<&mut Self>, numbers: Range<usize>) -> Option<()>;

    /// Polls all of them until one is done.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()>;

    /// Stops waiting: drops the operations.
    fn cancel(self: Pin<&mut Self>);

    /// Runs the handler of the case that is done.
    fn handle(self: Pin<&mut Self>) -> Option<O>;

    /// Attempts all cases, beginning with one of them.
    fn attempt_from(mut self: Pin<&mut Self>, first: usize) -> Option<()> {
        let found = self.as_mut().attempt(first..Self::COUNT);
        found.or_else(|| self.attempt(0..first))
    }

    /// Attempts all cases in turn, and then leaves the waker at each.
    fn poll_from(mut self: Pin<&mut Self>, first: usize, context: &mut Context<'_>) -> Poll<()> {
        self.as_mut().attempt_from(first).map_or_else(|| self.poll(context), Poll::Ready)
    }

    /// Runs the handler after all cases have stopped waiting.
    fn finish(mut self: Pin<&mut Self>) -> Option<O> {
        self.as_mut().cancel();
        self.handle()
    }
}

impl<O> Attempts<O> for NoCase {
    const COUNT: usize = 0;

    fn attempt(self: Pin<&mut Self>, _numbers: Range<usize>) -> Option<()> {
        None
    }

    fn poll(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    fn cancel(self: Pin<&mut Self>) {}

    fn handle(self: Pin<&mut Self>) -> Option<O> {
        None
    }
}

/// The parts of a pinned case.
struct CaseParts<'p, B, F: Future, H> {
    before: Pin<&'p mut B>,
    operation: Pin<&'p mut Option<F>>,
    output: &'p mut Option<F::Output>,
    handler: &'p mut Option<H>,
}

impl<B, F: Future, H> Case<B, F, H> {
    fn project(self: Pin<&mut Self>) -> CaseParts<'_, B, F, H> {
        // SAFETY: nothing is moved out of the pin but the output and the handler, which are not
        // pinned.
        let Self { before, operation, output, handler } = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        let before = unsafe { Pin::new_unchecked(before) };
        // SAFETY: as above.
        let operation = unsafe { Pin::new_unchecked(operation) };
        CaseParts { before, operation, output, handler }
    }
}

impl<O, B: Attempts<O>, F: Attempt, H: FnOnce(F::Output) -> O> Attempts<O> for Case<B, F, H> {
    const COUNT: usize = B::COUNT + 1;

    fn attempt(self: Pin<&mut Self>, numbers: Range<usize>) -> Option<()> {
        let CaseParts { before, operation, output, .. } = self.project();
        let found = before.attempt(numbers.clone());
        if found.is_some() || !numbers.contains(&B::COUNT) {
            return found;
        }
        *output = operation.as_pin_mut()?.attempt();
        output.as_ref().map(|_| ())
    }

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let CaseParts { before, operation, output, .. } = self.project();
        if before.poll(context).is_ready() {
            return Poll::Ready(());
        }
        let Some(operation) = operation.as_pin_mut() else { return Poll::Pending };
        operation.poll(context).map(|done| *output = Some(done))
    }

    fn cancel(self: Pin<&mut Self>) {
        let CaseParts { before, mut operation, .. } = self.project();
        before.cancel();
        operation.set(None);
    }

    fn handle(self: Pin<&mut Self>) -> Option<O> {
        let CaseParts { before, output, handler, .. } = self.project();
        before.handle().or_else(|| Some(handler.take()?(output.take()?)))
    }
}

impl<Q: Queue, R: RawLock, const L: usize> Attempt for RecvFuture<'_, Q, R, L> {
    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output> {
        let (channel, _) = self.project();
        channel.attempt_recv()
    }
}

impl<T> Attempt for spsc::RecvFuture<'_, '_, T> {
    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output> {
        self.get_mut().attempt()
    }
}

impl<T> Attempt for oneshot::Receiver<'_, T> {
    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output> {
        self.get_mut().attempt()
    }
}

impl<F: Attempt + Unpin> Attempt for &mut F {
    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output> {
        Pin::new(&mut **self.get_mut()).attempt()
    }
}

impl<C> fmt::Debug for Select<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Select").field("is_biased", &self.is_biased).finish_non_exhaustive()
    }
}

impl<B, F: Future, H> fmt::Debug for Case<B, F, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Case")
    }
}

#[cfg(test)]
mod tests {
    use super::{Attempts, Select};
    use crate::channel::Channel;
    use core::future::Future;
    use core::pin::pin;
    use core::task::{Context, Poll, Waker};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::Wake;

    struct Flag(AtomicBool);

    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    #[test]
    fn a_case_that_was_notified_and_lost_passes_the_notification_on() {
        let (first, second): (Channel<u8, 1>, Channel<u8, 1>) = (Channel::new(), Channel::new());
        let mut cases = pin!(Select::biased().case(first.recv(), |v| v).case(second.recv(), |v| v).cases);
        let mut unnoticed = Context::from_waker(Waker::noop());
        assert!(cases.as_mut().poll_from(0, &mut unnoticed).is_pending());

        let woken = Arc::new(Flag(AtomicBool::new(false)));
        let waker = Waker::from(woken.clone());
        let mut next_in_line = pin!(second.recv());
        assert!(next_in_line.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());

        second.try_send(2).unwrap();
        assert!(!woken.0.load(Ordering::SeqCst), "the case was first in line");
        first.try_send(1).unwrap();
        assert_eq!(cases.as_mut().poll_from(0, &mut unnoticed), Poll::Ready(()));
        assert_eq!(cases.finish(), Some(Ok(1)));
        assert!(woken.0.load(Ordering::SeqCst), "the notification was lost");
        assert_eq!(next_in_line.poll(&mut Context::from_waker(&waker)), Poll::Ready(Ok(2)));
    }
}
