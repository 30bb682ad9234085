//! The MPMC algorithm: a lock-free ring of cells that name slots.
//!
//! ```text
//!   head        next position to pop: exact, advanced by pops
//!   tail hint   next position to push: may lag, never leads
//!   cell[N]     lap | slot: which slot holds the value of this index, and of which lap
//!   slot[N + S] flag, value: slot i < N is the home of cell i, the others are spare
//! ```
//!
//! | a push                                                       | a pop                                      |
//! |--------------------------------------------------------------|--------------------------------------------|
//! | 1. claims a slot, for the first vacant cell                  | 1. loads the cell at the head              |
//! | 2. writes the value, which no other operation sees           | 2. **advances the head**: takes the slot   |
//! | 3. **links** the slot to the cell with one compare-exchange  | 3. moves the value out, releases the slot  |
//!
//! The bold step is where the operation takes effect. At any moment an operation holds at most one
//! slot: a push before its link, a pop after its advance; and nothing else that another operation
//! needs. Loops repeat only if another operation succeeded or a weak compare-exchange failed
//! spuriously; the search for a free slot also repeats once for each claimed one. So every
//! operation is lock-free.
//!
//! Linearization points: push at step 3, pop at step 2, Empty at the load of the cell, Full at the
//! load of the head, a length at the load of the vacant cell. `docs/design/mpmc.md` has the proof.
//!
//! # Invariants
//!
//! `SAFETY` comments cite these by number.
//!
//! 1. The index of a position is below the capacity, which is the number of cells.
//! 2. A vacant or filled cell names a slot that exists: only links name slots, and a new cell names
//!    its home. The closed marker is the only other number. It is in the last cell that is filled,
//!    and no position after it is ever reached.
//! 3. A slot has one owner at a time. It is free; or a [`VacantSlot`] or [`FilledSlot`] owns it; or
//!    a cell between head and tail does, and then a value is in it. Only the owner accesses the
//!    value. A claim sets the flag of a free slot, a link hands the slot to the cell, and the
//!    operation that advances the head over the cell takes it from there.
//! 4. Cells are filled in order, and each only after the value of the lap before was popped. So the
//!    tail is at most one lap ahead of the head.
//!
//! All of them hold within the bound of [wrap-around](crate::mpmc#wrap-around).

mod access;
mod memory;
pub(crate) mod position;
mod slot;

// Both layouts are always built. The profile chooses.
#[allow(dead_code, reason = "one of the two layouts")]
pub(crate) mod interleaved;
#[allow(dead_code, reason = "one of the two layouts")]
pub(crate) mod separate;

use crate::ordering;
use crate::raw::value::drop_each;
use crate::sync::{Ordering, fast_path};

pub(crate) use self::memory::{Memory, Parts, Positions};
pub(crate) use self::slot::{FilledSlot, VacantSlot};
#[cfg(any(feature = "alloc", test))]
pub(crate) use crate::sync::ring_memory::BoxedSlots;
pub(crate) use crate::sync::ring_memory::{InlineSlots, Slots};

/// A ring over borrowed memory: `&M` where the type of the memory is known, else [`Parts`].
#[derive(Clone, Copy)]
pub(crate) struct Ring<M>(pub(crate) M);

/// A position, and what was loaded from its cell.
#[derive(Clone, Copy)]
pub(crate) struct CellView<W> {
    position: W,
    word: W,
}

// The algorithm.
impl<M: Memory + Copy> Ring<M> {
    /// Pushes a value. If the queue looks full and `retries` is not zero, looks again, up to
    /// `2 * retries` times, before it gives the value back.
    #[inline]
    pub(crate) fn push(self, value: M::Item, retries: usize) -> Result<(), M::Item> {
        let hint = self.tail_hint();
        fast_path(self, hint, value, retries, Self::push_at_hint, Self::push_from)
    }

    #[inline]
    fn push_from(self, hint: M::Word, mut value: M::Item, retries: usize) -> Result<(), M::Item> {
        let mut position = hint;
        while let Some((slot, cell)) = self.claim(position, |cell| self.has_room(cell, retries)) {
            // SAFETY: `claim` loaded the cell from this ring, found it to be the first vacant one,
            // and found room there.
            match unsafe { slot.write(value).link(cell) } {
                Ok(()) => return Ok(()),
                // Another push filled the cell first, or the exchange failed spuriously.
                Err(slot) => value = slot.take(),
            }
            position = cell.position;
        }
        Err(value)
    }

    /// Claims a slot for the first vacant cell at or after `position`.
    ///
    /// `None` if there is no room or the ring is closed; or if all slots are claimed and nothing
    /// was linked meanwhile: then stalled operations and open guards hold every slot.
    #[inline]
    fn claim(
        self,
        mut position: M::Word,
        has_room: impl Fn(CellView<M::Word>) -> bool,
    ) -> Option<(VacantSlot<M>, CellView<M::Word>)> {
        let geometry = self.0.geometry();
        loop {
            let cell = self.load_cell(position, ordering::PUSH_LOAD_CELL);
            let Some((before, first_choice)) = self.choices(cell) else {
                if self.is_closed_marker(cell) {
                    return None;
                }
                position = geometry.next(geometry.newest(cell.position, cell.word));
                continue;
            };
            // To claim the slot that the cell names proves that there is room.
            if first_choice != before && !has_room(cell) {
                return None;
            }
            let mut slot = first_choice;
            loop {
                if let Some(slot) = self.try_claim(slot) {
                    return Some((slot, cell));
                }
                if self.load_cell(position, ordering::PUSH_LOAD_CELL).word != cell.word {
                    break;
                }
                if !has_room(cell) {
                    return None;
                }
                // No count of attempts: it would take an instruction before the first one, and the
                // compiler would unroll the loop.
                slot = self.0.slots().next_choice(slot, first_choice)?;
            }
        }
    }

    /// Whether the value that was at this index a lap ago was popped. In a full queue, the first
    /// push at each position spins and looks again, up to `2 * retries` times.
    #[inline]
    fn has_room(self, cell: CellView<M::Word>, retries: usize) -> bool {
        let before = self.0.geometry().slot(cell.position, cell.word);
        let tail = &self.0.positions().tail;
        // A free slot proves that there is room, without a load of the head, which every pop
        // writes.
        self.shows_room(before)
            || retries > 0
                && tail.spin_once.first_visit(cell.position)
                && tail.patience.look(retries, || self.shows_room(before))
            || !self.0.geometry().is_lap_ahead(self.head_for_full(), cell.position)
    }

    /// The three steps where nothing is in their way: the hint is right, and the cell names its
    /// first choice, which is free. Gives the value back otherwise. Without this copy of the steps
    /// a push takes twice as many instructions on x86-64 (55 instead of 27). Not used by the
    /// compact profile.
    #[inline]
    fn push_at_hint(self, hint: M::Word, value: M::Item) -> Result<(), M::Item> {
        let cell = self.load_cell(hint, ordering::PUSH_LOAD_CELL);
        let Some((before, first_choice)) = self.choices(cell) else { return Err(value) };
        if before != first_choice {
            return Err(value);
        }
        // `before` and not its equal: linked again, it leaves the word in the cell as it is but for
        // the lap, which saves three instructions.
        let Some(slot) = self.try_claim(before) else { return Err(value) };
        // SAFETY: the cell is of this ring, vacant, and the first one, as the hint never leads. The
        // slot that it names was free, so the value of the lap before was popped.
        unsafe { slot.write(value).link(cell) }.map_err(FilledSlot::take)
    }

    /// Pops the oldest value.
    #[inline]
    pub(crate) fn pop(self) -> Option<M::Item> {
        self.pop_slot().map(FilledSlot::take)
    }

    /// Pops the oldest value, in its slot.
    #[inline]
    pub(crate) fn pop_slot(self) -> Option<FilledSlot<M>> {
        let slot = self.take_oldest()?;
        // SAFETY: this call took the slot from its cell, with a value in it (invariant 3).
        Some(unsafe { FilledSlot::new(self, slot) })
    }

    /// Takes the slot at the head. Apart from `pop_slot`: a loop that returned the slot's owner
    /// would be up to seven instructions longer on a Cortex-M3.
    #[inline]
    fn take_oldest(self) -> Option<usize> {
        loop {
            let cell = self.load_cell_at_head(self.head());
            if self.is_vacant(cell) || self.is_closed_marker(cell) {
                return None;
            }
            if self.advance_head(cell.position) {
                return Some(self.0.geometry().slot(cell.position, cell.word));
            }
        }
    }

    /// Closes an empty ring: no later push or pop succeeds. `false` if there is a value, or if the
    /// exchange failed spuriously.
    ///
    /// The closed marker is linked where the next value would be, so all values are popped before
    /// it.
    #[cfg_attr(not(feature = "async"), allow(dead_code, reason = "channels close, queues do not"))]
    pub(crate) fn close_if_empty(self) -> bool {
        let cell = self.load_cell_at_head(self.head());
        if !self.is_vacant(cell) {
            return self.is_closed_marker(cell);
        }
        // SAFETY: the cell is of this ring, vacant and at the head, so it is the first vacant one,
        // and the value of the lap before was popped. The word is the closed marker.
        unsafe { self.fill(cell, self.0.geometry().closed(cell.position)) }
    }
}

// Values in place.
impl<M: Memory + Copy> Ring<M> {
    /// Claims a slot, whether there is room or not.
    #[inline]
    pub(crate) fn reserve(self) -> Option<VacantSlot<M>> {
        let claimed = self.claim(self.tail_hint(), |_| true).map(|(slot, _)| slot);
        // The search ends at the closed marker, or if it found every slot claimed; a slot may be
        // free all the same.
        claimed.or_else(|| (0..self.0.slots().len()).find_map(|slot| self.try_claim(slot)))
    }

    /// The first vacant cell at or after `from`, if the queue has room there.
    #[inline]
    fn find_room(self, from: M::Word) -> Option<CellView<M::Word>> {
        let cell = self.first_vacancy(from, ordering::PUSH_LOAD_CELL);
        (self.is_vacant(cell) && self.has_room(cell, 0)).then_some(cell)
    }

    /// Skips filled cells, whole laps of them if `from` is old, up to the first vacant one or the
    /// closed marker.
    // Always inlined, as `load_cell`: then the ordering is a constant, and the load cannot panic.
    #[inline(always)]
    fn first_vacancy(self, from: M::Word, order: Ordering) -> CellView<M::Word> {
        let mut cell = self.load_cell(from, order);
        while !self.is_vacant(cell) {
            cell.position = self.0.geometry().newest(cell.position, cell.word);
            if self.is_closed_marker(cell) {
                break;
            }
            cell = self.load_cell(self.0.geometry().next(cell.position), order);
        }
        cell
    }

    /// Drops every value that is left, where it lies, even if one of them panics.
    ///
    /// # Safety
    /// The ring is not used afterwards.
    pub(crate) unsafe fn drop_all(self) {
        // SAFETY: `into_raw` consumed the owner of the slot, with a value in it, and the slot is
        // never released.
        unsafe { drop_each(|| self.pop_slot().map(FilledSlot::into_raw)) };
    }
}

// Observers.
impl<M: Memory + Copy> Ring<M> {
    #[inline]
    pub(crate) fn capacity(self) -> usize {
        self.0.geometry().capacity()
    }

    /// The number of slots beyond the capacity.
    pub(crate) fn spares(self) -> usize {
        self.0.slots().len() - self.capacity()
    }

    pub(crate) fn len(self) -> usize {
        let (head, tail) = self.snapshot();
        self.0.geometry().distance(head, tail)
    }

    /// The numbers of values pushed, popped and in the queue. The first two wrap with the laps.
    pub(crate) fn counts(self) -> (usize, usize, usize) {
        let (head, tail) = self.snapshot();
        let geometry = self.0.geometry();
        (geometry.count(tail), geometry.count(head), geometry.distance(head, tail))
    }

    /// Head and tail at one moment: the load of the vacant cell, if the head is unchanged after it.
    fn snapshot(self) -> (M::Word, M::Word) {
        loop {
            let head = self.head();
            let tail = self.first_vacancy(self.tail_hint(), ordering::LEN_LOAD).position;
            if self.is_head(head) {
                return (head, tail);
            }
        }
    }
}

#[cfg(test)]
mod tests;
