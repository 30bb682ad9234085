//! The ring on words of 8, 16 and 32 bits, across the wrap-around of its positions.
//!
//! A position is told here by its number: how many came before it. After [`round`] positions a word begins
//! again at zero. A [`Seeded`] ring stands where a new one would after so many pushes and pops.

use super::*;
use crate::raw::nodes::Heap;
use std::collections::VecDeque;
use std::thread;
use std::vec::Vec;

fn one_lap(shape: Shape) -> usize {
    // Once filled, the first cell of all says so with one lap.
    shape.filled(0usize, 0)
}

/// The number of positions after which a word begins again at zero.
fn round<W: Word>(shape: Shape) -> usize {
    (1 << W::BITS) / one_lap(shape) * shape.capacity()
}

fn position<W: Word>(shape: Shape, number: usize) -> W {
    let (lap, index) = (number / shape.capacity(), number % shape.capacity());
    W::cut(lap * one_lap(shape) + index)
}

struct Seeded<W: Word> {
    ends: Ends<W>,
    nodes: Heap<u32, W>,
    shape: Shape,
}

impl<W: Word> Seeded<W> {
    /// An empty ring, through which `number` values went.
    fn new(shape: Shape, spares: usize, number: usize) -> Self {
        let nodes = Heap::new(shape.capacity(), shape.capacity() + spares).unwrap();
        let seeded = Self { ends: Ends::new(), nodes, shape };
        for last in
            (number..number + shape.capacity()).map(|number| number + round::<W>(shape) - shape.capacity())
        {
            // As a value of the last lap that went through its home slot left it.
            let last = position::<W>(shape, last);
            seeded.ring().cell(last).store(shape.filled(last, shape.index(last)), Ordering::Relaxed);
        }
        seeded.ends.head.store(position(shape, number), Ordering::Relaxed);
        seeded.lag(number, 0);
        seeded
    }

    /// Lets the hint lag `by` positions behind the tail, which is `tail`.
    fn lag(&self, tail: usize, by: usize) {
        let stale = position(self.shape, tail + round::<W>(self.shape) - by);
        self.ends.tail.hint.store(stale, Ordering::Relaxed);
    }

    fn ring(&self) -> Ring<'_, u32, W> {
        // SAFETY: the shape is that of the nodes. A word that it does not fit is what one test is about;
        // slot numbers fit all words here, so that then the order is lost and nothing else.
        unsafe { Ring::new(&self.ends, self.nodes.slots(), self.shape) }
    }
}

/// A slot that an operation or a guard holds, with the value in it.
enum Held {
    Empty(usize),
    Filled(usize, u32),
}

/// A ring and what it ought to do.
struct Checked<'a, W: Word> {
    ring: Ring<'a, u32, W>,
    model: VecDeque<u32>,
    held: Vec<Held>,
    pushed: usize,
    dice: u32,
}

impl<'a, W: Word> Checked<'a, W> {
    fn new(ring: Ring<'a, u32, W>) -> Self {
        Self { ring, model: VecDeque::new(), held: Vec::new(), pushed: 0, dice: 0x9e37_79b9 }
    }

    fn throw(&mut self, sides: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 17;
        self.dice ^= self.dice << 5;
        self.dice as usize % sides
    }

    fn has_slot(&self) -> bool {
        self.model.len() + self.held.len() < self.ring.slots().len()
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
                self.held.extend(slot.map(Held::Empty));
            }
            7 => {
                let (slot, expected) = (self.ring.take(), self.model.pop_front());
                assert_eq!(slot.is_some(), expected.is_some(), "take");
                self.held.extend(slot.zip(expected).map(|(slot, value)| Held::Filled(slot, value)));
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
            Held::Empty(slot) => {
                let value = 1_000_000 + self.pushed as u32;
                // SAFETY: reserved and not used since.
                unsafe { self.ring.write(slot, value) };
                self.commit(slot, value);
            }
            Held::Filled(slot, value) if self.throw(2) == 0 => self.commit(slot, value),
            // SAFETY: reserved or taken, with a value in it, and not used since.
            Held::Filled(slot, value) => assert_eq!(unsafe { self.ring.withdraw(slot) }, value, "withdraw"),
        }
    }

    fn commit(&mut self, slot: usize, value: u32) {
        let fits = !self.is_full();
        // SAFETY: the slot is held with a value in it.
        let linked = unsafe { self.ring.commit(slot) }.is_ok();
        assert_eq!(linked, fits, "commit");
        self.linked(linked, value);
        if !linked {
            self.held.push(Held::Filled(slot, value));
        }
    }
}

/// Shapes with the number of their spares.
fn shapes() -> impl Iterator<Item = (Shape, usize)> {
    let sizes = [1, 2, 3, 4, 5, 8, 13, 60].into_iter().flat_map(|n| [0, 1, 2, 4].map(|spares| (n, spares)));
    sizes.map(|(capacity, spares)| (Shape::new(capacity, capacity + spares), spares))
}

/// Runs a checked sequence from shortly before the wrap until well after it, from several starts.
fn cross_the_wrap<W: Word>(shape: Shape, spares: usize) {
    let round = round::<W>(shape);
    for before in 0..=3 * shape.capacity() {
        let start = round - before.min(round);
        let seeded = Seeded::<W>::new(shape, spares, start);
        let mut checked = Checked::new(seeded.ring());
        while checked.pushed < before + 2 * shape.capacity() {
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
    for (shape, spares) in shapes().filter(|(shape, _)| shape.fits(8)) {
        cross_the_wrap::<u8>(shape, spares);
    }
}

#[test]
fn sixteen_bit_positions_wrap_without_a_trace() {
    shapes().for_each(|(shape, spares)| cross_the_wrap::<u16>(shape, spares));
}

#[test]
fn thirty_two_bit_positions_wrap_without_a_trace() {
    shapes().for_each(|(shape, spares)| cross_the_wrap::<u32>(shape, spares));
}

#[test]
fn a_seeded_ring_is_what_pushes_and_pops_lead_to() {
    for (shape, spares) in shapes().filter(|(shape, _)| shape.fits(8)) {
        let grown = Seeded::<u8>::new(shape, spares, 0);
        for number in 0..2 * round::<u8>(shape) {
            let seeded = Seeded::<u8>::new(shape, spares, number);
            assert_eq!(grown.ring().positions(), seeded.ring().positions());
            let cells = |ring: &Seeded<u8>| -> Vec<u8> {
                (0..shape.capacity())
                    .map(|n| ring.ring().cell(position(shape, n)).load(Ordering::Relaxed))
                    .collect()
            };
            assert_eq!(cells(&grown), cells(&seeded));
            grown.ring().push(0, 0).unwrap();
            grown.ring().pop().unwrap();
        }
    }
}

/// How far behind a hint may be, in positions. A word shows one that is further behind in front of the tail.
fn longest_lag<W: Word>(shape: Shape) -> usize {
    round::<W>(shape) - shape.capacity()
}

/// Pushes and pops with a hint that lags, at every fill level.
fn work_with_a_lag<W: Word>(shape: Shape, spares: usize, tail: usize, lag: usize) {
    for level in 0..=shape.capacity() {
        let seeded = Seeded::<W>::new(shape, spares, tail);
        let ring = seeded.ring();
        for value in 0..level {
            ring.push(value as u32, 0).unwrap();
        }
        seeded.lag(tail + level, lag);
        assert_eq!(ring.len(), level, "len");
        let fits = level < shape.capacity();
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
    for (shape, spares) in shapes().filter(|(shape, _)| shape.fits(8) && shape.capacity() <= 8) {
        for lag in 0..=longest_lag::<u8>(shape) {
            work_with_a_lag::<u8>(shape, spares, 3 * shape.capacity() + 1, lag);
        }
    }
}

#[test]
fn a_hint_may_lag_by_very_many_laps() {
    for (shape, spares) in shapes() {
        let capacity = shape.capacity();
        for lag in [1000 * capacity, 4000 * capacity + 1].map(|lag| lag.min(longest_lag::<u16>(shape))) {
            work_with_a_lag::<u16>(shape, spares, capacity + 1, lag);
        }
        for lag in [1, 2, capacity, 70_000 * capacity + 1, longest_lag::<u32>(shape)] {
            work_with_a_lag::<u32>(shape, spares, capacity + 1, lag);
        }
    }
}

/// A push that found its position, and then stood still while `late` values came and went.
fn link_late<W: Word>(shape: Shape, spares: usize, late: usize) {
    let seeded = Seeded::<W>::new(shape, spares, round::<W>(shape) - 2);
    let ring = seeded.ring();
    let vacancy = ring.find_room(ring.hint()).unwrap();
    let slot = ring.reserve().unwrap();
    // SAFETY: claimed just now.
    unsafe { ring.write(slot, 2) };
    for value in 0..late as u32 {
        ring.push(value, 0).unwrap();
        assert_eq!(ring.pop(), Some(value));
    }
    ring.push(1, 0).unwrap();
    // SAFETY: claimed and written to above.
    assert!(!unsafe { ring.try_link(slot, vacancy) }, "the cell was filled since");
    // SAFETY: as above.
    let linked = unsafe { ring.link(slot, vacancy.position) };
    assert_eq!(linked.is_ok(), shape.capacity() > 1, "the queue of one is full");
    assert_eq!(ring.pop(), Some(1));
    if linked.is_err() {
        // SAFETY: still claimed, with the value in it.
        unsafe { ring.commit(slot) }.unwrap();
    }
    assert_eq!((ring.pop(), ring.pop()), (Some(2), None));
}

#[test]
fn a_push_that_stood_still_links_at_the_end_however_late() {
    for (shape, spares) in shapes().filter(|&(shape, spares)| shape.fits(8) && spares > 0) {
        (0..longest_lag::<u8>(shape)).for_each(|late| link_late::<u8>(shape, spares, late));
    }
}

/// Seals a ring after some values, with a hint that lags, and looks at it from all sides.
fn seal_after<W: Word>(shape: Shape, spares: usize, values: usize, lag: usize) {
    let number = round::<W>(shape) - 1;
    let seeded = Seeded::<W>::new(shape, spares, number);
    let ring = seeded.ring();
    for value in 0..values as u32 {
        ring.push(value, 0).unwrap();
        assert!(!ring.seal(), "a value is there");
    }
    (0..values as u32).for_each(|value| assert_eq!(ring.pop(), Some(value)));
    let in_time = ring.reserve();
    assert!(ring.seal());
    seeded.lag(number + values, lag);
    for _ in 0..2 * shape.capacity() {
        assert_eq!(ring.push(7, 0), Err(7));
        assert_eq!((ring.pop(), ring.len()), (None, 0));
        assert!(ring.seal(), "it stays closed");
    }
    if let Some(slot) = in_time {
        // SAFETY: reserved above and not used since.
        unsafe { ring.write(slot, 8) };
        // SAFETY: reserved, with a value in it.
        assert!(unsafe { ring.commit(slot) }.is_err());
        // SAFETY: a commit that failed leaves slot and value.
        assert_eq!(unsafe { ring.withdraw(slot) }, 8);
    }
}

#[test]
fn behind_the_end_mark_nothing_is_pushed_or_popped() {
    for (capacity, spares) in shapes().map(|(shape, spares)| (shape.capacity(), spares)) {
        let shape = Shape::with_end(capacity, capacity + spares);
        for values in [0, 1, capacity] {
            for lag in [0, 1, capacity, 2 * capacity - 1, 2 * capacity] {
                seal_after::<u32>(shape, spares, values, lag);
                if shape.fits(8) {
                    seal_after::<u8>(shape, spares, values, lag);
                }
            }
        }
    }
}

#[test]
fn threads_cross_the_wrap_together() {
    const EACH: u32 = 20_000;

    let shape = Shape::new(3, 11);
    let seeded = Seeded::<u32>::new(shape, 8, round::<u32>(shape) - EACH as usize);
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

/// How many values may be pushed while one operation stands still: what `mpmc` promises. One more, and what the operation
/// read before may look like new; both sides are shown here, for every way in which it matters.
mod an_operation_that_stands_still {
    use super::*;

    /// What the documentation of `mpmc` says.
    fn promised(shape: Shape) -> usize {
        shape.capacity() * (256 / one_lap(shape) - 2)
    }

    fn small_shapes() -> impl Iterator<Item = (Shape, usize)> {
        shapes().filter(|&(shape, spares)| shape.fits(8) && shape.capacity() <= 8 && spares > 0)
    }

    /// A ring, and pushes and pops that keep it full, or as full as it can be by now.
    struct Busy<'a> {
        ring: Ring<'a, u32, u8>,
        pushed: usize,
    }

    impl Busy<'_> {
        fn push(&mut self) {
            if self.ring.len() == self.ring.capacity() {
                self.ring.pop().unwrap();
            }
            self.ring.push(self.pushed as u32, 0).unwrap();
            self.pushed += 1;
        }
    }

    fn on_small_rings(test: impl Fn(Shape, &Seeded<u8>, Busy<'_>)) {
        for (shape, spares) in small_shapes() {
            let seeded = Seeded::<u8>::new(shape, spares, 3);
            test(shape, &seeded, Busy { ring: seeded.ring(), pushed: 0 });
        }
    }

    #[test]
    fn a_pop_that_read_the_head_finds_no_queue_empty_that_is_not() {
        on_small_rings(|shape, _, mut busy| {
            (0..shape.capacity()).for_each(|_| busy.push());
            let head = busy.ring.head();
            let looks_empty =
                |busy: &Busy<'_>| shape.is_vacant(head, busy.ring.cell(head).load(Ordering::Relaxed));
            for _ in 0..promised(shape) {
                busy.push();
                assert!(!looks_empty(&busy));
            }
            busy.push();
            assert!(looks_empty(&busy), "one more, and it answers Empty");
        });
    }

    #[test]
    fn a_pop_that_read_a_cell_takes_nothing_twice_before_the_head_has_come_round() {
        on_small_rings(|shape, _, mut busy| {
            (0..shape.capacity()).for_each(|_| busy.push());
            let head = busy.ring.head();
            let cell = busy.ring.cell(head).load(Ordering::Relaxed);
            let late = round::<u8>(shape) - shape.capacity();
            assert!(late > promised(shape));
            for _ in 0..late {
                busy.push();
                assert_eq!(busy.ring.try_take(head, cell), None);
            }
            for _ in 0..shape.capacity() {
                assert_eq!(busy.ring.try_take(head, cell), None);
                busy.ring.pop().unwrap();
            }
            // The queue is empty, and whoever claims the slot has it as well: two own it.
            let slot = busy.ring.try_take(head, cell).expect("the head looks as it did");
            assert!(busy.ring.try_claim(slot));
        });
    }

    /// A slot that no vacancy names.
    fn reserve_a_spare(ring: Ring<'_, u32, u8>) -> usize {
        let (home, spare) = (ring.reserve().unwrap(), ring.reserve().unwrap());
        // SAFETY: reserved above, without a value, and not used again.
        unsafe { ring.release(home) };
        // SAFETY: reserved above.
        unsafe { ring.write(spare, 1_000_000) };
        spare
    }

    #[test]
    fn a_push_that_found_room_links_over_no_value_that_is_still_there() {
        on_small_rings(|shape, seeded, mut busy| {
            let vacancy = busy.ring.find_room(busy.ring.hint()).unwrap();
            let slot = reserve_a_spare(busy.ring);
            let late = round::<u8>(shape) - shape.capacity();
            assert!(late > promised(shape));
            for _ in 0..late {
                busy.push();
                // SAFETY: reserved and written to above.
                assert!(!unsafe { busy.ring.try_link(slot, vacancy) });
            }
            busy.push();
            // From here on the cell looks as it did, although the value that it names is not taken.
            (1..shape.capacity()).for_each(|_| busy.push());
            assert_eq!(busy.ring.len(), shape.capacity());
            // SAFETY: as above.
            assert!(unsafe { busy.ring.try_link(slot, vacancy) });
            seeded.lag(3 + busy.pushed, 0);
            // The oldest value is lost, and this one is taken in its place, and then again: two own it.
            assert_eq!(busy.ring.take(), Some(slot));
            (1..shape.capacity()).for_each(|_| assert!(busy.ring.pop().is_some()));
            assert_eq!(busy.ring.take(), Some(slot));
        });
    }

    #[test]
    fn a_push_that_is_late_with_its_hint_lets_no_other_link_over_a_value() {
        for (shape, spares) in small_shapes() {
            let tail = 2 * shape.capacity();
            let full_after = |lag| {
                let seeded = Seeded::<u8>::new(shape, spares, tail - shape.capacity());
                (0..shape.capacity()).for_each(|_| seeded.ring().push(0, 0).unwrap());
                seeded.lag(tail, lag);
                seeded.ring().push(1, 0).is_err()
            };
            assert!(longest_lag::<u8>(shape) > promised(shape));
            assert!((0..=longest_lag::<u8>(shape)).all(full_after));
            // One more, and the others start in front of the tail.
            let further = longest_lag::<u8>(shape) + 1..round::<u8>(shape);
            assert!(further.into_iter().all(|lag| !full_after(lag)), "{shape:?}");
        }
    }
}

#[test]
fn a_word_that_is_too_small_is_refused() {
    for (capacity, spares) in (1..=300).flat_map(|capacity| [0, 4].map(|spares| (capacity, spares))) {
        let shape = Shape::new(capacity, capacity + spares);
        assert_eq!(shape.fits(8), capacity + spares <= 64);
        assert!(shape.fits(16));
        // What the two bits are for: at least four laps, so a lag of two is never mistaken.
        assert!(!shape.fits(8) || longest_lag::<u8>(shape) >= 2 * capacity);
    }
    assert!(!Shape::new(1 << 15, (1 << 15) + 1).fits(16));
    assert!(!Shape::new(1, usize::MAX).fits(usize::BITS));
}

/// The test of the test: what these sequences say of words that `fits` refuses.
mod on_a_word_that_is_too_small {
    use super::*;

    /// No bit for laps at all: a filled cell looks vacant.
    #[test]
    #[should_panic(expected = "pop")]
    fn a_value_is_lost() {
        let shape = Shape::new(200, 200);
        let seeded = Seeded::<u8>::new(shape, 0, 0);
        let mut checked = Checked::new(seeded.ring());
        (0..1000).for_each(|_| checked.step());
    }

    /// One bit for laps: what was filled looks vacant to a hint that lags by a lap and a position.
    #[test]
    #[should_panic(expected = "len")]
    fn a_hint_that_lags_is_mistaken() {
        work_with_a_lag::<u8>(Shape::new(60, 68), 8, 0, 61);
    }
}
