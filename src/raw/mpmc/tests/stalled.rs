//! How many values may be pushed while one operation is stalled: what `mpmc` promises. With one
//! more, what the operation read before may look new; both sides are shown here, for every way in
//! which it matters.

use super::*;

/// What the documentation of `mpmc` says.
fn promised(geometry: Geometry) -> usize {
    geometry.capacity() * (256 / one_lap(geometry) - 2)
}

fn small_shapes() -> impl Iterator<Item = (Geometry, usize)> {
    geometries().filter(|&(geometry, spares)| geometry.fits(8) && geometry.capacity() <= 8 && spares > 0)
}

/// A ring, and pushes and pops that keep it full, or as full as it can be by now.
struct Filling<'a> {
    raw: Ring<&'a Seeded<u8>>,
    pushed: usize,
}

impl Filling<'_> {
    fn push(&mut self) {
        if self.raw.len() == self.raw.capacity() {
            self.raw.pop().unwrap();
        }
        self.raw.push(self.pushed as u32, 0).unwrap();
        self.pushed += 1;
    }
}

fn on_small_rings(test: impl Fn(Geometry, &Seeded<u8>, Filling<'_>)) {
    for (geometry, spares) in small_shapes() {
        let seeded = Seeded::<u8>::new(geometry, spares, 3);
        test(geometry, &seeded, Filling { raw: seeded.ring(), pushed: 0 });
    }
}

#[test]
fn a_pop_that_read_the_head_finds_no_queue_empty_that_is_not() {
    on_small_rings(|geometry, _, mut ring| {
        (0..geometry.capacity()).for_each(|_| ring.push());
        let head = ring.raw.head();
        let looks_empty =
            |ring: &Filling<'_>| geometry.is_vacant(head, ring.raw.cell(head).load(Ordering::Relaxed));
        for _ in 0..promised(geometry) {
            ring.push();
            assert!(!looks_empty(&ring));
        }
        ring.push();
        assert!(looks_empty(&ring), "one more, and it answers Empty");
    });
}

#[test]
fn a_pop_that_read_a_cell_takes_nothing_twice_before_the_head_has_come_round() {
    on_small_rings(|geometry, _, mut ring| {
        (0..geometry.capacity()).for_each(|_| ring.push());
        let head = ring.raw.head();
        let word = ring.raw.cell(head).load(Ordering::Relaxed);
        let late = round::<u8>(geometry) - geometry.capacity();
        assert!(late > promised(geometry));
        for _ in 0..late {
            ring.push();
            assert!(!ring.raw.advance_head(head));
        }
        for _ in 0..geometry.capacity() {
            assert!(!ring.raw.advance_head(head));
            ring.raw.pop().unwrap();
        }
        // The queue is empty, and the slot can be claimed as well: it has two owners.
        assert!(ring.raw.advance_head(head), "the head looks as it did");
        assert!(ring.raw.try_claim(geometry.slot(head, word)).is_some());
    });
}

/// A slot that no vacant cell names.
fn reserve_a_spare(ring: Ring<&Seeded<u8>>) -> FilledSlot<&Seeded<u8>> {
    let _home = ring.reserve().unwrap();
    ring.reserve().unwrap().write(1_000_000)
}

#[test]
fn a_push_that_found_room_links_over_no_value_that_is_still_there() {
    on_small_rings(|geometry, seeded, mut ring| {
        let cell = ring.raw.find_room(ring.raw.tail_hint()).unwrap();
        let mut slot = reserve_a_spare(ring.raw);
        let index = slot.index();
        let late = round::<u8>(geometry) - geometry.capacity();
        assert!(late > promised(geometry));
        for _ in 0..late {
            ring.push();
            // SAFETY: within the bound the cell is not as it was, and nothing is linked.
            slot = unsafe { slot.link(cell) }.expect_err("the cell was filled since");
        }
        ring.push();
        // From here on the cell looks as it did, although the value that it names is not taken.
        (1..geometry.capacity()).for_each(|_| ring.push());
        assert_eq!(ring.raw.len(), geometry.capacity());
        // SAFETY: not sound: this is what the bound is for. Two owners of a number do no harm.
        assert!(unsafe { slot.link(cell) }.is_ok());
        seeded.lag(3 + ring.pushed, 0);
        // The oldest value is lost, and this one is popped in its place, and then again.
        let first = ring.raw.pop_slot().unwrap();
        assert_eq!(first.index(), index);
        (1..geometry.capacity()).for_each(|_| assert!(ring.raw.pop().is_some()));
        let second = ring.raw.pop_slot().unwrap();
        assert_eq!(second.index(), index, "the slot has two owners");
    });
}

#[test]
fn a_push_that_is_late_with_its_hint_lets_no_other_link_over_a_value() {
    for (geometry, spares) in small_shapes() {
        let tail = 2 * geometry.capacity();
        let full_after = |lag| {
            let seeded = Seeded::<u8>::new(geometry, spares, tail - geometry.capacity());
            (0..geometry.capacity()).for_each(|_| seeded.ring().push(0, 0).unwrap());
            seeded.lag(tail, lag);
            seeded.ring().push(1, 0).is_err()
        };
        assert!(longest_lag::<u8>(geometry) > promised(geometry));
        assert!((0..=longest_lag::<u8>(geometry)).all(full_after));
        // One more, and the others start in front of the tail.
        let further = longest_lag::<u8>(geometry) + 1..round::<u8>(geometry);
        assert!(further.into_iter().all(|lag| !full_after(lag)), "{geometry:?}");
    }
}
