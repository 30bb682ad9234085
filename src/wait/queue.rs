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

/// A queue of waiters for one kind of change.
pub(crate) struct WaitQueue<R> {
    /// How many waiters are on the list. Written under the lock, loaded after each change.
    waiting: Atomic<usize>,
    lock: R,
    spin: AdaptiveSpin,
    budget: Budget,
    /// Accessed under the lock only.
    list: UnsafeCell<List>,
}

// SAFETY: the list and the nodes on it are accessed only under the lock, and `R: Sync` makes that
// exclude other threads. A notified node is off the list. Wakers are `Send`.
unsafe impl<R: Sync> Sync for WaitQueue<R> {}
// SAFETY: as above; a queue that moves has no nodes, as they borrow it.
unsafe impl<R: Send> Send for WaitQueue<R> {}

// No code that may panic runs while a list is between two states: wakers are cloned, woken and
// dropped outside the lock.
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

    /// Returns an iterator that, at each step, notifies the oldest waiter and yields its waker, for
    /// as many waiters as there are now. The caller wakes the wakers.
    pub(crate) fn take_all(&self) -> impl Iterator<Item = Waker> {
        self.take(self.waiting())
    }

    fn take(&self, count: usize) -> impl Iterator<Item = Waker> {
        (0..count).map_while(|_| self.take_first())
    }

    #[inline]
    fn waiting(&self) -> usize {
        // ORDERING: follows the change, which is sequentially consistent or is followed by such a
        // fence: if this load misses a waiter, the last attempt of that waiter sees the change
        // (W1).
        self.waiting.load(ordering::NOTIFY_LOAD_WAITERS)
    }

    #[cold]
    fn wake_first(&self) {
        // Outside the lock, so the waker may use this queue too.
        if let Some(waker) = self.take_first() {
            waker.wake();
        }
    }

    /// Notifies the oldest waiter. Returns its waker.
    fn take_first(&self) -> Option<Waker> {
        self.with(|list| {
            let first = list.notify_first();
            if first.is_some() {
                self.adjust_waiting(-1);
            }
            first
        })
    }

    /// Adds a node that is not on the list.
    #[inline]
    fn link(&self, node: &Node, in_front: bool) {
        self.with(|list| {
            list.link(node, in_front);
            self.adjust_waiting(1);
        });
    }

    /// Updates the waker of a node. If the node was notified meanwhile, links it again, at the
    /// front.
    #[cold]
    fn update_waker(&self, node: &Node, waker: &Waker) {
        let mut waker = Some(waker.clone());
        // The waker that is replaced is dropped outside the lock.
        let _replaced = self.with(|list| {
            let (replaced, was_notified) = List::replace_waker(node, &mut waker);
            if was_notified {
                list.link(node, true);
                self.adjust_waiting(1);
            }
            replaced
        });
    }

    /// Takes a node off the list. Returns `true` if it was notified instead.
    fn unlink(&self, node: &Node) -> bool {
        // The waker is dropped outside the lock.
        let removed = self.with(|list| {
            let removed = list.remove(node);
            if removed.is_ok() {
                self.adjust_waiting(-1);
            }
            removed
        });
        removed.is_err()
    }

    /// Adjusts the number of waiters. Called under the lock only.
    fn adjust_waiting(&self, by: isize) {
        // ORDERING: none: written under the lock only, and the fence in `register` orders it before
        // the last attempt of a waiter (W1).
        let waiting = self.waiting.load(Ordering::Relaxed);
        self.waiting.store(waiting.wrapping_add_signed(by), Ordering::Relaxed);
    }

    fn with<O>(&self, f: impl FnOnce(&mut List) -> O) -> O {
        self.lock.with(|| {
            // SAFETY: under the lock, which excludes other uses of the list.
            f(unsafe { &mut *self.list.get() })
        })
    }
}

/// Wakes each waker, even if waking one panics: the others are woken while the panic unwinds.
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

/// A future that waits, or may have to, in a queue.
///
/// It is notified of one change at a time. If it is dropped before it used a notification, it
/// notifies the next waiter.
pub(crate) struct Waiter<'q, R: RawLock> {
    queue: &'q WaitQueue<R>,
    /// Written when it is linked. Before that there is none: most waits end at the first attempt,
    /// and a future may be moved before it is polled.
    node: UnsafeCell<MaybeUninit<Node>>,
    /// Whether the list may know the node. If not, there is none, and no lock is needed.
    is_registered: bool,
    /// Whether the task was made to yield at the last poll, which attempted nothing.
    has_yielded: bool,
    _pinned: PhantomPinned,
}

// SAFETY: the node is used under the lock of the queue only, and the queue may be shared between
// threads.
unsafe impl<R: RawLock + Sync> Send for Waiter<'_, R> {}
// SAFETY: a shared `Waiter` gives access to a flag, which exclusive access writes, and to the
// queue.
unsafe impl<R: RawLock + Sync> Sync for Waiter<'_, R> {}

impl<'q, R: RawLock> Waiter<'q, R> {
    #[inline]
    pub(crate) fn new(queue: &'q WaitQueue<R>) -> Self {
        Self {
            queue,
            node: UnsafeCell::new(MaybeUninit::uninit()),
            is_registered: false,
            has_yielded: false,
            _pinned: PhantomPinned,
        }
    }

    /// Attempts. If that fails, registers the waker and attempts once more, so that no change in
    /// between is missed.
    #[inline]
    pub(crate) fn poll_until<O>(
        self: Pin<&mut Self>,
        context: &Context<'_>,
        mut attempt: impl FnMut() -> Option<O>,
    ) -> Poll<O> {
        // SAFETY: the node is not moved.
        let this = unsafe { self.get_unchecked_mut() };
        // Most polls are the first, and end here: only that much is inlined.
        if !this.is_registered
            && this.queue.budget.admits(&mut this.has_yielded, context)
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

    /// Charges an operation that does not wait. Returns `false` if the task must yield first. In
    /// that case it has been woken.
    #[cfg(feature = "futures")]
    pub(crate) fn may_attempt(self: Pin<&mut Self>, context: &Context<'_>) -> bool {
        // SAFETY: the node is not moved.
        let this = unsafe { self.get_unchecked_mut() };
        this.is_registered || this.queue.budget.admits(&mut this.has_yielded, context)
    }

    /// Returns `true` if the task was made to yield, so that the last poll attempted nothing.
    pub(crate) fn has_yielded(&self) -> bool {
        self.has_yielded
    }

    /// Continues after a poll that was not admitted, or whose first attempt failed.
    #[inline(never)]
    fn wait_until<O>(&mut self, context: &Context<'_>, mut attempt: impl FnMut() -> Option<O>) -> Poll<O> {
        if self.has_yielded {
            return Poll::Pending;
        }
        let was_notified = self.is_registered && self.take_notification();
        if was_notified {
            if let Some(done) = attempt() {
                return Poll::Ready(done);
            }
            // Another operation was faster. This waiter has waited longest, and goes back to the
            // front at once.
        } else if !self.is_registered {
            if let Some(settled) = self.queue.spin.spin_before_park(context, &mut attempt) {
                return settled;
            }
            self.queue.budget.refund();
        }
        self.register(context.waker(), was_notified);
        if let Some(done) = attempt() {
            self.deregister();
            return Poll::Ready(done);
        }
        Poll::Pending
    }

    /// Stops waiting: leaves the list, as a drop does.
    pub(crate) fn cancel(self: Pin<&mut Self>) {
        // SAFETY: the node is not moved.
        unsafe { self.get_unchecked_mut() }.deregister();
    }

    /// Links the node, or updates the waker in it.
    fn register(&mut self, waker: &Waker, in_front: bool) {
        if self.is_registered {
            self.queue.update_waker(self.node(), waker);
        } else {
            self.node.get_mut().write(Node::new(waker.clone()));
            self.is_registered = true;
            self.queue.link(self.node(), in_front);
        }
        // ORDERING: the count of waiters is stored before the attempt that follows: if that misses
        // a change, the notifier sees the waiter (W1).
        fence(ordering::WAITER_REGISTER_FENCE);
    }

    /// Returns `true` if the node was notified. In that case it is no longer on the list.
    #[inline]
    fn take_notification(&mut self) -> bool {
        let was_notified = self.node().is_notified();
        self.is_registered = !was_notified;
        was_notified
    }

    /// Leaves the list, if it is on it.
    #[inline]
    fn deregister(&mut self) {
        if self.is_registered {
            self.leave();
        }
    }

    /// Leaves the list. If it was notified meanwhile, of a change that it does not need, notifies
    /// the next waiter.
    #[cold]
    fn leave(&mut self) {
        let was_notified = self.queue.unlink(self.node());
        self.is_registered = false;
        if was_notified {
            self.queue.notify_one();
        }
    }

    /// The node, which is written once the list may know it.
    #[inline]
    fn node(&self) -> &Node {
        debug_assert!(self.is_registered);
        // SAFETY: the list too uses the node through shared references only.
        let node = unsafe { &*self.node.get() };
        // SAFETY: registered, so it was written.
        unsafe { node.assume_init_ref() }
    }
}

impl<R: RawLock> Drop for Waiter<'_, R> {
    #[inline]
    fn drop(&mut self) {
        self.deregister();
    }
}
