//! The MPMC algorithm: the home-slot ring.
//!
//! A push claims a *slot* of its own, writes the value there, and only then links the slot to a
//! *position* with one compare-exchange. Whoever stops, wherever, holds nothing that another one needs.
//!
//! ```text
//!   head ─────► next position to pop: exact, moved by poppers
//!   tail ─────► next position to push: a hint that may lag and never leads
//!   cell[N]     lap | slot: which value stands at this index, and of which lap
//!   slot[N + S] busy, value: slot i < N is the home of cell i, the rest are spares
//! ```
//!
//! Linearization points: push at the exchange of the cell, pop at the exchange of the head, Empty at the
//! load of the cell, Full at the load of the head, a length at the load of the vacant cell. All are lock-free: a loop goes round again
//! only after another operation linked or took a value, or after an exchange that the processor gave up.
//! The proof is in `DESIGN.md`.

use self::nodes::Slots;
use self::position::Geometry;
use crate::ordering;
use crate::raw::value::{ValueCell, drop_each};
use crate::raw::zeroed::Zeroed;
use crate::sync::{
    Atomic, CACHES, Ordering, Padded, SPINS_PER_RETRY, SpinOncePerPosition, Word, const_fn, fence,
    out_of_line, pause,
};
use core::mem::MaybeUninit;

pub(crate) mod nodes;
pub(crate) mod position;

/// The two ends of the queue.
pub(crate) struct Ends<W: Word> {
    head: Padded<Atomic<W>>,
    tail: Padded<Tail<W>>,
}

struct Tail<W: Word> {
    hint: Atomic<W>,
    spin_once: SpinOncePerPosition,
}

// SAFETY: words, each of which may be zero, and padding.
unsafe impl<W: Word> Zeroed for Ends<W> {}

impl<W: Word> Ends<W> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self { head: Padded::new(Atomic::new()), tail: Padded::new(Tail::new()) }
        }
    }
}

impl<W: Word> Tail<W> {
    const_fn! {
        fn new() -> Self {
            Self { hint: Atomic::new(), spin_once: SpinOncePerPosition::new() }
        }
    }
}

/// A position that was not filled yet, and what its cell said.
#[derive(Clone, Copy)]
pub(crate) struct Vacancy<W> {
    position: W,
    cell: W,
}

/// A search for a slot to claim: for which position, and how many were busy.
pub(crate) struct Search<W> {
    position: W,
    busy: usize,
}

impl<W> Search<W> {
    #[inline]
    fn from(position: W) -> Self {
        Self { position, busy: 0 }
    }
}

/// The algorithm, on whatever storage has the three parts of a ring.
///
/// Written as a trait, so that for a queue whose capacity is in its type the geometry is a constant.
///
/// # Safety
///
/// All three always return the same; `1 <= geometry.capacity()`, of which there are cells; `geometry` is that of
/// `slots.len()` slots and fits `W`. Nothing else uses the ends and the slots, except with the same geometry.
pub(crate) unsafe trait Algorithm<T> {
    /// The word that positions are counted in.
    type W: Word;

    fn ends(&self) -> &Ends<Self::W>;
    fn slots(&self) -> Slots<'_, T, Self::W>;
    fn geometry(&self) -> Geometry;

    /// In a full queue, looks for room this often before it says so.
    #[inline]
    fn push(&self, mut value: T, looks: usize) -> Result<(), T> {
        let hint = self.hint();
        if CACHES {
            // As it is mostly: the hint is right, and the preferred slot is named and free.
            let vacancy = self.look(hint, ordering::PUSH_LOAD_CELL);
            if let Some(slot) = self.named_if_preferred(vacancy).filter(|&slot| self.try_claim(slot)) {
                // SAFETY: this call claimed the slot.
                match unsafe { self.publish(slot, vacancy, value) } {
                    Ok(()) => return Ok(()),
                    Err(unlinked) => value = unlinked,
                }
            }
        }
        self.push_from(hint, value, looks)
    }

    out_of_line! {
        /// Begins again wherever another operation came first.
        fn push_from(&self, hint: Self::W, mut value: T, looks: usize) -> Result<(), T> {
            let mut search = Search::from(hint);
            while let Some((vacancy, slot)) = self.claim(&mut search, |vacancy| self.has_room(vacancy, looks)) {
                // SAFETY: this call claimed the slot.
                match unsafe { self.publish(slot, vacancy, value) } {
                    Ok(()) => return Ok(()),
                    Err(unlinked) => value = unlinked,
                }
            }
            Err(value)
        }
    }

    /// Writes the value, and links the slot to the vacancy, unless somebody else filled it.
    ///
    /// # Safety
    /// The caller claimed the slot, and holds it no longer.
    #[inline]
    unsafe fn publish(&self, slot: usize, vacancy: Vacancy<Self::W>, value: T) -> Result<(), T> {
        // SAFETY: the caller claimed the slot.
        unsafe { self.write(slot, value) };
        // SAFETY: as above, and a value is written to it.
        if unsafe { self.try_link(slot, vacancy) } {
            return Ok(());
        }
        // SAFETY: as above, and it was not linked.
        Err(unsafe { self.take_value(slot) })
    }

    #[inline]
    fn pop(&self) -> Option<T> {
        let slot = self.take()?;
        // SAFETY: `take` gave this call the slot, and the push that linked it wrote a value.
        Some(unsafe { self.take_value(slot) })
    }

    /// Claims a slot for the first vacancy at or after the position of the search.
    ///
    /// `None` if there is no room, at the end mark too, or if all slots were busy and nothing was linked meanwhile:
    /// then so many operations stand in mid-flight, or guards stand open, that every slot is in use.
    #[inline]
    fn claim(
        &self,
        search: &mut Search<Self::W>,
        has_room: impl Fn(Vacancy<Self::W>) -> bool,
    ) -> Option<(Vacancy<Self::W>, usize)> {
        let geometry = self.geometry();
        loop {
            let vacancy = self.look(search.position, ordering::PUSH_LOAD_CELL);
            let Vacancy { position, cell } = vacancy;
            let Some(before) = geometry.slot_before(position, cell) else {
                if self.is_end(position, cell) {
                    return None;
                }
                *search = Search::from(geometry.next(geometry.newest(position, cell)));
                continue;
            };
            let preferred = Slots::<T, Self::W>::preferred(geometry.index(position), before);
            let slot = match search.busy {
                // Free and named by a vacancy, it has lost the value of the lap before: there is room.
                0 if preferred == before => preferred,
                _ if !has_room(vacancy) => return None,
                0 => preferred,
                busy => self.slots().other(busy)?,
            };
            if self.try_claim(slot) {
                return Some((vacancy, slot));
            }
            search.busy += 1;
        }
    }

    /// The slot that a vacancy names, if it is the one to try first there.
    #[inline]
    fn named_if_preferred(&self, vacancy: Vacancy<Self::W>) -> Option<usize> {
        let before = self.geometry().slot_before(vacancy.position, vacancy.cell)?;
        let home = self.geometry().index(vacancy.position);
        (Slots::<T, Self::W>::preferred(home, before) == before).then_some(before)
    }

    /// Links a claimed slot to the first vacancy at or after `position`, if the queue has room there.
    ///
    /// # Safety
    /// The caller claimed `slot` and wrote a value to it; it keeps both only on `Err`.
    #[inline]
    unsafe fn link(&self, slot: usize, mut position: Self::W) -> Result<(), ()> {
        loop {
            let vacancy = self.find_room(position).ok_or(())?;
            // SAFETY: as the caller promises.
            if unsafe { self.try_link(slot, vacancy) } {
                return Ok(());
            }
            position = vacancy.position;
        }
    }

    /// Links a claimed slot to this vacancy, unless somebody else filled it.
    ///
    /// # Safety
    /// As for [`link`](Self::link).
    #[inline]
    unsafe fn try_link(&self, slot: usize, vacancy: Vacancy<Self::W>) -> bool {
        let linked = self.fill(vacancy, self.geometry().filled(vacancy.position, slot));
        if linked {
            // ORDERING: E3 from. Only a hint: to stop before this store delays nobody.
            self.ends().tail.hint.store(self.geometry().next(vacancy.position), ordering::PUSH_STORE_HINT);
        }
        linked
    }

    /// Puts `content` into the cell of a vacancy, unless somebody else filled it, or the processor gives it up.
    #[inline]
    fn fill(&self, vacancy: Vacancy<Self::W>, content: Self::W) -> bool {
        let cell = self.cell(vacancy.position);
        // ORDERING: E1 from, E5. On failure nothing is used: whoever goes on loads again.
        let filled = cell
            .compare_exchange_weak(vacancy.cell, content, ordering::PUSH_LINK_CELL, Ordering::Relaxed)
            .is_ok();
        if filled {
            // ORDERING: E5; E3 from.
            cell.fence_after(ordering::PUSH_LINK_CELL_FENCE);
        }
        filled
    }

    /// The first position at or after `from` that is not filled, if the queue has room for it.
    #[inline]
    fn find_room(&self, from: Self::W) -> Option<Vacancy<Self::W>> {
        let vacancy = self.first_vacancy(from, ordering::PUSH_LOAD_CELL);
        let is_end = self.is_end(vacancy.position, vacancy.cell);
        (!is_end && self.has_room(vacancy, 0)).then_some(vacancy)
    }

    /// Walks over filled positions, and over whole laps if `from` is old. An end mark ends the walk.
    // Inlined always, as `look`: then the ordering is a constant, and a load without a panic behind it.
    #[inline(always)]
    fn first_vacancy(&self, from: Self::W, order: Ordering) -> Vacancy<Self::W> {
        let mut vacancy = self.look(from, order);
        while !self.geometry().is_vacant(vacancy.position, vacancy.cell) {
            vacancy.position = self.geometry().newest(vacancy.position, vacancy.cell);
            if self.is_end(vacancy.position, vacancy.cell) {
                break;
            }
            vacancy = self.look(self.geometry().next(vacancy.position), order);
        }
        vacancy
    }

    #[inline(always)]
    fn look(&self, position: Self::W, order: Ordering) -> Vacancy<Self::W> {
        // ORDERING: E1 to: an operation that sees a fill knows the fills before it. An observer's look is E5 too.
        let cell = self.cell(position).load(order);
        // ORDERING: E1 to; E3 to: the first cell after the hint may be out of date, and then is not vacant; the next are
        // not. E6 from, for the claim that follows.
        fence(ordering::PUSH_LOAD_CELL_FENCE);
        Vacancy { position, cell }
    }

    /// Whether the value that stood here a lap ago was taken.
    #[inline]
    fn has_room(&self, vacancy: Vacancy<Self::W>, looks: usize) -> bool {
        let slot_before = self.geometry().slot(vacancy.position, vacancy.cell);
        let look_again = |_| {
            pause(SPINS_PER_RETRY);
            self.is_free(slot_before)
        };
        // A free slot proves it, and costs no look at the head, which the poppers write all the time.
        if CACHES
            && (self.is_free(slot_before)
                || looks > 0
                    && self.ends().tail.spin_once.first_visit(vacancy.position)
                    && (0..looks).any(look_again))
        {
            return true;
        }
        // ORDERING: E4 to; E5: the linearization point of Full.
        let head = self.ends().head.load(ordering::PUSH_LOAD_HEAD);
        !self.geometry().is_lap_ahead(head, vacancy.position)
    }

    /// Takes the oldest value out of the order: its slot is the caller's from here on.
    #[inline]
    fn take(&self) -> Option<usize> {
        loop {
            let head = self.head();
            // ORDERING: E1 to; E5: the linearization point of Empty.
            let cell = self.cell(head).load(ordering::POP_LOAD_CELL);
            if self.geometry().is_vacant(head, cell) || self.is_end(head, cell) {
                return None;
            }
            if let Some(slot) = self.try_take(head, cell) {
                return Some(slot);
            }
        }
    }

    /// Takes the value that `cell` shows at the head, unless another operation moved the head.
    #[inline]
    fn try_take(&self, head: Self::W, cell: Self::W) -> Option<usize> {
        // ORDERING: E4 from, for the exchange that follows.
        fence(ordering::POP_LOAD_CELL_FENCE);
        let next = self.geometry().next(head);
        // ORDERING: E4 from, E5. On failure nothing is used: the head is loaded again.
        let taken =
            self.ends().head.compare_exchange_weak(head, next, ordering::POP_ADVANCE_HEAD, Ordering::Relaxed);
        if taken.is_err() {
            return None;
        }
        // ORDERING: E5; E1 to, for the value.
        fence(ordering::POP_ADVANCE_HEAD_FENCE);
        Some(self.geometry().slot(head, cell))
    }

    /// Ends an empty queue for good: no push and no pop succeeds from here on. `false` if a value came first, or if it is
    /// to be tried again.
    ///
    /// The end mark stands where the next value would, so whatever was pushed is popped before it is met.
    #[cfg_attr(not(feature = "async"), allow(dead_code, reason = "queues do not close, channels do"))]
    fn close_if_empty(&self) -> bool {
        let head = self.head();
        // ORDERING: E1 to; E5: as for Empty.
        let cell = self.cell(head).load(ordering::POP_LOAD_CELL);
        if !self.geometry().is_vacant(head, cell) {
            return self.is_end(head, cell);
        }
        self.fill(Vacancy { position: head, cell }, self.geometry().ended(head))
    }

    /// Whether `cell`, at the index of `position`, is filled with the end mark.
    #[inline]
    fn is_end(&self, position: Self::W, cell: Self::W) -> bool {
        self.geometry().is_end(self.geometry().slot(position, cell))
    }

    /// Drops every value that is left, where it lies, even if one of them panics. The slots are not given back.
    ///
    /// # Safety
    /// Nothing uses the ring from here on.
    unsafe fn drop_all(&self) {
        // SAFETY: `take` gives out each slot once, and the push that linked it wrote a value.
        unsafe { drop_each(|| self.take().map(|slot| self.value(slot))) };
    }

    // Slots: each step. `ClaimFlag` has its edge.

    #[inline]
    fn is_free(&self, slot: usize) -> bool {
        // SAFETY: see `place`.
        let busy = unsafe { self.slots().busy(slot) };
        busy.is_free()
    }

    #[inline]
    fn try_claim(&self, slot: usize) -> bool {
        // SAFETY: see `place`.
        let busy = unsafe { self.slots().busy(slot) };
        busy.try_claim()
    }

    /// # Safety
    /// The caller claimed the slot.
    #[inline]
    unsafe fn write(&self, slot: usize, value: T) {
        // SAFETY: whoever claimed a slot is the only one with access to its place.
        unsafe { self.place(slot).write(value) };
    }

    /// Moves the value out and gives the slot back.
    ///
    /// # Safety
    /// The caller holds the slot (claimed or taken), a value is in it, and the slot is not used again.
    #[inline]
    unsafe fn take_value(&self, slot: usize) -> T {
        // SAFETY: the holder of a slot is the only one with access, and there is a value.
        let value = unsafe { self.place(slot).read() };
        // SAFETY: the caller holds the slot and gives it up.
        unsafe { self.release(slot) };
        value
    }

    /// Gives the slot back.
    ///
    /// # Safety
    /// The caller holds the slot, its value is gone, and the slot is not used again.
    #[inline]
    unsafe fn release(&self, slot: usize) {
        // SAFETY: see `place`.
        let busy = unsafe { self.slots().busy(slot) };
        busy.release();
    }

    /// The address of the value in a slot. Only the holder of the slot may use it.
    #[inline]
    fn value(&self, slot: usize) -> *mut MaybeUninit<T> {
        self.place(slot).as_ptr()
    }

    #[inline]
    fn place<'s>(&'s self, slot: usize) -> &'s ValueCell<T>
    where
        T: 's,
    {
        // SAFETY: slots come from cells, which name only slots that were claimed, and from scans over
        // `0..slots.len()`; the home that a new cell names is in range.
        unsafe { self.slots().place(slot) }
    }

    /// The cell of a position.
    #[inline]
    fn cell<'s>(&'s self, position: Self::W) -> &'s Atomic<Self::W>
    where
        T: 's,
    {
        // SAFETY: the index of a position is below the capacity.
        unsafe { self.slots().cell(self.geometry().index(position)) }
    }

    #[inline]
    fn hint(&self) -> Self::W {
        // ORDERING: E3 to.
        self.ends().tail.hint.load(ordering::PUSH_LOAD_HINT)
    }

    #[inline]
    fn head(&self) -> Self::W {
        // ORDERING: E4 to.
        self.ends().head.load(ordering::POP_LOAD_HEAD)
    }

    // Guards: the same steps, taken one at a time.

    /// Claims a slot without looking for room.
    #[inline]
    fn reserve(&self) -> Option<usize> {
        let claimed = self.claim(&mut Search::from(self.hint()), |_| true).map(|(_, slot)| slot);
        // Behind the end mark there is no vacancy, but there are slots.
        claimed.or_else(|| (0..self.slots().len()).find(|&slot| self.try_claim(slot)))
    }

    /// Links a claimed slot.
    ///
    /// # Safety
    /// The caller claimed `slot` and wrote a value to it; it keeps both only on `Err`.
    #[inline]
    unsafe fn commit(&self, slot: usize) -> Result<(), ()> {
        // SAFETY: as the caller promises.
        unsafe { self.link(slot, self.hint()) }
    }

    // Observers.

    /// The same ring, whatever holds it.
    #[inline]
    fn borrow(&self) -> Ring<'_, T, Self::W> {
        // SAFETY: the parts of a ring.
        unsafe { Ring::new(self.ends(), self.slots(), self.geometry()) }
    }

    #[inline]
    fn capacity(&self) -> usize {
        self.geometry().capacity()
    }

    /// The positions of both ends at one moment: the look at the cell that is vacant, if the head is still the same
    /// afterwards.
    fn positions(&self) -> (Self::W, Self::W) {
        loop {
            let head = self.head();
            let tail = self.first_vacancy(self.hint(), ordering::LEN_LOAD).position;
            // ORDERING: E5. If it is the same, what it brings was there before; if not, it is loaded again.
            if self.ends().head.load(ordering::LEN_LOAD) == head {
                return (head, tail);
            }
        }
    }

    fn len(&self) -> usize {
        let (head, tail) = self.positions();
        self.geometry().distance(head, tail)
    }

    /// How many values were pushed and popped, modulo the laps of a word, and how many are there.
    fn counts(&self) -> (usize, usize, usize) {
        let (head, tail) = self.positions();
        (self.geometry().count(tail), self.geometry().count(head), self.geometry().distance(head, tail))
    }
}

/// A borrowed ring.
pub(crate) struct Ring<'a, T, W: Word> {
    ends: &'a Ends<W>,
    slots: Slots<'a, T, W>,
    geometry: Geometry,
}

impl<'a, T, W: Word> Ring<'a, T, W> {
    /// # Safety
    /// The three are parts of a ring, as [`Algorithm`] asks for.
    #[inline]
    pub(crate) const unsafe fn new(ends: &'a Ends<W>, slots: Slots<'a, T, W>, geometry: Geometry) -> Self {
        Self { ends, slots, geometry }
    }
}

impl<T, W: Word> Clone for Ring<'_, T, W> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, W: Word> Copy for Ring<'_, T, W> {}

// SAFETY: whoever made it promised just that.
unsafe impl<T, W: Word> Algorithm<T> for Ring<'_, T, W> {
    type W = W;

    #[inline]
    fn ends(&self) -> &Ends<W> {
        self.ends
    }

    #[inline]
    fn slots(&self) -> Slots<'_, T, W> {
        self.slots
    }

    #[inline]
    fn geometry(&self) -> Geometry {
        self.geometry
    }
}

#[cfg(test)]
mod tests;
