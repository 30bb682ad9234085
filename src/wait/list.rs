//! The intrusive list of waiters, first in, first notified. The nodes are part of the futures that
//! wait.
//!
//! Everything here happens under the lock of the [queue](super::queue) that the list belongs to,
//! except [`Node::is_notified`].

use crate::ordering;
use crate::sync::{Atomic, Ordering, Track};
use core::cell::UnsafeCell;
use core::ptr::NonNull;
use core::task::Waker;

/// The oldest and the newest node.
pub(super) struct List {
    first: Link,
    last: Link,
}

type Link = Option<NonNull<Node>>;

/// A waiter on the list.
pub(super) struct Node {
    /// One once a notifier took the node off the list. After that no notifier uses it.
    notified: Atomic<usize>,
    /// Accessed under the lock only, until the node is notified.
    state: UnsafeCell<State>,
    track: Track,
}

struct State {
    is_linked: bool,
    waker: Option<Waker>,
    previous: Link,
    next: Link,
}

impl List {
    pub(super) const fn new() -> Self {
        Self { first: None, last: None }
    }

    /// Adds a node that is not on the list.
    pub(super) fn link(&mut self, node: &Node, in_front: bool) {
        // SAFETY: under the lock.
        let state = unsafe { node.state() };
        state.is_linked = true;
        (state.previous, state.next) = if in_front { (None, self.first) } else { (self.last, None) };
        *self.next_of(state.previous) = Some(node.into());
        *self.previous_of(state.next) = Some(node.into());
    }

    /// Takes the oldest node off the list and notifies it. Returns its waker.
    pub(super) fn notify_first(&mut self) -> Option<Waker> {
        // SAFETY: a node that is linked is alive: its waiter unlinks it before it is dropped.
        let first = unsafe { self.first?.as_ref() };
        let waker = self.unlink(first);
        // ORDERING: releases the node to its waiter: this is the notifier's last use of it (W3).
        first.notified.store(1, ordering::NOTIFY_RELEASE_NODE);
        waker
    }

    /// Exchanges the waker of a node. Returns the old one, and `true` if the node was notified.
    /// Then it is not on the list, and is ready to be linked again.
    pub(super) fn replace_waker(node: &Node, waker: &mut Option<Waker>) -> (Option<Waker>, bool) {
        // SAFETY: under the lock.
        let state = unsafe { node.state() };
        let replaced = core::mem::replace(&mut state.waker, waker.take());
        if !state.is_linked {
            // ORDERING: none: a node that is not linked is notified by no other thread.
            node.notified.store(0, Ordering::Relaxed);
        }
        (replaced, !state.is_linked)
    }

    /// Takes a node off the list. Returns its waker, or `Err` if the node is not on the list
    /// because it was notified.
    pub(super) fn remove(&mut self, node: &Node) -> Result<Option<Waker>, ()> {
        // SAFETY: under the lock.
        if unsafe { node.state() }.is_linked {
            return Ok(self.unlink(node));
        }
        debug_assert!(node.is_notified());
        Err(())
    }

    fn unlink(&mut self, node: &Node) -> Option<Waker> {
        // SAFETY: under the lock.
        let state = unsafe { node.state() };
        state.is_linked = false;
        *self.next_of(state.previous) = state.next;
        *self.previous_of(state.next) = state.previous;
        state.waker.take()
    }

    /// The link to the node after this one: that of the node, or the start of the list.
    fn next_of(&mut self, node: Link) -> &mut Link {
        match node {
            Some(node) => {
                // SAFETY: the node is linked, so it is alive.
                let state = unsafe { node.as_ref() }.state.get();
                // SAFETY: under the lock.
                unsafe { &mut (*state).next }
            }
            None => &mut self.first,
        }
    }

    /// The link to the node before this one: that of the node, or the end of the list.
    fn previous_of(&mut self, node: Link) -> &mut Link {
        match node {
            Some(node) => {
                // SAFETY: the node is linked, so it is alive.
                let state = unsafe { node.as_ref() }.state.get();
                // SAFETY: under the lock.
                unsafe { &mut (*state).previous }
            }
            None => &mut self.last,
        }
    }
}

impl Node {
    pub(super) fn new(waker: Waker) -> Self {
        let state = State { is_linked: false, waker: Some(waker), previous: None, next: None };
        Self { notified: Atomic::new(), state: UnsafeCell::new(state), track: Track::new() }
    }

    /// # Safety
    /// The caller holds the lock, and no other reference to the state.
    #[allow(clippy::mut_from_ref, reason = "the lock excludes other references")]
    unsafe fn state(&self) -> &mut State {
        self.track.on_write();
        // SAFETY: under the lock, and there is no other reference.
        unsafe { &mut *self.state.get() }
    }

    /// Returns `true` if the node was notified. In that case no notifier uses it any more.
    #[inline]
    pub(super) fn is_notified(&self) -> bool {
        // ORDERING: acquires the notifier's store of `notified`, which was its last use of the node
        // (W3).
        let is_notified = self.notified.load(ordering::WAITER_LOAD_NOTIFIED) != 0;
        if is_notified {
            self.track.on_write();
        }
        is_notified
    }
}
