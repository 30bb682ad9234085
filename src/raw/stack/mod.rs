//! The stack: two lists over the same slots, each with its top in one word.
//!
//! A push takes a slot from the list of *free* slots, writes the value there, and only then links
//! the slot to the list of *used* ones with one compare-exchange. A pop does the same the other way
//! round. An operation that stalls, wherever it is, holds at most one slot that another could use.
//!
//! ```text
//!   used ──► top ──► below ──► … ──► none     values, newest first
//!   free ──► top ──► below ──► … ──► none     slots without one
//! ```
//!
//! Linearization points: push at the exchange that links its slot, pop at the exchange that takes
//! one, Empty and Full at a load of the word of the used slots. Both operations are lock-free: a
//! loop retries only after another operation linked or took a slot. `docs/design/stack.md` has the
//! proof.

use crate::raw::LEAST_ROUND_BITS;
use crate::raw::value::{ValueCell, drop_each};
use crate::raw::zeroed::{Run, Zeroed, zeroed};
use crate::sync::{Atomic, Padded, Word, ZEROS, array, const_fn};

mod list;
pub(crate) mod pool;
mod slot;
#[cfg(test)]
mod tests;
mod word;

use self::list::List;
use self::slot::{FilledSlot, Node};
use self::word::WordLayout;

/// `N` values, and `S` spare slots for in-flight operations.
pub(crate) struct Stack<T, W: Word, const N: usize, const S: usize, const CLOSES: bool = false> {
    used: Padded<Atomic<W>>,
    free: Padded<Atomic<W>>,
    nodes: Run<Node<ValueCell<T>, W>, N, S>,
}

// SAFETY: each part may be zeros.
unsafe impl<T, const N: usize, const S: usize, const CLOSES: bool> Zeroed for Stack<T, usize, N, S, CLOSES> {
    const IS_SOUND: () = {
        let () = Self::FITS;
        assert!(
            Self::LAYOUT.bits() + LEAST_ROUND_BITS <= usize::BITS,
            "N + S is too large: a word cannot hold a slot and a count that lasts for 2^24 pushes; on 32-bit words a \
             stack has at most 255 slots, one in a channel 254"
        );
    };
}

impl<T, W: Word, const N: usize, const S: usize, const CLOSES: bool> Stack<T, W, N, S, CLOSES> {
    const LAYOUT: WordLayout = WordLayout::new(N + S, CLOSES);

    const FITS: () = {
        assert!(N >= 1, "a stack holds at least one value: its capacity N must not be zero");
        assert!(Self::LAYOUT.fits(W::BITS), "N + S is too large: a word cannot hold two slots");
    };

    const_fn! {
        /// A stack on words of any size. Only tests use small ones, to see their counts wrap.
        fn on_words() -> Self {
            let () = Self::FITS;
            Self {
                used: Padded::new(Atomic::new()),
                free: Padded::new(Atomic::new()),
                nodes: Run::of(array![Node::new(ValueCell::new()); N], array![Node::new(ValueCell::new()); S]),
            }
        }
    }

    #[inline]
    pub(crate) fn push(&self, value: T) -> Result<(), T> {
        if self.len() == N {
            return Err(value);
        }
        let Some(slot) = self.free().take() else { return Err(value) };
        // No other operation has access to the slot before it is linked.
        self.used().link(slot.write(value)).map_err(|filled| self.take_value(filled))
    }

    #[inline]
    pub(crate) fn pop(&self) -> Option<T> {
        let filled = self.used().take()?;
        Some(self.take_value(filled))
    }

    /// Moves the value out, and links the slot to the free ones.
    #[inline]
    fn take_value(&self, filled: FilledSlot<'_, T, W>) -> T {
        let (value, slot) = filled.read();
        // The list of free slots is never full or closed.
        let _ = self.free().link(slot);
        value
    }

    /// The number of values at one moment.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.used().len()
    }

    /// Ends an empty stack for good: no push and no pop succeeds from then on. Returns `false` if a
    /// value came first.
    #[cfg_attr(not(feature = "async"), allow(dead_code, reason = "stacks do not close, channels do"))]
    pub(crate) fn close_if_empty(&self) -> bool {
        self.used().close_if_empty()
    }

    #[inline]
    fn used(&self) -> List<'_, ValueCell<T>, W, true> {
        // SAFETY: the word, the slots and the layout of this stack.
        unsafe { List::used(&self.used, self.nodes.as_slice(), Self::LAYOUT, N) }
    }

    #[inline]
    fn free(&self) -> List<'_, ValueCell<T>, W, false> {
        // SAFETY: as above, with the word of the free slots.
        unsafe { List::free(&self.free, self.nodes.as_slice(), Self::LAYOUT) }
    }
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> Stack<T, usize, N, S, CLOSES> {
    const_fn! {
        pub(crate) fn new() -> Self {
            let () = Self::IS_SOUND;
            if ZEROS { zeroed() } else { Self::on_words() }
        }
    }
}

impl<T, W: Word, const N: usize, const S: usize, const CLOSES: bool> Drop for Stack<T, W, N, S, CLOSES> {
    fn drop(&mut self) {
        // SAFETY: a filled slot owns its value, and none that is taken here is linked again.
        unsafe { drop_each(|| self.used().take().map(FilledSlot::into_raw)) };
    }
}
