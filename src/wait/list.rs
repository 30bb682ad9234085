//! Many waiters, first come, first woken. The nodes of the list lie in the futures that wait.

use super::budget::Budget;
use super::lock::RawLock;
use super::luck::Luck;
use crate::ordering;
use crate::sync::{Atomic, Ordering, Track, barrier, const_fn};
use core::cell::UnsafeCell;
use core::marker::PhantomPinned;
use core::mem::MaybeUninit;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll, Waker};

/// Those who wait for one kind of change.
pub(crate) struct WaitList<R> {
    /// How many are linked. Written under the lock, read by whoever changed something.
    waiting: Atomic<usize>,
    lock: R,
    luck: Luck,
    budget: Budget,
    /// Used under the lock only.
    ends: UnsafeCell<Ends>,
}

struct Ends {
    first: Option<NonNull<Node>>,
    last: Option<NonNull<Node>>,
}

/// A waiter.
struct Node {
    /// One if it was taken off the list and told, and has not acted on it yet.
    told: Atomic<usize>,
    /// Used under the lock only, until the waiter is told: then the list is done with the node.
    links: UnsafeCell<Links>,
    track: Track,
}

struct Links {
    is_linked: bool,
    waker: Option<Waker>,
    before: Option<NonNull<Node>>,
    behind: Option<NonNull<Node>>,
}

// SAFETY: the list and its nodes are used under the lock only, which lets in one at a time if it is `Sync`, but for
// nodes that were told, which the list does not know any more; wakers may go to any thread.
unsafe impl<R: Sync> Sync for WaitList<R> {}
// SAFETY: as above; a list that moves has no nodes, as they borrow it.
unsafe impl<R: Send> Send for WaitList<R> {}

// No code that may panic runs while a list is between two states: wakers are cloned, woken and dropped outside the lock.
impl<R> UnwindSafe for WaitList<R> {}
impl<R> RefUnwindSafe for WaitList<R> {}

impl<R: RawLock> WaitList<R> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                waiting: Atomic::new(),
                lock: R::INIT,
                luck: Luck::new(),
                budget: Budget::new(),
                ends: UnsafeCell::new(Ends { first: None, last: None }),
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
        // The waker runs outside the lock, so it may use this list too.
        if let Some(waker) = self.take_first() {
            waker.wake();
        }
    }

    fn take_first(&self) -> Option<Waker> {
        self.with(|list| list.pop_first())
    }

    /// Puts a waiter on the list that is not there.
    #[inline]
    fn link(&self, node: &Node, in_front: bool) {
        self.with(|list| list.link(node, in_front));
    }

    /// Renews the waker of a waiter on the list. Told meanwhile, it goes on the list again.
    #[cold]
    fn renew(&self, node: &Node, waker: &Waker) {
        let mut waker = Some(waker.clone());
        // The waker that is replaced is dropped outside the lock.
        let _replaced = self.with(|list| list.renew(node, &mut waker));
    }

    /// Takes a waiter off the list; says whether it had been told.
    fn unlink(&self, node: &Node) -> bool {
        let (was_told, _waker) = self.with(|list| list.unlink(node));
        was_told
    }

    fn with<O>(&self, f: impl FnOnce(&mut Locked<'_>) -> O) -> O {
        self.lock.with(|| {
            // SAFETY: used under the lock only.
            let ends = unsafe { &mut *self.ends.get() };
            f(&mut Locked { ends, waiting: &self.waiting })
        })
    }
}

/// Wakes each of them, even if waking one panics: the others are woken while the panic unwinds.
pub(crate) fn wake_each(wakers: impl Iterator<Item = Waker>) {
    struct WakeRest<I: Iterator<Item = Waker>>(I);

    impl<I: Iterator<Item = Waker>> WakeRest<I> {
        fn wake(&mut self) {
            self.0.by_ref().for_each(Waker::wake);
        }
    }

    impl<I: Iterator<Item = Waker>> Drop for WakeRest<I> {
        fn drop(&mut self) {
            self.wake();
        }
    }

    WakeRest(wakers).wake();
}

/// The list while the lock is held.
struct Locked<'l> {
    ends: &'l mut Ends,
    waiting: &'l Atomic<usize>,
}

impl Locked<'_> {
    fn pop_first(&mut self) -> Option<Waker> {
        // SAFETY: a node that is linked lives.
        let first = unsafe { self.ends.first?.as_ref() };
        let waker = self.remove(first);
        // ORDERING: releases the node to its waiter: this was the last use of it (W3).
        first.told.store(1, ordering::NOTIFY_RELEASE_NODE);
        waker
    }

    fn link(&mut self, node: &Node, in_front: bool) {
        // SAFETY: under the lock.
        let links = unsafe { node.links() };
        links.is_linked = true;
        (links.before, links.behind) =
            if in_front { (None, self.ends.first) } else { (self.ends.last, None) };
        *self.behind(links.before) = Some(node.into());
        *self.before(links.behind) = Some(node.into());
        self.count(1);
    }

    fn renew(&mut self, node: &Node, waker: &mut Option<Waker>) -> Option<Waker> {
        // SAFETY: under the lock.
        let links = unsafe { node.links() };
        let replaced = core::mem::replace(&mut links.waker, waker.take());
        if !links.is_linked {
            // It was told since it asked.
            // ORDERING: none: a node that is not linked is notified by no other thread.
            node.told.store(0, Ordering::Relaxed);
            self.link(node, true);
        }
        replaced
    }

    /// Whether the waiter was told, and its waker, if not.
    fn unlink(&mut self, node: &Node) -> (bool, Option<Waker>) {
        // SAFETY: under the lock.
        if unsafe { node.links() }.is_linked {
            return (false, self.remove(node));
        }
        (node.is_told(), None)
    }

    fn remove(&mut self, node: &Node) -> Option<Waker> {
        // SAFETY: under the lock.
        let links = unsafe { node.links() };
        links.is_linked = false;
        *self.behind(links.before) = links.behind;
        *self.before(links.behind) = links.before;
        self.count(-1);
        links.waker.take()
    }

    /// What leads to the node behind this one: its own link, or that of the whole list.
    fn behind(&mut self, node: Option<NonNull<Node>>) -> &mut Option<NonNull<Node>> {
        match node {
            Some(node) => {
                // SAFETY: the node is linked, so it lives.
                let links = unsafe { node.as_ref() }.links.get();
                // SAFETY: under the lock.
                unsafe { &mut (*links).behind }
            }
            None => &mut self.ends.first,
        }
    }

    /// What leads to the node before this one.
    fn before(&mut self, node: Option<NonNull<Node>>) -> &mut Option<NonNull<Node>> {
        match node {
            Some(node) => {
                // SAFETY: the node is linked, so it lives.
                let links = unsafe { node.as_ref() }.links.get();
                // SAFETY: under the lock.
                unsafe { &mut (*links).before }
            }
            None => &mut self.ends.last,
        }
    }

    fn count(&self, more: isize) {
        // ORDERING: none: written under the lock only, and the fence in `enter` orders it for notifiers (W1).
        let waiting = self.waiting.load(Ordering::Relaxed);
        self.waiting.store(waiting.wrapping_add_signed(more), Ordering::Relaxed);
    }
}

/// A future's place on a list.
///
/// It is told of one change at a time. Told, and gone without having used it, it tells the next.
pub(crate) struct Waiting<'l, R: RawLock> {
    list: &'l WaitList<R>,
    /// New each time it goes on the list. Before that there is none: most waits end at the first try, and a future
    /// is moved before.
    node: UnsafeCell<MaybeUninit<Node>>,
    /// Whether the list may know the node. While it does not, there is none, and no lock is needed.
    is_known: bool,
    _pinned: PhantomPinned,
}

// SAFETY: the node is used under the lock of the list only, and the list may be shared.
unsafe impl<R: RawLock + Sync> Send for Waiting<'_, R> {}
// SAFETY: a shared `Waiting` offers nothing.
unsafe impl<R: RawLock + Sync> Sync for Waiting<'_, R> {}

impl<'l, R: RawLock> Waiting<'l, R> {
    #[inline]
    pub(crate) fn on(list: &'l WaitList<R>) -> Self {
        Self { list, node: UnsafeCell::new(MaybeUninit::uninit()), is_known: false, _pinned: PhantomPinned }
    }

    /// Tries; if that yields nothing, waits to be told and tries once more, so that no change in between is missed.
    #[inline]
    pub(crate) fn poll_until<O>(
        self: Pin<&mut Self>,
        context: &Context<'_>,
        mut attempt: impl FnMut() -> Option<O>,
    ) -> Poll<O> {
        // SAFETY: the node is not moved.
        let this = unsafe { self.get_unchecked_mut() };
        // Most polls are the first, and end here: only that much belongs where it is called.
        if !this.is_known
            && this.list.budget.spend()
            && let Some(done) = attempt()
        {
            return Poll::Ready(done);
        }
        this.wait_until(context, attempt)
    }

    /// Charges the values that an operation moved beyond the first.
    pub(crate) fn charge(&self, values: usize) {
        self.list.budget.charge(values);
    }

    /// The budget of the operations that need not wait.
    #[cfg(feature = "futures")]
    pub(crate) fn budget(&self) -> &Budget {
        &self.list.budget
    }

    #[inline(never)]
    fn wait_until<O>(&mut self, context: &Context<'_>, mut attempt: impl FnMut() -> Option<O>) -> Poll<O> {
        if !self.is_known && self.list.budget.yields(context) {
            return Poll::Pending;
        }
        let was_told = self.is_known && self.acknowledge();
        if was_told {
            if let Some(done) = attempt() {
                return Poll::Ready(done);
            }
            // Came too late, has waited longest, and goes to the front again, at once.
        } else if !self.is_known
            && let Some(settled) = self.list.luck.put_off_sleep(context, &mut attempt)
        {
            return settled;
        }
        self.list.budget.renew();
        self.enter(context.waker(), was_told);
        if let Some(done) = attempt() {
            self.leave();
            return Poll::Ready(done);
        }
        Poll::Pending
    }

    /// Waits no longer, before it is dropped.
    pub(crate) fn stop(self: Pin<&mut Self>) {
        // SAFETY: the node is not moved.
        unsafe { self.get_unchecked_mut() }.leave();
    }

    /// Goes on the list, or renews the waker there.
    fn enter(&mut self, waker: &Waker, in_front: bool) {
        if self.is_known {
            self.list.renew(self.node(), waker);
        } else {
            self.node.get_mut().write(Node::new(waker.clone()));
            self.is_known = true;
            self.list.link(self.node(), in_front);
        }
        // ORDERING: the waiter is on the list before the try that follows: a later change sees it (W1).
        barrier(ordering::WAITER_REGISTER_FENCE);
    }

    /// Takes note of having been told. Who was not told stays on the list.
    #[inline]
    fn acknowledge(&mut self) -> bool {
        let was_told = self.node().is_told();
        self.is_known = !was_told;
        was_told
    }

    /// Leaves the list, if it is there.
    #[inline]
    fn leave(&mut self) {
        if self.is_known {
            self.leave_list();
        }
    }

    /// If told meanwhile, of something that this waiter does not need, tells the next.
    #[cold]
    fn leave_list(&mut self) {
        let was_told = self.list.unlink(self.node());
        self.is_known = false;
        if was_told {
            self.list.notify_one();
        }
    }

    /// The node, which is there once the list may know it.
    #[inline]
    fn node(&self) -> &Node {
        debug_assert!(self.is_known);
        // SAFETY: others use the node through shared references too.
        let node = unsafe { &*self.node.get() };
        // SAFETY: it was written before it was known.
        unsafe { node.assume_init_ref() }
    }
}

impl Node {
    fn new(waker: Waker) -> Self {
        let links = Links { is_linked: false, waker: Some(waker), before: None, behind: None };
        Self { told: Atomic::new(), links: UnsafeCell::new(links), track: Track::new() }
    }

    /// # Safety
    /// The caller holds the lock, and no other reference to the links.
    #[allow(clippy::mut_from_ref, reason = "the lock lets in one at a time")]
    unsafe fn links(&self) -> &mut Links {
        self.track.on_write();
        // SAFETY: as the caller promises.
        unsafe { &mut *self.links.get() }
    }

    /// Whether it was told. If so, the list is done with it.
    #[inline]
    fn is_told(&self) -> bool {
        // ORDERING: acquires the node from the notifier, which is done with it (W3).
        let is_told = self.told.load(ordering::WAITER_LOAD_NOTIFIED) != 0;
        if is_told {
            self.track.on_write();
        }
        is_told
    }
}

impl<R: RawLock> Drop for Waiting<'_, R> {
    #[inline]
    fn drop(&mut self) {
        self.leave();
    }
}
