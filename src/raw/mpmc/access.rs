//! The accesses to shared memory that the ring consists of: each with its ordering, and the edge
//! that needs it. The edges are listed in [`crate::ordering`].

use super::memory::Memory;
use super::{CellView, Ring, Slots, VacantSlot};
use crate::ordering;
use crate::raw::value::ValueCell;
use crate::sync::{Atomic, ClaimFlag, FlagWord, Ordering, fence};

impl<M: Memory + Copy> Ring<M> {
    /// Loads a cell for a push or an observer.
    // Always inlined: then the ordering is a constant, and the load cannot panic.
    #[inline(always)]
    pub(super) fn load_cell(self, position: M::Word, order: Ordering) -> CellView<M::Word> {
        // ORDERING: acquires the link that filled this cell, and with it the links that the other
        // push knew (E1). In `snapshot`, in one order with all links (E5).
        let word = self.cell(position).load(order);
        // ORDERING: on microcontrollers, acquires that link (E1) and the one before the hint (E3):
        // the first cell after the hint may be out of date, and is not vacant then; the next ones
        // are not. Releases the cells that were seen to the push that finds the slot claimed (E6).
        fence(ordering::PUSH_LOAD_CELL_FENCE);
        CellView { position, word }
    }

    /// Loads the cell at the head for a pop.
    #[inline]
    pub(super) fn load_cell_at_head(self, head: M::Word) -> CellView<M::Word> {
        // ORDERING: acquires the link that filled the cell: the value is in the slot (E1). If the
        // cell is vacant, the queue is empty at this load (E5).
        let word = self.cell(head).load(ordering::POP_LOAD_CELL);
        CellView { position: head, word }
    }

    /// Whether the head is still the same, for an observer.
    #[inline]
    pub(super) fn is_head(self, position: M::Word) -> bool {
        // ORDERING: in one order with the load of the vacant cell before it and all advances (E5).
        self.0.positions().head.load(ordering::LEN_LOAD) == position
    }

    /// Puts `word` into a vacant cell. Returns `false` if another operation filled the cell first,
    /// or if the exchange failed spuriously.
    ///
    /// # Safety
    /// The cell was loaded from this ring, is the first vacant one, and the value of the lap before
    /// was popped. `word` names a slot with a value, which the cell owns from now on, or the closed
    /// marker.
    #[inline]
    pub(super) unsafe fn fill(self, cell: CellView<M::Word>, word: M::Word) -> bool {
        let at = self.cell(cell.position);
        // ORDERING: releases the value in the slot to the pop that loads this cell, and the links
        // that this push knows to the push that loads it (E1), in one order with all links and
        // advances (E5). After a failure the cell is loaded again.
        let filled =
            at.compare_exchange_weak(cell.word, word, ordering::PUSH_LINK_CELL, Ordering::Relaxed).is_ok();
        if filled {
            // ORDERING: on microcontrollers, puts the link into one order with all links and
            // advances (E5), and releases it by the store of the hint that follows (E3).
            at.fence_after(ordering::PUSH_LINK_CELL_FENCE);
        }
        filled
    }

    /// Stores the hint where the next push begins its search.
    ///
    /// # Safety
    /// Every cell before `position` has been filled.
    #[inline]
    pub(super) unsafe fn set_tail_hint(self, position: M::Word) {
        // ORDERING: releases the link before the hint (E3). Only a hint: a push that stalls before
        // this store delays no other.
        self.0.positions().tail.hint.store(position, ordering::PUSH_STORE_HINT);
    }

    /// Advances the head over a filled cell, unless another pop was first.
    #[inline]
    pub(super) fn advance_head(self, position: M::Word) -> bool {
        // ORDERING: on microcontrollers, releases the cell that was read to every load of the new
        // head (E4).
        fence(ordering::POP_LOAD_CELL_FENCE);
        let next = self.0.geometry().next(position);
        let head = &self.0.positions().head;
        // ORDERING: releases the cell that was read to every load of the new head (E4), in one
        // order with all links and advances (E5). After a failure the head is loaded again.
        let advanced =
            head.compare_exchange_weak(position, next, ordering::POP_ADVANCE_HEAD, Ordering::Relaxed).is_ok();
        if advanced {
            // ORDERING: on microcontrollers, acquires the link that filled the cell: the value is
            // in the slot (E1), in one order with all links and advances (E5).
            fence(ordering::POP_ADVANCE_HEAD_FENCE);
        }
        advanced
    }

    #[inline]
    pub(super) fn head(self) -> M::Word {
        // ORDERING: acquires the cells that the pops before this head have read (E4).
        self.0.positions().head.load(ordering::POP_LOAD_HEAD)
    }

    /// The head, for a push that finds no room.
    #[inline]
    pub(super) fn head_for_full(self) -> M::Word {
        // ORDERING: acquires the cells that the pops before this head have read (E4). If it is a
        // lap behind, the queue is full at this load (E5).
        self.0.positions().head.load(ordering::PUSH_LOAD_HEAD)
    }

    #[inline]
    pub(super) fn tail_hint(self) -> M::Word {
        // ORDERING: acquires the links before the hint (E3).
        self.0.positions().tail.hint.load(ordering::PUSH_LOAD_HINT)
    }

    /// Claims a slot, unless another owner has it.
    #[inline]
    pub(super) fn try_claim(self, slot: usize) -> Option<VacantSlot<M>> {
        // SAFETY: a home is below the capacity (invariant 1), a vacant cell names a slot that
        // exists (2), and scans stay below `slots.len()`. The flag is not released here.
        let was_free = unsafe { self.flag(slot) }.try_claim();
        // SAFETY: it was free, and is this call's now (invariant 3).
        was_free.then(|| unsafe { VacantSlot::new(self, slot) })
    }

    /// The slot that a vacant cell names, and the one to claim first for it. `None` if the cell is
    /// filled.
    #[inline]
    pub(super) fn choices(self, cell: CellView<M::Word>) -> Option<(usize, usize)> {
        let before = self.0.geometry().slot_before(cell.position, cell.word)?;
        let home = self.0.geometry().index(cell.position);
        Some((before, Slots::<M::Item, M::Word>::first_choice(home, before)))
    }

    #[inline]
    pub(super) fn is_vacant(self, cell: CellView<M::Word>) -> bool {
        self.0.geometry().is_vacant(cell.position, cell.word)
    }

    #[inline]
    pub(super) fn is_closed_marker(self, cell: CellView<M::Word>) -> bool {
        self.0.geometry().is_closed_marker(self.0.geometry().slot(cell.position, cell.word))
    }

    #[inline]
    pub(super) fn cell(&self, position: M::Word) -> &Atomic<M::Word> {
        // SAFETY: the index of a position is below the number of cells (invariant 1).
        unsafe { self.0.slots().cell(self.0.geometry().index(position)) }
    }

    /// Whether the slot that a vacant cell names shows that the value of the lap before was popped.
    #[inline]
    pub(super) fn shows_room(self, slot: usize) -> bool {
        // SAFETY: a vacant cell names a slot that exists (invariant 2), and nothing is released.
        Slots::<M::Item, M::Word>::shows_room(unsafe { self.flag(slot) })
    }

    /// # Safety
    /// The slot exists, and only its owner releases the flag, once the value is gone.
    #[inline]
    pub(super) unsafe fn flag(&self, slot: usize) -> &ClaimFlag<FlagWord> {
        // SAFETY: the slot exists.
        unsafe { self.0.slots().flag(slot) }
    }

    /// # Safety
    /// The slot exists.
    #[inline]
    pub(super) unsafe fn value(&self, slot: usize) -> &ValueCell<M::Item> {
        // SAFETY: as the caller promises.
        unsafe { self.0.slots().value(slot) }
    }
}
