//! What every queue does.

use super::faces::*;
use super::priority::AtLevel;
use ringway::Full;
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

suite!(on {
    mpmc_inline_1: Inline<1, 4>,
    mpmc_inline_1_without_spares: Inline<1, 0>,
    mpmc_inline_2: Inline<2, 1>,
    mpmc_inline_3: Inline<3, 4>,
    mpmc_inline_3_without_spares: Inline<3, 0>,
    mpmc_inline_64: Inline<64, 4>,
    mpmc_view_of_3: Viewed<3, 4>,
    priority_level_0_of_1: AtLevel<0, 1, 4>,
    priority_level_2_of_3: AtLevel<2, 3, 0>,
    spsc_split_1: Spsc<Split, 1>,
    spsc_split_3: Spsc<Split, 3>,
    spsc_split_64: Spsc<Split, 64>,
    spsc_take_1: Spsc<Take, 1>,
    spsc_take_5: Spsc<Take, 5>,
    #[cfg(feature = "alloc")] mpmc_boxed_1: Boxed<1, 4>,
    #[cfg(feature = "alloc")] mpmc_boxed_3_without_spares: Boxed<3, 0>,
    #[cfg(feature = "alloc")] mpmc_boxed_64: Boxed<64, 4>,
    #[cfg(feature = "alloc")] mpmc_inline_boxed_3: InlineBoxed<3, 4>,
    #[cfg(feature = "alloc")] spsc_inline_boxed_3: Spsc<InlineSplit, 3>,
    #[cfg(feature = "alloc")] spsc_boxed_split_1: Spsc<BoxedSplit, 1>,
    #[cfg(feature = "alloc")] spsc_boxed_split_6: Spsc<BoxedSplit, 6>,
    #[cfg(feature = "alloc")] spsc_into_split_1: Spsc<IntoSplit, 1>,
    #[cfg(feature = "alloc")] spsc_into_split_7: Spsc<IntoSplit, 7>,
} run {
    capacity_is_what_was_asked_for,
    pop_on_empty_returns_none,
    exactly_capacity_values_fit,
    push_on_full_gives_the_value_back,
    values_come_out_in_order_over_many_laps,
    every_fill_level_is_kept_over_many_laps,
    len_is_exact_at_every_level,
    zero_sized_values_are_counted,
    over_aligned_values_keep_their_content,
    large_values_are_moved_whole,
    boxed_values_are_not_mixed_up,
    values_need_not_be_sync,
    remaining_values_are_dropped_with_the_queue,
});

const LAPS: usize = 40;

fn fill<T>(queue: &mut dyn Ends<T>, values: impl IntoIterator<Item = T>) {
    for value in values {
        queue.push(value).expect("there is room");
    }
}

fn capacity_is_what_was_asked_for<F: Face>() {
    F::with::<u8>(|queue| assert_eq!(queue.capacity(), F::CAPACITY));
}

fn pop_on_empty_returns_none<F: Face>() {
    F::with::<u8>(|queue| {
        assert_eq!(queue.pop(), None);
        queue.push(1).unwrap();
        assert_eq!(queue.pop(), Some(1));
        assert_eq!(queue.pop(), None);
        assert_eq!(queue.pop(), None);
    });
}

fn exactly_capacity_values_fit<F: Face>() {
    F::with(|queue| {
        for lap in 0..LAPS {
            let pushed = (0..2 * F::CAPACITY).filter(|_| queue.push(lap).is_ok()).count();
            assert_eq!(pushed, F::CAPACITY);
            assert_eq!(std::iter::from_fn(|| queue.pop()).count(), F::CAPACITY);
        }
    });
}

fn push_on_full_gives_the_value_back<F: Face>() {
    F::with(|queue| {
        fill(queue, (0..F::CAPACITY).map(Box::new));
        for extra in 1000..1010 {
            let Full(rejected) = queue.push(Box::new(extra)).unwrap_err();
            assert_eq!(*rejected, extra);
        }
        for expected in 0..F::CAPACITY {
            assert_eq!(queue.pop().as_deref(), Some(&expected), "a refused push changes nothing");
        }
    });
}

fn values_come_out_in_order_over_many_laps<F: Face>() {
    F::with(|queue| {
        let (mut pushed, mut popped) = (0, 0);
        // Batches of every size, so that a lap ends at every place of a batch.
        for batch in (1..=F::CAPACITY).cycle().take(LAPS * F::CAPACITY) {
            fill(queue, pushed..pushed + batch);
            pushed += batch;
            while popped < pushed {
                assert_eq!(queue.pop(), Some(popped));
                popped += 1;
            }
            assert_eq!(queue.pop(), None);
        }
    });
}

fn every_fill_level_is_kept_over_many_laps<F: Face>() {
    F::with(|queue| {
        let (mut pushed, mut popped) = (0, 0);
        for level in 1..=F::CAPACITY {
            while pushed - popped < level {
                fill(queue, [pushed]);
                pushed += 1;
            }
            for _ in 0..3 * F::CAPACITY {
                assert_eq!(queue.pop(), Some(popped));
                fill(queue, [pushed]);
                (pushed, popped) = (pushed + 1, popped + 1);
                assert_eq!(queue.len(), level);
            }
        }
    });
}

fn len_is_exact_at_every_level<F: Face>() {
    F::with(|queue| {
        let check = |queue: &dyn Ends<usize>, level| {
            assert_eq!(queue.len(), level);
            assert_eq!(queue.is_empty(), level == 0);
            assert_eq!(queue.is_full(), level == F::CAPACITY);
        };
        for _ in 0..LAPS {
            for level in 0..F::CAPACITY {
                check(queue, level);
                queue.push(level).unwrap();
            }
            for level in (0..F::CAPACITY).rev() {
                check(queue, level + 1);
                queue.pop().unwrap();
            }
            check(queue, 0);
            // One more, so that the next lap begins elsewhere.
            queue.push(0).unwrap();
            queue.pop().unwrap();
        }
    });
}

fn zero_sized_values_are_counted<F: Face>() {
    F::with(|queue| {
        for _ in 0..LAPS {
            fill(queue, (0..F::CAPACITY).map(|_| ()));
            assert_eq!(queue.push(()), Err(Full(())));
            assert_eq!(queue.len(), F::CAPACITY);
            assert_eq!(std::iter::from_fn(|| queue.pop()).count(), F::CAPACITY);
        }
    });
}

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(128))]
pub(crate) struct Aligned(pub(crate) u8);

fn over_aligned_values_keep_their_content<F: Face>() {
    F::with(|queue| {
        for start in 0..LAPS as u8 {
            let values = || (0..F::CAPACITY as u8).map(|i| Aligned(start.wrapping_add(i)));
            fill(queue, values());
            values().for_each(|expected| assert_eq!(queue.pop(), Some(expected)));
        }
    });
}

fn large_values_are_moved_whole<F: Face>() {
    F::with(|queue| {
        let page = |number: usize| [number as u64; 512];
        for start in 0..3 {
            fill(queue, (0..F::CAPACITY).map(|i| page(start + i)));
            for i in 0..F::CAPACITY {
                assert!(queue.pop() == Some(page(start + i)));
            }
        }
    });
}

fn boxed_values_are_not_mixed_up<F: Face>() {
    F::with(|queue| {
        for lap in 0..LAPS {
            fill(queue, (0..F::CAPACITY).map(|i| format!("{lap}-{i}")));
            for i in 0..F::CAPACITY {
                assert_eq!(queue.pop().unwrap(), format!("{lap}-{i}"));
            }
        }
    });
}

fn values_need_not_be_sync<F: Face>() {
    F::with(|queue| {
        queue.push(Cell::new(1)).unwrap();
        let value = queue.pop().unwrap();
        value.set(value.get() + 1);
        assert_eq!(value.get(), 2);
    });
}

struct Counted<'c>(&'c AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn remaining_values_are_dropped_with_the_queue<F: Face>() {
    for before in 0..=F::CAPACITY {
        for left in 0..=F::CAPACITY {
            let drops = AtomicUsize::new(0);
            F::with(|queue| {
                fill(queue, (0..before).map(|_| Counted(&drops)));
                while queue.pop().is_some() {}
                fill(queue, (0..left).map(|_| Counted(&drops)));
                assert_eq!(drops.load(Ordering::Relaxed), before);
            });
            assert_eq!(drops.load(Ordering::Relaxed), before + left);
        }
    }
}
