//! The ring on words of 8, 16 and 32 bits, across the wrap-around of its positions.
//!
//! A position is given here by its number: how many came before it. After [`round`] positions a
//! word begins again at zero. A [`Seeded`] ring stands where a new one would after so many pushes
//! and pops.

use super::position::Geometry;
use super::*;
use crate::sync::Word;
use std::collections::VecDeque;
use std::thread;
use std::vec::Vec;

mod stalled;

fn one_lap(geometry: Geometry) -> usize {
    // Once filled, the first cell of all says so with one lap.
    geometry.filled(0usize, 0)
}

/// The number of positions after which a word begins again at zero.
fn round<W: Word>(geometry: Geometry) -> usize {
    (1 << W::BITS) / one_lap(geometry) * geometry.capacity()
}

fn position<W: Word>(geometry: Geometry, number: usize) -> W {
    let (lap, index) = (number / geometry.capacity(), number % geometry.capacity());
    W::truncate_from(lap * one_lap(geometry) + index)
}

struct Seeded<W: Word> {
    positions: Positions<W>,
    slots: BoxedSlots<u32, W>,
    geometry: Geometry,
}

impl<W: Word> Seeded<W> {
    /// An empty ring, through which `number` values went.
    fn new(geometry: Geometry, spares: usize, number: usize) -> Self {
        let slots = BoxedSlots::new(geometry.capacity(), geometry.capacity() + spares).unwrap();
        let seeded = Self { positions: Positions::new(), slots, geometry };
        for last in (number..number + geometry.capacity())
            .map(|number| number + round::<W>(geometry) - geometry.capacity())
        {
            // As a value of the last lap that went through its home slot left it.
            let last = position::<W>(geometry, last);
            seeded.ring().cell(last).store(geometry.filled(last, geometry.index(last)), Ordering::Relaxed);
        }
        seeded.positions.head.store(position(geometry, number), Ordering::Relaxed);
        seeded.lag(number, 0);
        seeded
    }

    /// Lets the hint lag `by` positions behind the tail, which is `tail`.
    fn lag(&self, tail: usize, by: usize) {
        let stale = position(self.geometry, tail + round::<W>(self.geometry) - by);
        self.positions.tail.hint.store(stale, Ordering::Relaxed);
    }

    fn ring(&self) -> Ring<&Self> {
        Ring(self)
    }
}

// SAFETY: the geometry is that of the slots. A word that it does not fit is what one test is about;
// slot numbers fit all words here, so that then the order is lost and nothing else.
unsafe impl<W: Word> Memory for Seeded<W> {
    type Item = u32;
    type Word = W;

    fn positions(&self) -> &Positions<W> {
        &self.positions
    }

    fn slots(&self) -> Slots<'_, u32, W> {
        self.slots.slots()
    }

    fn geometry(&self) -> Geometry {
        self.geometry
    }
}

/// A slot that an operation or a guard owns, with the value in it.
enum Held<'a, W: Word> {
    Vacant(VacantSlot<&'a Seeded<W>>),
    Filled(FilledSlot<&'a Seeded<W>>),
}

/// A ring and what it ought to do.
struct Checked<'a, W: Word> {
    ring: Ring<&'a Seeded<W>>,
    model: VecDeque<u32>,
    held: Vec<Held<'a, W>>,
    pushed: usize,
    dice: u32,
}

impl<'a, W: Word> Checked<'a, W> {
    fn new(ring: Ring<&'a Seeded<W>>) -> Self {
        Self { ring, model: VecDeque::new(), held: Vec::new(), pushed: 0, dice: 0x9e37_79b9 }
    }

    fn throw(&mut self, sides: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 17;
        self.dice ^= self.dice << 5;
        self.dice as usize % sides
    }

    fn has_slot(&self) -> bool {
        self.model.len() + self.held.len() < self.ring.0.slots().len()
    }

    fn is_full(&self) -> bool {
        self.model.len() == self.ring.capacity()
    }

    /// One operation, and what it says.
    fn step(&mut self) {
        match self.throw(10) {
            0..=3 => self.push(),
            4..=5 => assert_eq!(self.ring.pop(), self.model.pop_front(), "pop"),
            6 => {
                let slot = self.ring.reserve();
                assert_eq!(slot.is_some(), self.has_slot(), "reserve");
                self.held.extend(slot.map(Held::Vacant));
            }
            7 => {
                let slot = self.ring.pop_slot();
                assert_eq!(slot.as_deref(), self.model.pop_front().as_ref(), "pop_slot");
                self.held.extend(slot.map(Held::Filled));
            }
            _ => self.finish(),
        }
        assert_eq!(self.ring.len(), self.model.len(), "len");
    }

    fn push(&mut self) {
        let value = self.pushed as u32;
        let fits = !self.is_full() && self.has_slot();
        assert_eq!(self.ring.push(value, 0), if fits { Ok(()) } else { Err(value) }, "push");
        self.linked(fits, value);
    }

    fn linked(&mut self, linked: bool, value: u32) {
        self.model.extend(linked.then_some(value));
        self.pushed += usize::from(linked);
    }

    /// Gives up a slot, or links the value in it.
    fn finish(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let which = self.throw(self.held.len());
        match self.held.swap_remove(which) {
            Held::Vacant(slot) => self.commit(slot.write(1_000_000 + self.pushed as u32)),
            Held::Filled(slot) if self.throw(2) == 0 => self.commit(slot),
            Held::Filled(slot) => {
                let value = *slot;
                assert_eq!(slot.take(), value, "take");
            }
        }
    }

    fn commit(&mut self, slot: FilledSlot<&'a Seeded<W>>) {
        let (fits, value) = (!self.is_full(), *slot);
        let unlinked = slot.commit();
        assert_eq!(unlinked.is_ok(), fits, "commit");
        self.linked(fits, value);
        self.held.extend(unlinked.err().map(Held::Filled));
    }
}

/// Geometries with the number of their spares.
fn geometries() -> impl Iterator<Item = (Geometry, usize)> {
    let sizes = [1, 2, 3, 4, 5, 8, 13, 60].into_iter().flat_map(|n| [0, 1, 2, 4].map(|spares| (n, spares)));
    sizes.map(|(capacity, spares)| (Geometry::new(capacity, capacity + spares), spares))
}

/// Runs a checked sequence from shortly before the wrap until well after it, from several starts.
fn cross_the_wrap<W: Word>(geometry: Geometry, spares: usize) {
    let round = round::<W>(geometry);
    for before in 0..=3 * geometry.capacity() {
        let start = round - before.min(round);
        let seeded = Seeded::<W>::new(geometry, spares, start);
        let mut checked = Checked::new(seeded.ring());
        while checked.pushed < before + 2 * geometry.capacity() {
            checked.step();
            let (pushed, popped, len) = checked.ring.counts();
            assert_eq!(len, checked.model.len());
            assert_eq!(pushed, (start + checked.pushed) % round);
            assert_eq!(popped, (start + checked.pushed - len) % round);
        }
    }
}

#[test]
fn eight_bit_positions_wrap_without_a_trace() {
    for (geometry, spares) in geometries().filter(|(geometry, _)| geometry.fits(8)) {
        cross_the_wrap::<u8>(geometry, spares);
    }
}

#[test]
fn sixteen_bit_positions_wrap_without_a_trace() {
    geometries().for_each(|(geometry, spares)| cross_the_wrap::<u16>(geometry, spares));
}

#[test]
fn thirty_two_bit_positions_wrap_without_a_trace() {
    geometries().for_each(|(geometry, spares)| cross_the_wrap::<u32>(geometry, spares));
}

#[test]
fn a_seeded_ring_is_what_pushes_and_pops_lead_to() {
    for (geometry, spares) in geometries().filter(|(geometry, _)| geometry.fits(8)) {
        let grown = Seeded::<u8>::new(geometry, spares, 0);
        for number in 0..2 * round::<u8>(geometry) {
            let seeded = Seeded::<u8>::new(geometry, spares, number);
            assert_eq!(grown.ring().snapshot(), seeded.ring().snapshot());
            let cells = |ring: &Seeded<u8>| -> Vec<u8> {
                (0..geometry.capacity())
                    .map(|n| ring.ring().cell(position(geometry, n)).load(Ordering::Relaxed))
                    .collect()
            };
            assert_eq!(cells(&grown), cells(&seeded));
            grown.ring().push(0, 0).unwrap();
            grown.ring().pop().unwrap();
        }
    }
}

/// How far behind a hint may be, in positions. A word shows one that is further behind in front of
/// the tail.
fn longest_lag<W: Word>(geometry: Geometry) -> usize {
    round::<W>(geometry) - geometry.capacity()
}

/// Pushes and pops with a hint that lags, at every fill level.
fn work_with_a_lag<W: Word>(geometry: Geometry, spares: usize, tail: usize, lag: usize) {
    for level in 0..=geometry.capacity() {
        let seeded = Seeded::<W>::new(geometry, spares, tail);
        let ring = seeded.ring();
        for value in 0..level {
            ring.push(value as u32, 0).unwrap();
        }
        seeded.lag(tail + level, lag);
        assert_eq!(ring.len(), level, "len");
        let fits = level < geometry.capacity();
        assert_eq!(ring.push(level as u32, 0).is_ok(), fits);
        for value in 0..level + usize::from(fits) {
            seeded.lag(tail + level + usize::from(fits), lag);
            assert_eq!(ring.pop(), Some(value as u32));
        }
        assert_eq!(ring.pop(), None);
    }
}

#[test]
fn a_hint_may_lag_by_any_number_of_positions_short_of_a_round() {
    for (geometry, spares) in
        geometries().filter(|(geometry, _)| geometry.fits(8) && geometry.capacity() <= 8)
    {
        for lag in 0..=longest_lag::<u8>(geometry) {
            work_with_a_lag::<u8>(geometry, spares, 3 * geometry.capacity() + 1, lag);
        }
    }
}

#[test]
fn a_hint_may_lag_by_very_many_laps() {
    for (geometry, spares) in geometries() {
        let capacity = geometry.capacity();
        for lag in [1000 * capacity, 4000 * capacity + 1].map(|lag| lag.min(longest_lag::<u16>(geometry))) {
            work_with_a_lag::<u16>(geometry, spares, capacity + 1, lag);
        }
        for lag in [1, 2, capacity, 70_000 * capacity + 1, longest_lag::<u32>(geometry)] {
            work_with_a_lag::<u32>(geometry, spares, capacity + 1, lag);
        }
    }
}

/// A push that found its position, and then stalled while `late` values came and went.
fn link_late<W: Word>(geometry: Geometry, spares: usize, late: usize) {
    let seeded = Seeded::<W>::new(geometry, spares, round::<W>(geometry) - 2);
    let ring = seeded.ring();
    let cell = ring.find_room(ring.tail_hint()).unwrap();
    let slot = ring.reserve().unwrap().write(2);
    for value in 0..late as u32 {
        ring.push(value, 0).unwrap();
        assert_eq!(ring.pop(), Some(value));
    }
    ring.push(1, 0).unwrap();
    // SAFETY: the cell was vacant, and there was room.
    let slot = unsafe { slot.link(cell) }.expect_err("the cell was filled since");
    let unlinked = slot.link_from(cell.position);
    assert_eq!(unlinked.is_ok(), geometry.capacity() > 1, "the queue of one is full");
    assert_eq!(ring.pop(), Some(1));
    assert!(unlinked.or_else(FilledSlot::commit).is_ok());
    assert_eq!((ring.pop(), ring.pop()), (Some(2), None));
}

#[test]
fn a_stalled_push_links_at_the_end_however_late() {
    for (geometry, spares) in geometries().filter(|&(geometry, spares)| geometry.fits(8) && spares > 0) {
        (0..longest_lag::<u8>(geometry)).for_each(|late| link_late::<u8>(geometry, spares, late));
    }
}

/// Closes a ring after some values, with a hint that lags, and checks every operation on it.
fn close_after<W: Word>(geometry: Geometry, spares: usize, values: usize, lag: usize) {
    let number = round::<W>(geometry) - 1;
    let seeded = Seeded::<W>::new(geometry, spares, number);
    let ring = seeded.ring();
    for value in 0..values as u32 {
        ring.push(value, 0).unwrap();
        assert!(!ring.close_if_empty(), "a value is there");
    }
    (0..values as u32).for_each(|value| assert_eq!(ring.pop(), Some(value)));
    let in_time = ring.reserve();
    assert!(ring.close_if_empty());
    seeded.lag(number + values, lag);
    for _ in 0..2 * geometry.capacity() {
        assert_eq!(ring.push(7, 0), Err(7));
        assert_eq!((ring.pop(), ring.len()), (None, 0));
        assert!(ring.close_if_empty(), "it stays closed");
    }
    if let Some(slot) = in_time {
        let unlinked = slot.write(8).commit().err();
        assert_eq!(unlinked.map(FilledSlot::take), Some(8));
    }
}

#[test]
fn behind_the_closed_marker_nothing_is_pushed_or_popped() {
    for (capacity, spares) in geometries().map(|(geometry, spares)| (geometry.capacity(), spares)) {
        let geometry = Geometry::closable(capacity, capacity + spares);
        for values in [0, 1, capacity] {
            for lag in [0, 1, capacity, 2 * capacity - 1, 2 * capacity] {
                close_after::<u32>(geometry, spares, values, lag);
                if geometry.fits(8) {
                    close_after::<u8>(geometry, spares, values, lag);
                }
            }
        }
    }
}

#[test]
fn threads_cross_the_wrap_together() {
    const EACH: u32 = 20_000;

    let geometry = Geometry::new(3, 11);
    let seeded = Seeded::<u32>::new(geometry, 8, round::<u32>(geometry) - EACH as usize);
    let ring = seeded.ring();
    let sum: u64 = thread::scope(|scope| {
        for producer in 0..2 {
            scope.spawn(move || {
                for value in producer * EACH..(producer + 1) * EACH {
                    while ring.push(value, 0).is_err() {
                        thread::yield_now();
                    }
                }
            });
        }
        let mut sum = 0;
        let mut next = [0, EACH];
        for _ in 0..2 * EACH {
            let value = loop {
                match ring.pop() {
                    Some(value) => break value,
                    None => thread::yield_now(),
                }
            };
            let producer = (value / EACH) as usize;
            assert_eq!(value, next[producer], "the values of one producer stay in order");
            next[producer] += 1;
            sum += u64::from(value);
        }
        sum
    });
    assert_eq!(sum, (0..u64::from(2 * EACH)).sum());
    assert_eq!(ring.counts(), (EACH as usize, EACH as usize, 0), "the positions began again at zero");
}

#[test]
fn a_word_that_is_too_small_is_refused() {
    for (capacity, spares) in (1..=300).flat_map(|capacity| [0, 4].map(|spares| (capacity, spares))) {
        let geometry = Geometry::new(capacity, capacity + spares);
        assert_eq!(geometry.fits(8), capacity + spares <= 64);
        assert!(geometry.fits(16));
        // What the two bits are for: at least four laps, so a lag of two is never mistaken.
        assert!(!geometry.fits(8) || longest_lag::<u8>(geometry) >= 2 * capacity);
    }
    assert!(!Geometry::new(1 << 15, (1 << 15) + 1).fits(16));
    assert!(!Geometry::new(1, usize::MAX).fits(usize::BITS));
}

/// The test of the test: what these sequences say of words that `fits` refuses.
mod on_a_word_that_is_too_small {
    use super::*;

    /// No bit for laps at all: a filled cell looks vacant.
    #[test]
    #[should_panic(expected = "pop")]
    fn a_value_is_lost() {
        let geometry = Geometry::new(200, 200);
        let seeded = Seeded::<u8>::new(geometry, 0, 0);
        let mut checked = Checked::new(seeded.ring());
        (0..1000).for_each(|_| checked.step());
    }

    /// One bit for laps: what was filled looks vacant to a hint that lags by a lap and a position.
    #[test]
    #[should_panic(expected = "len")]
    fn a_hint_that_lags_is_mistaken() {
        work_with_a_lag::<u8>(Geometry::new(60, 68), 8, 0, 61);
    }
}
