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
//! load of the cell, Full at the load of the head. Both operations are lock-free: a loop goes round again
//! only after another operation linked or took a value. The proof is in `DESIGN.md`.

use super::pos::Shape;
use super::slot::Node;
use crate::sync::{Atomic, FULL_LOOKS, Ordering, Padded, Word, const_fn, edge, spin_hint};

/// The two ends of the queue.
pub(crate) struct Ends<W: Word> {
    head: Padded<Atomic<W>>,
    tail: Padded<Atomic<W>>,
}

impl<W: Word> Ends<W> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self { head: Padded::new(Atomic::new()), tail: Padded::new(Atomic::new()) }
        }
    }
}

/// A borrowed ring: all that the algorithm needs, wherever it is stored.
pub(crate) struct Ring<'a, T, W: Word> {
    ends: &'a Ends<W>,
    nodes: &'a [Node<T, W>],
    shape: Shape,
}

impl<T, W: Word> Clone for Ring<'_, T, W> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, W: Word> Copy for Ring<'_, T, W> {}

/// A position that was not filled yet, and what its cell said.
#[derive(Clone, Copy)]
struct Vacancy<W> {
    position: W,
    cell: W,
}

/// The algorithm.
///
/// `push` and `pop` are inlined whatever they cost, so that an inline queue's capacity is a constant in them.
impl<T, W: Word> Ring<'_, T, W> {
    #[inline(always)]
    pub(crate) fn push(self, value: T) -> Result<(), T> {
        let Some(vacancy) = self.find_room(self.hint()) else { return Err(value) };
        let Some(slot) = self.claim(vacancy) else { return Err(value) };
        // SAFETY: this call claimed the slot.
        unsafe { self.write(slot, value) };
        // SAFETY: this call claimed the slot and wrote to it.
        match unsafe { self.link(slot, vacancy) } {
            Ok(()) => Ok(()),
            // SAFETY: not linked, so the slot and the value in it are still this call's.
            Err(()) => Err(unsafe { self.withdraw(slot) }),
        }
    }

    #[inline(always)]
    pub(crate) fn pop(self) -> Option<T> {
        let slot = self.take()?;
        // SAFETY: `take` gave this call the slot, and the push that linked it wrote a value.
        Some(unsafe { self.withdraw(slot) })
    }

    /// The first position at or after `from` that is not filled, if the queue has room for it.
    #[inline]
    fn find_room(self, from: W) -> Option<Vacancy<W>> {
        let vacancy = self.first_vacancy(from);
        self.has_room(vacancy).then_some(vacancy)
    }

    /// Walks over filled positions, and over whole laps if `from` is old.
    #[inline]
    fn first_vacancy(self, from: W) -> Vacancy<W> {
        let mut position = from;
        loop {
            // ORDERING: E1 to: whoever sees a fill knows the fills before it.
            let cell = self.cell(position).load(edge::WALK);
            if self.shape.is_vacant(position, cell) {
                return Vacancy { position, cell };
            }
            position = self.shape.next(self.shape.newest(position, cell));
        }
    }

    /// Whether the value that stood here a lap ago was taken.
    #[inline]
    fn has_room(self, vacancy: Vacancy<W>) -> bool {
        let slot_before = self.shape.index(vacancy.cell);
        // A free slot proves it, and costs no look at the head, which the poppers write all the time.
        self.is_free(slot_before) || self.has_room_after_looking(vacancy, slot_before)
    }

    #[inline]
    fn has_room_after_looking(self, vacancy: Vacancy<W>, slot_before: usize) -> bool {
        for _ in 0..FULL_LOOKS {
            spin_hint();
            if self.is_free(slot_before) {
                return true;
            }
        }
        // ORDERING: E4 to; E5: the linearization point of Full.
        let head = self.ends.head.load(edge::FULL);
        !self.shape.is_lap_ahead(head, vacancy.position)
    }

    /// Links a slot that holds a value to the first vacant position, if the queue has room.
    ///
    /// # Safety
    /// The caller claimed `slot` and wrote a value to it; it keeps both only on `Err`.
    #[inline]
    unsafe fn link(self, slot: usize, mut vacancy: Vacancy<W>) -> Result<(), ()> {
        loop {
            let Vacancy { position, cell } = vacancy;
            let filled = self.shape.filled(position, slot);
            // ORDERING: E1 from, E5. On failure nothing is used: the walk loads again.
            if self.cell(position).compare_exchange(cell, filled, edge::LINK, Ordering::Relaxed).is_ok() {
                // ORDERING: E3 from. Only a hint: to stop before this store delays nobody.
                self.ends.tail.store(self.shape.next(position), edge::HINT);
                return Ok(());
            }
            vacancy = self.find_room(position).ok_or(())?;
        }
    }

    /// Takes the oldest value out of the order: its slot is the caller's from here on.
    #[inline]
    pub(crate) fn take(self) -> Option<usize> {
        // ORDERING: E4 to.
        let mut head = self.ends.head.load(edge::FOLLOW);
        loop {
            // ORDERING: E1 to; E5: the linearization point of Empty.
            let cell = self.cell(head).load(edge::SEE);
            if self.shape.is_vacant(head, cell) {
                return None;
            }
            let next = self.shape.next(head);
            // ORDERING: E4 from, E5; on failure E4 to.
            match self.ends.head.compare_exchange(head, next, edge::TAKE, edge::FOLLOW) {
                Ok(_) => return Some(self.shape.index(cell)),
                Err(current) => head = current,
            }
        }
    }

    /// Claims a slot: the home slot of the vacancy, or any other.
    #[inline]
    fn claim(self, vacancy: Vacancy<W>) -> Option<usize> {
        let home = self.shape.index(vacancy.position);
        if self.try_claim(home) { Some(home) } else { self.claim_elsewhere(vacancy) }
    }

    /// `None` if two scans in a row found no slot while neither end moved: then so many operations stand
    /// in mid-flight, or guards stand open, that every slot is in use.
    #[cold]
    fn claim_elsewhere(self, mut vacancy: Vacancy<W>) -> Option<usize> {
        loop {
            let head = self.head();
            let home = self.shape.index(vacancy.position);
            if let Some(slot) = self.scan(home).or_else(|| self.scan(home)) {
                return Some(slot);
            }
            let now = self.first_vacancy(vacancy.position);
            if self.head() == head && now.position == vacancy.position {
                return None;
            }
            vacancy = now;
        }
    }

    /// Tries the spares first, so that home slots stay for their own cells.
    fn scan(self, home: usize) -> Option<usize> {
        let spares = self.shape.capacity()..self.nodes.len();
        let homes = (home..self.shape.capacity()).chain(0..home);
        spares.chain(homes).find(|&slot| self.try_claim(slot))
    }
}

/// Slots: each step with its edge.
impl<'a, T, W: Word> Ring<'a, T, W> {
    #[inline]
    fn is_free(self, slot: usize) -> bool {
        // ORDERING: E2 to.
        self.node(slot).busy.is_free(edge::ROOM)
    }

    #[inline]
    fn try_claim(self, slot: usize) -> bool {
        // ORDERING: E2 to; E6 both ways.
        self.node(slot).busy.try_claim(edge::CLAIM)
    }

    /// # Safety
    /// The caller claimed the slot.
    #[inline]
    pub(crate) unsafe fn write(self, slot: usize, value: T) {
        // SAFETY: whoever claimed a slot is the only one with access to its place.
        unsafe { self.node(slot).place.write(value) };
    }

    /// Moves the value out and gives the slot back.
    ///
    /// # Safety
    /// The caller holds the slot (claimed or taken), a value is in it, and the slot is not used again.
    #[inline]
    pub(crate) unsafe fn withdraw(self, slot: usize) -> T {
        // SAFETY: the holder of a slot is the only one with access, and there is a value.
        let value = unsafe { self.node(slot).place.read() };
        // SAFETY: the caller holds the slot and gives it up.
        unsafe { self.release(slot) };
        value
    }

    /// Gives the slot back.
    ///
    /// # Safety
    /// The caller holds the slot, its value is gone, and the slot is not used again.
    #[inline]
    pub(crate) unsafe fn release(self, slot: usize) {
        // ORDERING: E2 from.
        self.node(slot).busy.release(edge::FREE);
    }

    /// The address of the value in a slot. Only the holder of the slot may use it.
    #[inline]
    pub(crate) fn place(self, slot: usize) -> *mut core::mem::MaybeUninit<T> {
        self.node(slot).place.as_ptr()
    }

    /// The node that holds a slot.
    #[inline]
    fn node(self, slot: usize) -> &'a Node<T, W> {
        debug_assert!(slot < self.nodes.len());
        // SAFETY: slots come from cells, which name only slots that were claimed, and from scans over
        // `0..nodes.len()`; the zero that a new cell names is in range as the capacity is not zero.
        unsafe { self.nodes.get_unchecked(slot) }
    }

    /// The cell of a position.
    #[inline]
    fn cell(self, position: W) -> &'a Atomic<W> {
        // The cells are those of the first `capacity` nodes, and the index of a position is below that.
        &self.node(self.shape.index(position)).cell
    }

    #[inline]
    fn hint(self) -> W {
        // ORDERING: E3 to.
        self.ends.tail.load(edge::START)
    }

    #[inline]
    fn head(self) -> W {
        // ORDERING: E4 to.
        self.ends.head.load(edge::FOLLOW)
    }
}

/// Guards: the same steps, taken one at a time.
impl<T, W: Word> Ring<'_, T, W> {
    /// Claims a slot without looking for room.
    pub(crate) fn reserve(self) -> Option<usize> {
        self.claim(self.first_vacancy(self.hint()))
    }

    /// Links a claimed slot.
    ///
    /// # Safety
    /// The caller claimed `slot` and wrote a value to it; it keeps both only on `Err`.
    pub(crate) unsafe fn commit(self, slot: usize) -> Result<(), ()> {
        let vacancy = self.find_room(self.hint()).ok_or(())?;
        // SAFETY: as the caller promises.
        unsafe { self.link(slot, vacancy) }
    }
}

/// Observers.
impl<'a, T, W: Word> Ring<'a, T, W> {
    /// A ring on `nodes`, of which the first `shape.capacity()` are its cells.
    ///
    /// # Safety
    /// `1 <= shape.capacity() <= nodes.len()`, `shape` is that of `nodes.len()` slots and fits `W`, and
    /// `ends` and `nodes` belong together and are only ever used with this shape.
    #[inline]
    pub(crate) const unsafe fn new(ends: &'a Ends<W>, nodes: &'a [Node<T, W>], shape: Shape) -> Self {
        Self { ends, nodes, shape }
    }

    #[inline]
    pub(crate) fn capacity(self) -> usize {
        self.shape.capacity()
    }

    /// The positions of both ends at one moment.
    pub(crate) fn positions(self) -> (W, W) {
        let mut head = self.head();
        loop {
            let tail = self.first_vacancy(self.hint()).position;
            let now = self.head();
            if now == head {
                return (head, tail);
            }
            head = now;
        }
    }

    pub(crate) fn len(self) -> usize {
        let (head, tail) = self.positions();
        self.shape.distance(head, tail)
    }

    /// How many values were pushed and popped, modulo the laps of a word, and how many are there.
    pub(crate) fn counts(self) -> (usize, usize, usize) {
        let (head, tail) = self.positions();
        (self.shape.count(tail), self.shape.count(head), self.shape.distance(head, tail))
    }
}

/// Drops every value that is left, even if one of them panics.
pub(crate) fn drop_all<T, W: Word>(ring: Ring<'_, T, W>) {
    struct Rest<'a, T, W: Word>(Ring<'a, T, W>);

    impl<T, W: Word> Drop for Rest<'_, T, W> {
        fn drop(&mut self) {
            while let Some(value) = self.0.pop() {
                drop(value);
            }
        }
    }

    if core::mem::needs_drop::<T>() {
        // The second pass goes on where a panic ended the first.
        let rest = Rest(ring);
        while let Some(value) = rest.0.pop() {
            drop(value);
        }
    }
}

#[cfg(test)]
mod tests;
