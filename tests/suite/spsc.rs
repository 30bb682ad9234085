//! What SPSC queues do: chunks, slices, iterators.

use super::faces::*;
use super::queue::Aligned;
use ringway::Full;
use ringway::spsc::{Consumer, Producer};
use std::cell::Cell;

suite!(on {
    split_1: Spsc<Split, 1>,
    split_2: Spsc<Split, 2>,
    split_3: Spsc<Split, 3>,
    split_64: Spsc<Split, 64>,
    take_1: Spsc<Take, 1>,
    take_5: Spsc<Take, 5>,
    #[cfg(feature = "alloc")] inline_boxed_3: Spsc<InlineSplit, 3>,
    #[cfg(feature = "alloc")] boxed_split_1: Spsc<BoxedSplit, 1>,
    #[cfg(feature = "alloc")] boxed_split_6: Spsc<BoxedSplit, 6>,
    #[cfg(feature = "alloc")] into_split_1: Spsc<IntoSplit, 1>,
    #[cfg(feature = "alloc")] into_split_7: Spsc<IntoSplit, 7>,
} run {
    chunks_of_every_size_go_through_at_every_place,
    write_chunk_beyond_what_is_free_says_how_much_is,
    read_chunk_beyond_what_is_there_says_how_much_is,
    a_write_chunk_publishes_only_what_was_written,
    a_write_chunk_without_commit_publishes_nothing,
    a_write_chunk_takes_no_more_than_it_holds,
    a_write_chunk_can_be_written_through_its_slices,
    a_read_chunk_without_commit_keeps_all_values,
    a_read_chunk_gives_up_what_is_committed,
    a_read_chunk_moves_out_what_is_asked_for,
    slices_are_copied_short_when_there_is_less,
    peek_shows_the_value_that_pop_returns,
    peek_mut_changes_the_value_that_pop_returns,
    iter_shows_all_values_and_takes_none,
    find_and_position_agree_on_the_oldest_that_is_wanted,
    retain_keeps_the_order_of_what_stays_whatever_goes,
    retain_looks_at_each_value_once_and_oldest_first,
    retain_leaves_what_is_pushed_meanwhile,
    drain_takes_what_was_there_and_no_more,
    drain_leaves_what_is_not_asked_for,
    skip_drops_the_oldest,
    over_aligned_values_lie_at_aligned_addresses,
    ends_lend_values_that_are_not_sync,
});

/// Moves the next position to `place`, so that what follows begins there.
pub(super) fn start_at<T: Default>(
    producer: &mut Producer<'_, T>,
    consumer: &mut Consumer<'_, T>,
    place: usize,
) {
    for _ in 0..place {
        producer.push(T::default()).unwrap();
        consumer.pop().unwrap();
    }
}

/// A face's ends, once for each place in the ring where a test may begin.
fn at_every_place<F: SpscFace, T: Send + Default>(body: impl Fn(&mut Producer<'_, T>, &mut Consumer<'_, T>)) {
    F::with_ends(|mut producer, mut consumer| {
        for _ in 0..2 * F::CAPACITY + 1 {
            body(&mut producer, &mut consumer);
            while consumer.pop().is_some() {}
            start_at(&mut producer, &mut consumer, 1);
        }
    });
}

fn fill(producer: &mut Producer<'_, u64>) {
    let capacity = producer.capacity();
    assert_eq!(producer.push_slice(&numbers(capacity)), capacity);
}

/// 1, 2, 3 …
fn numbers(count: usize) -> Vec<u64> {
    (1..=count as u64).collect()
}

fn joined<T: Clone>((first, second): (&[T], &[T])) -> Vec<T> {
    [first, second].concat()
}

fn chunks_of_every_size_go_through_at_every_place<F: SpscFace>() {
    F::with_ends(|mut producer, mut consumer| {
        for place in 0..=F::CAPACITY {
            for size in 0..=F::CAPACITY {
                let mut chunk = producer.write_chunk(size).unwrap();
                assert_eq!((chunk.len(), chunk.remaining(), chunk.is_empty()), (size, size, size == 0));
                assert_eq!(chunk.fill(1..), size);
                assert_eq!(chunk.remaining(), 0);
                assert_eq!(chunk.commit(), size);
                let mut chunk = consumer.read_chunk(size).unwrap();
                assert_eq!((chunk.len(), chunk.is_empty()), (size, size == 0));
                assert_eq!(joined(chunk.as_slices()), numbers(size));
                let (first, second) = chunk.as_mut_slices();
                first.iter_mut().chain(second).for_each(|value| *value += 1);
                assert_eq!(joined(chunk.as_slices()), numbers(size + 1)[1..]);
                chunk.commit_all();
                assert!(consumer.is_empty());
            }
            start_at(&mut producer, &mut consumer, place);
        }
    });
}

fn write_chunk_beyond_what_is_free_says_how_much_is<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, _| {
        for free in (0..=F::CAPACITY).rev() {
            for more in [1, 2, F::CAPACITY, usize::MAX - free] {
                let error = producer.write_chunk(free + more).unwrap_err();
                assert_eq!(error.available(), free);
            }
            assert!(producer.write_chunk(free).is_ok());
            assert_eq!(producer.push(0).is_ok(), free > 0);
        }
    });
}

fn read_chunk_beyond_what_is_there_says_how_much_is<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        for there in 0..=F::CAPACITY {
            for more in [1, 2, F::CAPACITY, usize::MAX - there] {
                let error = consumer.read_chunk(there + more).unwrap_err();
                assert_eq!(error.available(), there);
            }
            assert!(consumer.read_chunk(there).is_ok());
            assert_eq!(producer.push(0).is_ok(), there < F::CAPACITY);
        }
    });
}

fn a_write_chunk_publishes_only_what_was_written<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        for written in 0..=F::CAPACITY {
            let mut chunk = producer.write_chunk(F::CAPACITY).unwrap();
            assert_eq!(chunk.fill(numbers(written)), written);
            assert_eq!(chunk.remaining(), F::CAPACITY - written);
            assert!(consumer.is_empty(), "not published before commit");
            assert_eq!(chunk.commit(), written);
            assert_eq!(consumer.drain().collect::<Vec<_>>(), numbers(written));
        }
    });
}

fn a_write_chunk_without_commit_publishes_nothing<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        let mut chunk = producer.write_chunk(F::CAPACITY).unwrap();
        chunk.fill(1..);
        drop(chunk);
        assert_eq!(consumer.pop(), None);
        assert_eq!(producer.free_capacity(), F::CAPACITY);
        fill(producer);
        assert_eq!(consumer.pop(), Some(1));
    });
}

fn a_write_chunk_takes_no_more_than_it_holds<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        let mut chunk = producer.write_chunk(F::CAPACITY).unwrap();
        let mut values = 1..=1000;
        assert_eq!(chunk.fill(values.by_ref()), F::CAPACITY);
        assert_eq!(values.next(), Some(F::CAPACITY as u64 + 1), "what does not fit is not taken");
        assert_eq!(chunk.write(7), Err(Full(7)));
        assert_eq!(chunk.copy_from_slice(&[7]), 0);
        assert_eq!(chunk.commit(), F::CAPACITY);
        assert_eq!(consumer.len(), F::CAPACITY);
    });
}

fn a_write_chunk_can_be_written_through_its_slices<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        let mut chunk = producer.write_chunk(F::CAPACITY).unwrap();
        chunk.write(1).unwrap();
        let (first, second) = chunk.as_mut_slices();
        assert_eq!(first.len() + second.len(), F::CAPACITY - 1, "the slices are what is not written yet");
        for (place, value) in first.iter_mut().chain(second).zip(2..) {
            place.write(value);
        }
        // SAFETY: all of them were written.
        unsafe { chunk.assume_init(F::CAPACITY - 1) };
        assert_eq!(chunk.remaining(), 0);
        assert_eq!(chunk.commit(), F::CAPACITY);
        assert_eq!(consumer.drain().collect::<Vec<_>>(), numbers(F::CAPACITY));
    });
}

fn a_read_chunk_without_commit_keeps_all_values<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        fill(producer);
        for size in 0..=F::CAPACITY {
            drop(consumer.read_chunk(size).unwrap());
        }
        assert_eq!(consumer.drain().collect::<Vec<_>>(), numbers(F::CAPACITY));
    });
}

fn a_read_chunk_gives_up_what_is_committed<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        for committed in 0..=F::CAPACITY {
            fill(producer);
            consumer.read_chunk(F::CAPACITY).unwrap().commit(committed);
            assert_eq!(producer.free_capacity(), committed);
            assert_eq!(consumer.drain().collect::<Vec<_>>(), numbers(F::CAPACITY)[committed..]);
        }
        fill(producer);
        consumer.read_chunk(F::CAPACITY - 1).unwrap().commit(usize::MAX);
        assert_eq!(consumer.len(), 1, "a chunk gives up its own values only");
    });
}

fn a_read_chunk_moves_out_what_is_asked_for<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        for asked in 0..=F::CAPACITY {
            fill(producer);
            let size = F::CAPACITY - 1;
            let chunk = consumer.read_chunk(size).unwrap();
            let moved: Vec<_> = chunk.into_iter().take(asked).collect();
            assert_eq!(moved, numbers(asked.min(size)));
            let rest: Vec<_> = consumer.drain().collect();
            assert_eq!(rest, numbers(F::CAPACITY)[asked.min(size)..]);
        }
    });
}

fn slices_are_copied_short_when_there_is_less<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        let all = numbers(F::CAPACITY + 3);
        for size in 0..=F::CAPACITY + 3 {
            let fits = size.min(F::CAPACITY);
            assert_eq!(producer.push_slice(&all[..size]), fits);
            let mut out = vec![0; F::CAPACITY + 1];
            let first = consumer.pop_slice(&mut out[..fits / 2]);
            assert_eq!(first, fits / 2);
            assert_eq!(consumer.pop_slice(&mut out[first..]), fits - first);
            assert_eq!(out[..fits], all[..fits]);
            assert!(out[fits..].iter().all(|&value| value == 0), "nothing else is written");
            assert_eq!(consumer.pop_slice(&mut out), 0);
        }
        assert_eq!(producer.push_slice(&[]), 0);
    });
}

fn peek_shows_the_value_that_pop_returns<F: SpscFace>() {
    at_every_place::<F, String>(|producer, consumer| {
        assert_eq!(consumer.peek(), None);
        for i in 0..F::CAPACITY {
            producer.push(i.to_string()).unwrap();
            assert_eq!(consumer.peek().unwrap(), "0");
        }
        for i in 0..F::CAPACITY {
            let seen = consumer.peek().unwrap().clone();
            assert_eq!(seen, i.to_string());
            assert_eq!(consumer.pop(), Some(seen));
        }
        assert_eq!(consumer.peek(), None);
    });
}

fn peek_mut_changes_the_value_that_pop_returns<F: SpscFace>() {
    at_every_place::<F, String>(|producer, consumer| {
        assert_eq!(consumer.peek_mut(), None);
        producer.push("a".into()).unwrap();
        consumer.peek_mut().unwrap().push('b');
        assert_eq!(consumer.pop().as_deref(), Some("ab"));
    });
}

fn iter_shows_all_values_and_takes_none<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        assert_eq!(consumer.iter().next(), None);
        fill(producer);
        let mut iter = consumer.iter();
        assert_eq!(iter.len(), F::CAPACITY);
        assert_eq!(iter.next(), Some(&1));
        assert_eq!(iter.len(), F::CAPACITY - 1);
        assert_eq!(consumer.iter().copied().collect::<Vec<_>>(), numbers(F::CAPACITY));
        let held: Vec<&u64> = consumer.iter().collect();
        assert_eq!(held.len(), F::CAPACITY);
        assert_eq!(*held[0], 1);
        assert_eq!(consumer.len(), F::CAPACITY);
    });
}

fn find_and_position_agree_on_the_oldest_that_is_wanted<F: SpscFace>() {
    at_every_place::<F, usize>(|producer, consumer| {
        (0..F::CAPACITY).for_each(|value| producer.push(value / 2).unwrap());
        for wanted in 0..=F::CAPACITY {
            let position = consumer.position(|&value| value == wanted);
            assert_eq!(position, (2 * wanted < F::CAPACITY).then_some(2 * wanted));
            assert_eq!(consumer.find(|&value| value == wanted).copied(), position.map(|_| wanted));
        }
        assert_eq!(consumer.len(), F::CAPACITY);
    });
}

/// Every choice of what goes, for queues that are small; else some.
fn retain_keeps_the_order_of_what_stays_whatever_goes<F: SpscFace>() {
    at_every_place::<F, String>(|producer, consumer| {
        let choices = if F::CAPACITY <= 7 { 1u64 << F::CAPACITY } else { 5 };
        for choice in 0..choices {
            let mask = if F::CAPACITY <= 7 { choice } else { choice.wrapping_mul(0x9E37_79B9_7F4A_7C15) };
            let stays = |value: usize| mask >> value & 1 == 0;
            (0..F::CAPACITY).for_each(|value| producer.push(value.to_string()).unwrap());
            let gone = consumer.retain(|value| stays(value.parse().unwrap()));
            let left: Vec<_> =
                (0..F::CAPACITY).filter(|&value| stays(value)).map(|v| v.to_string()).collect();
            assert_eq!((gone, consumer.len()), (F::CAPACITY - left.len(), left.len()));
            assert_eq!(producer.free_capacity(), gone, "the places of what is gone are free");
            assert_eq!(consumer.drain().collect::<Vec<_>>(), left);
        }
    });
}

fn retain_looks_at_each_value_once_and_oldest_first<F: SpscFace>() {
    at_every_place::<F, usize>(|producer, consumer| {
        (0..F::CAPACITY).for_each(|value| producer.push(value).unwrap());
        let mut seen = Vec::new();
        consumer.retain(|&value| {
            seen.push(value);
            value % 3 == 1
        });
        assert!(seen.into_iter().eq(0..F::CAPACITY));
    });
}

fn retain_leaves_what_is_pushed_meanwhile<F: SpscFace>() {
    at_every_place::<F, usize>(|producer, consumer| {
        (1..F::CAPACITY).for_each(|value| producer.push(value).unwrap());
        // The last place is free until the first value is looked at.
        let mut late = Some(F::CAPACITY);
        let asked = consumer.len();
        let gone = consumer.retain(|_| {
            late.take().into_iter().for_each(|value| producer.push(value).unwrap());
            false
        });
        late.into_iter().for_each(|value| producer.push(value).unwrap());
        assert_eq!(gone, asked);
        assert_eq!(consumer.pop(), Some(F::CAPACITY));
        assert_eq!(consumer.pop(), None);
    });
}

fn drain_takes_what_was_there_and_no_more<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        producer.push(1).unwrap();
        let mut drain = consumer.drain();
        assert_eq!(drain.len(), 1);
        assert_eq!(drain.next(), Some(1));
        // Room for it was made just now; it came after the drain began.
        producer.push(2).unwrap();
        assert_eq!((drain.len(), drain.next()), (0, None));
        assert_eq!(consumer.pop(), Some(2));
    });
}

fn drain_leaves_what_is_not_asked_for<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        for asked in 0..=F::CAPACITY {
            fill(producer);
            assert_eq!(consumer.drain().take(asked).collect::<Vec<_>>(), numbers(asked));
            assert_eq!(producer.free_capacity(), asked);
            assert_eq!(consumer.drain().collect::<Vec<_>>(), numbers(F::CAPACITY)[asked..]);
        }
    });
}

fn skip_drops_the_oldest<F: SpscFace>() {
    at_every_place::<F, u64>(|producer, consumer| {
        for count in 0..=F::CAPACITY {
            fill(producer);
            assert_eq!(consumer.skip(count), count);
            assert_eq!(consumer.len(), F::CAPACITY - count);
            assert_eq!(consumer.skip(usize::MAX), F::CAPACITY - count);
            assert_eq!(consumer.skip(1), 0);
        }
    });
}

fn over_aligned_values_lie_at_aligned_addresses<F: SpscFace>() {
    F::with_ends(|mut producer, mut consumer| {
        for lap in 0..4 * F::CAPACITY {
            let value = Aligned(lap as u8);
            producer.push(value).unwrap();
            let seen = consumer.peek().unwrap();
            assert_eq!((&raw const *seen).addr() % 128, 0);
            assert_eq!(*seen, value);
            consumer.pop().unwrap();
        }
    });
}

fn ends_lend_values_that_are_not_sync<F: SpscFace>() {
    F::with_ends(|mut producer, mut consumer| {
        producer.push(Cell::new(1)).unwrap();
        consumer.peek().unwrap().set(2);
        consumer.iter().for_each(|value| value.set(value.get() + 1));
        let chunk = consumer.read_chunk(1).unwrap();
        assert_eq!(chunk.as_slices().0[0].get(), 3);
    });
}
