//! What a channel offers beyond a queue: ends that wait.

use crate::interface::queue::{Contender, Item, Job, Pop, Push, Setup};

/// The sending end of a channel, in a task.
pub trait AsyncSend: Send {
    /// Waits for room; `false` when closed.
    fn send(&mut self, item: u64) -> impl Future<Output = bool>;
}

/// The receiving end of a channel, in a task.
pub trait AsyncRecv: Send {
    /// Waits for an item; `None` when closed.
    fn recv(&mut self) -> impl Future<Output = Option<u64>>;
}

/// Something done with the waiting ends of a channel whose type only the contender knows.
pub trait AsyncJob {
    type Output;

    /// Receives as many ends of each kind as the setup asked for.
    fn run<S: AsyncSend, R: AsyncRecv>(self, senders: Vec<S>, receivers: Vec<R>) -> Self::Output;
}

/// A queue whose ends can also wait. As a [`Contender`] it runs with the calls that do not.
pub trait Channel: Contender {
    /// Runs with the calls that tasks wait in. `None` when there are none, or not in this shape or
    /// capacity.
    fn tasks<J: AsyncJob>(_setup: Setup, _job: J) -> Option<J::Output> {
        None
    }

    /// Runs with the calls that threads wait in: a push or pop fails only when the channel is
    /// closed.
    fn threads<J: Job<u64>>(_setup: Setup, _job: J) -> Option<J::Output> {
        None
    }
}

/// Both kinds of ends of a channel.
pub(crate) type Ends<S, R> = (Vec<S>, Vec<R>);

/// For channels whose ends both clone.
pub(crate) fn cloned<S: Clone, R: Clone>(setup: Setup, (sender, receiver): (S, R)) -> Option<Ends<S, R>> {
    Some((vec![sender; setup.producers], vec![receiver; setup.consumers]))
}

/// For channels with one receiver.
pub(crate) fn one_receiver<S: Clone, R>(setup: Setup, (sender, receiver): (S, R)) -> Option<Ends<S, R>> {
    (setup.consumers == 1).then(|| (vec![sender; setup.producers], vec![receiver]))
}

/// For channels with one end of each kind.
pub(crate) fn one_each<S, R>(setup: Setup, (sender, receiver): (S, R)) -> Option<Ends<S, R>> {
    (setup.threads() == 2).then(|| (vec![sender], vec![receiver]))
}

/// Runs a job with ends that are used through these two calls.
#[inline]
pub(crate) fn with_calls<T: Item, S: Send, R: Send, J: Job<T>>(
    (senders, receivers): Ends<S, R>,
    push: impl FnMut(&mut S, T) -> bool + Clone + Send,
    pop: impl FnMut(&mut R) -> Option<T> + Clone + Send,
    job: J,
) -> J::Output {
    job.run(each_with(senders, push), each_with(receivers, pop))
}

/// Runs a job with ends that are used through these two calls.
#[inline]
pub(crate) fn with_async_calls<S: Send, R: Send, J: AsyncJob>(
    (senders, receivers): Ends<S, R>,
    send: impl AsyncFnMut(&mut S, u64) -> bool + Clone + Send,
    recv: impl AsyncFnMut(&mut R) -> Option<u64> + Clone + Send,
    job: J,
) -> J::Output {
    job.run(each_with(senders, send), each_with(receivers, recv))
}

fn each_with<E, F: Clone>(ends: Vec<E>, call: F) -> Vec<With<E, F>> {
    ends.into_iter().map(|end| With { end, call: call.clone() }).collect()
}

/// An end and the call it is used through.
struct With<E, F> {
    end: E,
    call: F,
}

impl<T, E: Send, F: FnMut(&mut E, T) -> bool + Send> Push<T> for With<E, F> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        (self.call)(&mut self.end, item)
    }
}

impl<T, E: Send, F: FnMut(&mut E) -> Option<T> + Send> Pop<T> for With<E, F> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        (self.call)(&mut self.end)
    }
}

impl<E: Send, F: AsyncFnMut(&mut E, u64) -> bool + Send> AsyncSend for With<E, F> {
    #[inline]
    fn send(&mut self, item: u64) -> impl Future<Output = bool> {
        (self.call)(&mut self.end, item)
    }
}

impl<E: Send, F: AsyncFnMut(&mut E) -> Option<u64> + Send> AsyncRecv for With<E, F> {
    #[inline]
    fn recv(&mut self) -> impl Future<Output = Option<u64>> {
        (self.call)(&mut self.end)
    }
}
