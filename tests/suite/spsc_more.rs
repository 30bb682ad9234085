//! What an SPSC end knows of the other, and values by iterators.

use super::faces::*;
use ringway::spsc::{Consumer, Producer, Queue};
use std::panic::{AssertUnwindSafe, catch_unwind};

suite!(on {
    split_1: Spsc<Split, 1>,
    split_3: Spsc<Split, 3>,
    take_5: Spsc<Take, 5>,
    #[cfg(feature = "alloc")] inline_boxed_3: Spsc<InlineSplit, 3>,
    #[cfg(feature = "alloc")] boxed_split_6: Spsc<BoxedSplit, 6>,
    #[cfg(feature = "alloc")] into_split_7: Spsc<IntoSplit, 7>,
} run {
    an_end_that_is_dropped_is_missed_by_the_other,
    push_iter_takes_what_fits_at_every_place,
    push_iter_publishes_at_its_end,
    a_panic_in_push_iter_publishes_what_was_returned,
    iter_mut_changes_all_values_from_both_ends,
    clear_drops_all_and_frees_all,
});

/// Runs `body` with the next position at every place of the ring.
fn at_every_place<F: SpscFace>(body: impl Fn(&mut Producer<'_, usize>, &mut Consumer<'_, usize>)) {
    for place in 0..2 * F::CAPACITY {
        F::with_ends(|mut producer, mut consumer| {
            super::spsc::start_at(&mut producer, &mut consumer, place);
            body(&mut producer, &mut consumer);
        });
    }
}

fn an_end_that_is_dropped_is_missed_by_the_other<F: SpscFace>() {
    F::with_ends::<u8>(|mut producer, mut consumer| {
        producer.push(1).unwrap();
        assert!(!consumer.is_abandoned() && !producer.is_abandoned());
        drop(producer);
        assert!(consumer.is_abandoned());
        assert_eq!((consumer.pop(), consumer.pop(), consumer.is_abandoned()), (Some(1), None, true));
    });
    F::with_ends::<u8>(|mut producer, consumer| {
        drop(consumer);
        assert!(producer.is_abandoned() && producer.push(1).is_ok());
    });
    F::with_ends::<u8>(|producer, consumer| {
        std::mem::forget(producer);
        assert!(!consumer.is_abandoned(), "forgotten, not dropped");
    });
}

#[test]
fn new_ends_are_not_abandoned() {
    let mut queue = Queue::<u8, 2>::new();
    for _ in 0..3 {
        let (producer, consumer) = queue.split();
        assert!(!producer.is_abandoned() && !consumer.is_abandoned());
        drop(producer);
        assert!(consumer.is_abandoned());
    }
}

fn push_iter_takes_what_fits_at_every_place<F: SpscFace>() {
    at_every_place::<F>(|producer, consumer| {
        let mut values = 0..2 * F::CAPACITY + 1;
        assert_eq!(producer.push_iter(values.by_ref().take(1)), 1);
        assert_eq!(producer.push_iter(&mut values), F::CAPACITY - 1);
        assert_eq!(producer.push_iter(&mut values), 0);
        assert!(consumer.drain().eq(0..F::CAPACITY));
        producer.extend(&mut values);
        assert!(consumer.drain().eq(F::CAPACITY..2 * F::CAPACITY));
        assert_eq!(values.next(), Some(2 * F::CAPACITY));
    });
}

fn push_iter_publishes_at_its_end<F: SpscFace>() {
    at_every_place::<F>(|producer, consumer| {
        let values = (0..F::CAPACITY).inspect(|_| assert_eq!(consumer.pop(), None, "not yet"));
        assert_eq!(producer.push_iter(values), F::CAPACITY);
        assert!(consumer.drain().eq(0..F::CAPACITY));
    });
}

fn a_panic_in_push_iter_publishes_what_was_returned<F: SpscFace>() {
    at_every_place::<F>(|producer, consumer| {
        for count in 0..F::CAPACITY {
            let values = (0..).map(|value| if value == count { panic!("as intended") } else { value });
            assert!(catch_unwind(AssertUnwindSafe(|| producer.push_iter(values))).is_err());
            assert!(consumer.drain().eq(0..count));
        }
        assert_eq!(producer.push_iter(0..), F::CAPACITY);
    });
}

fn iter_mut_changes_all_values_from_both_ends<F: SpscFace>() {
    at_every_place::<F>(|producer, consumer| {
        producer.push_iter(0..);
        assert_eq!(consumer.iter_mut().len(), F::CAPACITY);
        consumer.iter_mut().for_each(|value| *value += 1);
        assert!(consumer.iter().rev().copied().eq((1..=F::CAPACITY).rev()));
        consumer.iter_mut().rev().zip(0..).for_each(|(value, place)| *value = place);
        assert!(consumer.drain().eq((0..F::CAPACITY).rev()));
        assert_eq!(consumer.iter_mut().next(), None);
    });
}

fn clear_drops_all_and_frees_all<F: SpscFace>() {
    at_every_place::<F>(|producer, consumer| {
        for count in 0..=F::CAPACITY {
            assert_eq!(producer.push_iter(0..count), count);
            let room = F::CAPACITY - count;
            assert_eq!((producer.free_capacity(), consumer.free_capacity()), (room, room));
            assert_eq!((consumer.clear(), consumer.clear()), (count, 0));
            assert_eq!(producer.free_capacity(), F::CAPACITY);
        }
    });
}

#[test]
fn text_is_written_whole_or_not_at_all() {
    use std::fmt::Write;
    let mut queue = Queue::<u8, 5>::new();
    let (mut to, mut from) = queue.split();
    for _ in 0..7 {
        assert!(write!(to, "{}ä", 12).is_ok());
        assert!(to.write_str("ö").is_err(), "one byte is free");
        assert!(to.write_str("").is_ok() && to.write_str("x").is_ok());
        assert_eq!(from.drain().collect::<Vec<_>>(), "12äx".as_bytes());
    }
}

#[cfg(feature = "std")]
#[test]
fn bytes_go_through_the_streams_of_the_standard_library_until_an_end_is_gone() {
    use std::io::{BufRead, ErrorKind, Read, Write};
    let mut queue = Queue::<u8, 3>::new();
    let (mut to, mut from) = queue.split();
    let text: Vec<u8> = (0..100).collect();
    let (mut unsent, mut got) = (&text[..], Vec::new());
    while got.len() < text.len() {
        let sent = to.write(&unsent[..unsent.len().min(2)]).unwrap();
        unsent = &unsent[sent..];
        assert_eq!(from.read_to_end(&mut got).unwrap_err().kind(), ErrorKind::WouldBlock);
    }
    assert_eq!(got, text);
    assert_eq!((to.write(b"").unwrap(), from.read(&mut []).unwrap()), (0, 0));
    assert_eq!(to.write(b"abcd").unwrap(), 3);
    assert_eq!(to.write(b"d").unwrap_err().kind(), ErrorKind::WouldBlock);
    to.flush().unwrap();
    drop(to);
    let mut last = String::new();
    assert_eq!(from.read_line(&mut last).unwrap(), 3);
    assert_eq!(
        (last.as_str(), from.read(&mut [0; 3]).unwrap(), from.fill_buf().unwrap()),
        ("abc", 0, &[][..])
    );

    drop(from);
    let (mut to, from) = queue.split();
    drop(from);
    assert_eq!(to.write_all(b"a").unwrap_err().kind(), ErrorKind::BrokenPipe);
}
