//! Many waiters, notified in the order in which they came.

use super::budget::Budget;
use super::list::{List, Node};
use super::lock::RawLock;
use super::spin::AdaptiveSpin;
use crate::ordering;
use crate::sync::{Atomic, Ordering, const_fn, fence};
use core::cell::UnsafeCell;
use core::marker::PhantomPinned;
use core::mem::MaybeUninit;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

/// The waiters for one kind of change.
pub(crate) struct WaitQueue<R> {
    /// How many are on the list. Written under the lock, read after each change.
    waiting: Atomic<usize>,
    lock: R,
    spin: AdaptiveSpin,
    budget: Budget,
    /// Used under the lock only.
    list: UnsafeCell<List>,
}

// SAFETY: the list and its nodes are used under the lock only, which lets in one at a time if it is `Sync`, except for
// nodes that were notified, which the list no longer knows; wakers may go to any thread.
unsafe impl<R: Sync> Sync for WaitQueue<R> {}
// SAFETY: as above; a queue that moves has no nodes, as they borrow it.
unsafe impl<R: Send> Send for WaitQueue<R> {}

// No code that may panic runs while a list is between two states: wakers are cloned, woken and dropped outside the lock.
impl<R> UnwindSafe for WaitQueue<R> {}
impl<R> RefUnwindSafe for WaitQueue<R> {}

impl<R: RawLock> WaitQueue<R> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                waiting: Atomic::new(),
                lock: R::INIT,
                spin: AdaptiveSpin::new(),
                budget: Budget::new(),
                list: UnsafeCell::new(List::new()),
            }
        }
    }

    /// Notifies the oldest waiter of one change. Costs one load if there are no waiters.
    #[inline]
    pub(crate) fn notify_one(&self) {
        if self.waiting() != 0 {
            self.wake_first();
        }
    }

    /// Notifies up to `count` waiters, oldest first, even if waking one of them panics.
    pub(crate) fn notify(&self, count: usize) {
        wake_each(self.take(count.min(self.waiting())));
    }

    /// Notifies all that wait now, oldest first, even if waking one of them panics.
    pub(crate) fn notify_all(&self) {
        wake_each(self.take_all());
    }

    /// Takes off the list, one by one, the waiters that are on it at the first step, oldest first. Each of them is
    /// notified, and its waker is the caller's to wake.
    pub(crate) fn take_all(&self) -> impl Iterator<Item = Waker> {
        self.take(self.waiting())
    }

    fn take(&self, count: usize) -> impl Iterator<Item = Waker> {
        (0..count).map_while(|_| self.take_first())
    }

    #[inline]
    fn waiting(&self) -> usize {
        // ORDERING: comes after the change, which was SeqCst or has such a fence behind it (W1).
        self.waiting.load(ordering::NOTIFY_LOAD_WAITERS)
    }

    #[cold]
    fn wake_first(&self) {
        // The waker runs outside the lock, so it may use this queue too.
        if let Some(waker) = self.take_first() {
            waker.wake();
        }
    }

    fn take_first(&self) -> Option<Waker> {
        self.with(|list| {
            let first = list.notify_first();
            self.count(if first.is_some() { -1 } else { 0 });
            first
        })
    }

    /// Adds a node that is not on the list.
    #[inline]
    fn link(&self, node: &Node, in_front: bool) {
        self.with(|list| {
            list.link(node, in_front);
            self.count(1);
        });
    }

    /// Updates the waker of a node. If the node was notified meanwhile, it goes on the list again, in front.
    #[cold]
    fn update_waker(&self, node: &Node, waker: &Waker) {
        let mut waker = Some(waker.clone());
        // The waker that is replaced is dropped outside the lock.
        let _replaced = self.with(|list| {
            let (replaced, was_notified) = List::replace_waker(node, &mut waker);
            if was_notified {
                list.link(node, true);
                self.count(1);
            }
            replaced
        });
    }

    /// Takes a node off the list. Returns `true` if it was notified instead.
    fn unlink(&self, node: &Node) -> bool {
        // The waker is dropped outside the lock.
        let removed = self.with(|list| {
            let removed = list.remove(node);
            self.count(if removed.is_ok() { -1 } else { 0 });
            removed
        });
        removed.is_err()
    }

    /// Counts waiters, under the lock.
    fn count(&self, more: isize) {
        // ORDERING: none: written under the lock only, and the fence in `register` orders it for notifiers (W1).
        let waiting = self.waiting.load(Ordering::Relaxed);
        self.waiting.store(waiting.wrapping_add_signed(more), Ordering::Relaxed);
    }

    fn with<O>(&self, f: impl FnOnce(&mut List) -> O) -> O {
        self.lock.with(|| {
            // SAFETY: used under the lock only.
            f(unsafe { &mut *self.list.get() })
        })
    }
}

/// Wakes each of them, even if waking one panics: the others are woken while the panic unwinds.
pub(crate) fn wake_each(wakers: impl Iterator<Item = Waker>) {
    struct WakeRestOnDrop<I: Iterator<Item = Waker>>(I);

    impl<I: Iterator<Item = Waker>> WakeRestOnDrop<I> {
        fn wake(&mut self) {
            self.0.by_ref().for_each(Waker::wake);
        }
    }

    impl<I: Iterator<Item = Waker>> Drop for WakeRestOnDrop<I> {
        fn drop(&mut self) {
            self.wake();
        }
    }

    WakeRestOnDrop(wakers).wake();
}

/// A future's place in a queue.
///
/// It is notified of one change at a time. If it is dropped before it used a notification, it notifies the next waiter.
pub(crate) struct Waiter<'q, R: RawLock> {
    queue: &'q WaitQueue<R>,
    /// New each time it goes on the list. Before that there is none: most waits end at the first attempt, and a future
    /// is moved before.
    node: UnsafeCell<MaybeUninit<Node>>,
    stage: Stage,
    _pinned: PhantomPinned,
}

/// How far a waiter has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not on the list, which does not know the node: there is none, and no lock is needed.
    New,
    /// As `New`, and the task was asked to yield before the first attempt.
    Yielded,
    /// The list may know the node.
    Registered,
}

// SAFETY: the node is used under the lock of the queue only, and the queue may be shared.
unsafe impl<R: RawLock + Sync> Send for Waiter<'_, R> {}
// SAFETY: a shared `Waiter` offers nothing.
unsafe impl<R: RawLock + Sync> Sync for Waiter<'_, R> {}

impl<'q, R: RawLock> Waiter<'q, R> {
    #[inline]
    pub(crate) fn new(queue: &'q WaitQueue<R>) -> Self {
        Self {
            queue,
            node: UnsafeCell::new(MaybeUninit::uninit()),
            stage: Stage::New,
            _pinned: PhantomPinned,
        }
    }

    /// Attempts; if that fails, registers the waker and attempts once more, so that no change in between is missed.
    #[inline]
    pub(crate) fn poll_until<O>(
        self: Pin<&mut Self>,
        context: &Context<'_>,
        mut attempt: impl FnMut() -> Option<O>,
    ) -> Poll<O> {
        // SAFETY: the node is not moved.
        let this = unsafe { self.get_unchecked_mut() };
        // Most polls are the first, and end here: only that much belongs where it is called.
        if this.stage == Stage::New
            && this.queue.budget.spend()
            && let Some(done) = attempt()
        {
            return Poll::Ready(done);
        }
        this.wait_until(context, attempt)
    }

    /// Charges the values that an operation moved beyond the first.
    pub(crate) fn charge(&self, values: usize) {
        self.queue.budget.charge(values);
    }

    /// Charges an operation that does not wait. Returns `false` if the task is to yield first. Then it has been woken.
    #[cfg(feature = "futures")]
    pub(crate) fn may_attempt(self: Pin<&mut Self>, context: &Context<'_>) -> bool {
        // SAFETY: the node is not moved.
        let this = unsafe { self.get_unchecked_mut() };
        if this.has_yielded() {
            this.stage = Stage::New;
            this.queue.budget.renew();
        } else if this.stage == Stage::New && !this.queue.budget.spend() && this.queue.budget.yields(context)
        {
            this.stage = Stage::Yielded;
        }
        !this.has_yielded()
    }

    /// Returns `true` if the task was asked to yield, so that the last poll attempted nothing.
    pub(crate) fn has_yielded(&self) -> bool {
        self.stage == Stage::Yielded
    }

    #[inline(never)]
    fn wait_until<O>(&mut self, context: &Context<'_>, mut attempt: impl FnMut() -> Option<O>) -> Poll<O> {
        let was_notified = self.stage == Stage::Registered && self.take_notification();
        match self.stage {
            Stage::New if was_notified => {
                if let Some(done) = attempt() {
                    return Poll::Ready(done);
                }
                // Another operation was faster. This waiter has waited longest, and goes to the front again, at once.
            }
            Stage::New if self.queue.budget.yields(context) => {
                self.stage = Stage::Yielded;
                return Poll::Pending;
            }
            Stage::New | Stage::Yielded => {
                if self.has_yielded() {
                    self.stage = Stage::New;
                    self.queue.budget.renew();
                    if let Some(done) = attempt() {
                        return Poll::Ready(done);
                    }
                }
                if let Some(settled) = self.queue.spin.spin_before_park(context, &mut attempt) {
                    return settled;
                }
                self.queue.budget.refund();
            }
            Stage::Registered => {}
        }
        self.register(context.waker(), was_notified);
        if let Some(done) = attempt() {
            self.deregister();
            return Poll::Ready(done);
        }
        Poll::Pending
    }

    /// Stops waiting, before it is dropped.
    pub(crate) fn cancel(self: Pin<&mut Self>) {
        // SAFETY: the node is not moved.
        unsafe { self.get_unchecked_mut() }.deregister();
    }

    /// Goes on the list, or updates the waker there.
    fn register(&mut self, waker: &Waker, in_front: bool) {
        if self.stage == Stage::Registered {
            self.queue.update_waker(self.node(), waker);
        } else {
            self.node.get_mut().write(Node::new(waker.clone()));
            self.stage = Stage::Registered;
            self.queue.link(self.node(), in_front);
        }
        // ORDERING: the waiter is on the list before the attempt that follows: a later change sees it (W1).
        fence(ordering::WAITER_REGISTER_FENCE);
    }

    /// Returns `true` if it was notified. If it was not, it stays on the list.
    #[inline]
    fn take_notification(&mut self) -> bool {
        let was_notified = self.node().is_notified();
        if was_notified {
            self.stage = Stage::New;
        }
        was_notified
    }

    /// Leaves the list, if it is there.
    #[inline]
    fn deregister(&mut self) {
        if self.stage == Stage::Registered {
            self.leave();
        }
    }

    /// Leaves the list. If it was notified meanwhile, of a change that it does not need, notifies the next waiter.
    #[cold]
    fn leave(&mut self) {
        let was_notified = self.queue.unlink(self.node());
        self.stage = Stage::New;
        if was_notified {
            self.queue.notify_one();
        }
    }

    /// The node, which is there once the list may know it.
    #[inline]
    fn node(&self) -> &Node {
        debug_assert!(self.stage == Stage::Registered);
        // SAFETY: others use the node through shared references too.
        let node = unsafe { &*self.node.get() };
        // SAFETY: it was written before it was registered.
        unsafe { node.assume_init_ref() }
    }
}

impl<R: RawLock> Drop for Waiter<'_, R> {
    #[inline]
    fn drop(&mut self) {
        self.deregister();
    }
}
