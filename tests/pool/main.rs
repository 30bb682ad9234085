//! The pools: inline and on the heap, with and without waiting.

mod threads;
mod waiting;

use ringway::pool::{
    BoxedPool, BoxedWaitPool, Guard, Notify, Pool, PoolInner, Storage, WaitGuard, WaitPool, Waiters,
};
use ringway::wait::{CriticalSection, DefaultLock, NoLock};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a behaviour on each pool of three objects.
macro_rules! on_each_pool {
    ($($behaviour:ident),* $(,)?) => { $(
        mod $behaviour {
            use super::*;

            #[test]
            fn pool() {
                super::$behaviour(Pool::<_, 3>::from_fn(object));
            }

            #[test]
            fn boxed_pool() {
                super::$behaviour(BoxedPool::from_fn(3, object).unwrap());
            }

            #[test]
            fn wait_pool() {
                super::$behaviour(WaitPool::<_, 3, NoLock>::from_fn(object));
            }

            #[test]
            fn boxed_wait_pool() {
                super::$behaviour(BoxedWaitPool::<_, CriticalSection>::from_fn(3, object).unwrap());
            }
        }
    )* };
}

on_each_pool!(
    each_object_is_taken_once_and_then_none,
    the_object_returned_last_is_taken_first,
    an_object_keeps_what_was_written_to_it,
    a_forgotten_guard_keeps_its_object_out_of_the_pool,
    observers_count_what_is_not_taken,
    debug_shows_length_and_capacity,
    a_panic_returns_the_object,
    an_object_does_not_move_with_its_guard,
);

fn object(index: usize) -> usize {
    index
}

fn each_object_is_taken_once_and_then_none(pool: PoolInner<impl Storage<Object = usize>, impl Notify>) {
    for _ in 0..2 {
        let guards = [(); 3].map(|()| pool.take().unwrap());
        assert!(pool.take().is_none());
        let mut numbers = guards.each_ref().map(|guard| **guard);
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1, 2]);
    }
}

fn the_object_returned_last_is_taken_first(pool: PoolInner<impl Storage<Object = usize>, impl Notify>) {
    let [first, second, third] = [(); 3].map(|()| pool.take().unwrap());
    assert_eq!([*first, *second, *third], [0, 1, 2]);
    drop(second);
    drop(first);
    assert_eq!(*pool.take().unwrap(), 0);
    let (zero, one) = (pool.take().unwrap(), pool.take().unwrap());
    assert_eq!((*zero, *one, *third), (0, 1, 2));
}

fn an_object_keeps_what_was_written_to_it(pool: PoolInner<impl Storage<Object = usize>, impl Notify>) {
    for count in 0..10 {
        let mut guard = pool.take().unwrap();
        assert_eq!(*guard, count);
        *guard += 1;
    }
}

fn a_forgotten_guard_keeps_its_object_out_of_the_pool(
    pool: PoolInner<impl Storage<Object = usize>, impl Notify>,
) {
    std::mem::forget(pool.take());
    assert_eq!((pool.len(), pool.capacity()), (2, 3));
    let guards = [(); 2].map(|()| pool.take().unwrap());
    assert_eq!(guards.each_ref().map(|guard| **guard), [1, 2]);
    assert!(pool.take().is_none());
}

fn observers_count_what_is_not_taken(pool: PoolInner<impl Storage<Object = usize>, impl Notify>) {
    let observe = || (pool.len(), pool.is_empty(), pool.is_full(), pool.capacity());
    let mut guards = Vec::new();
    for len in (0..=3).rev() {
        assert_eq!(observe(), (len, len == 0, len == 3, 3));
        guards.extend(pool.take());
    }
    for len in 1..=3 {
        drop(guards.remove(0));
        assert_eq!(observe(), (len, false, len == 3, 3));
    }
}

fn debug_shows_length_and_capacity(pool: PoolInner<impl Storage<Object = usize>, impl Notify>) {
    let guard = pool.take().unwrap();
    assert_eq!(format!("{pool:?} {guard:?}"), "Pool { len: 2, capacity: 3 } 0");
}

fn a_panic_returns_the_object(pool: PoolInner<impl Storage<Object = usize>, impl Notify>) {
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut guard = pool.take().unwrap();
        *guard = 7;
        panic!("with the object");
    }));
    assert!(panicked.is_err());
    assert!(pool.is_full());
    assert_eq!(*pool.take().unwrap(), 7, "as it was left");
}

fn an_object_does_not_move_with_its_guard(pool: PoolInner<impl Storage<Object = usize>, impl Notify>) {
    let guard = pool.take().unwrap();
    let address = &raw const *guard;
    let moved = Box::new(guard);
    assert_eq!(&raw const **moved, address);
    drop(moved);
    assert_eq!(&raw const *pool.take().unwrap(), address);
}

#[test]
fn a_static_pool_needs_no_more_than_constants() {
    static BUFFERS: Pool<[u8; 64], 2> = Pool::new([[7; 64]; 2]);
    static NAMES: WaitPool<String, 2> = WaitPool::new([const { String::new() }; 2]);

    let guard: Guard<'static, [u8; 64]> = BUFFERS.take().unwrap();
    assert_eq!(*guard, [7; 64]);
    let mut name: WaitGuard<'static, String> = NAMES.take().unwrap();
    name.push('x');
    assert_eq!((BUFFERS.len(), NAMES.len()), (1, 1));
}

#[test]
fn objects_without_a_size_and_with_a_large_alignment_have_places_of_their_own() {
    #[repr(align(128))]
    struct Aligned(u8);

    let units = Pool::new([(); 3]);
    let guards = [(); 3].map(|()| units.take().unwrap());
    assert!(units.take().is_none());
    drop(guards);
    let aligned = Pool::<_, 2>::from_fn(|index| Aligned(index as u8));
    let guards = [(); 2].map(|()| aligned.take().unwrap());
    assert!(guards.iter().all(|guard| (&raw const **guard).addr().is_multiple_of(128)));
    assert_eq!(guards.map(|guard| guard.0), [0, 1]);
}

#[test]
fn a_default_pool_has_default_objects() {
    assert_eq!(*Pool::<u8, 2>::default().take().unwrap(), 0);
    assert_eq!(WaitPool::<String, 2, NoLock>::default().len(), 2);
}

#[test]
fn a_boxed_pool_that_cannot_be_is_an_error() {
    use ringway::CapacityError::{TooLarge, Zero};

    assert_eq!(BoxedPool::from_fn(0, object).unwrap_err(), Zero);
    assert_eq!(BoxedPool::from_fn(usize::MAX, object).unwrap_err(), TooLarge);
    assert_eq!(BoxedPool::from_fn(1 << 39, |_| [0u8; 1 << 20]).unwrap_err(), TooLarge);
    assert_eq!(BoxedWaitPool::<_, NoLock>::from_fn(0, object).unwrap_err(), Zero);
}

#[test]
fn a_panic_in_from_fn_drops_what_was_made() {
    struct Counted<'a>(&'a Cell<usize>);

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    let dropped = Cell::new(0);
    let make = |index| if index == 2 { panic!("the third") } else { Counted(&dropped) };
    assert!(catch_unwind(AssertUnwindSafe(|| _ = Pool::<_, 4>::from_fn(make))).is_err());
    assert_eq!(dropped.take(), 2);
    assert!(catch_unwind(AssertUnwindSafe(|| _ = BoxedPool::from_fn(4, make))).is_err());
    assert_eq!(dropped.take(), 2);
}

#[test]
fn pools_and_guards_may_go_where_their_objects_may() {
    fn assert_send<T: Send>() {}
    fn assert_sync<T: Sync>() {}

    // Objects that may be sent, but not shared.
    assert_send::<Pool<Cell<u8>, 2>>();
    assert_sync::<Pool<Cell<u8>, 2>>();
    assert_send::<BoxedPool<Cell<u8>>>();
    assert_sync::<BoxedPool<Cell<u8>>>();
    assert_sync::<WaitPool<Cell<u8>, 2>>();
    assert_sync::<BoxedWaitPool<Cell<u8>, CriticalSection>>();
    assert_send::<WaitPool<Cell<u8>, 2, NoLock>>();
    assert_send::<Guard<'static, Cell<u8>>>();
    assert_send::<WaitGuard<'static, Cell<u8>>>();
    assert_sync::<Guard<'static, u8>>();
    assert_sync::<Guard<'static, u8, Waiters<DefaultLock>>>();
    assert_send::<ringway::pool::Acquire<'static, Cell<u8>>>();
}

#[test]
fn a_guard_is_four_words_whatever_the_pool() {
    assert_eq!(size_of::<Guard<'static, [u8; 1514]>>(), 4 * size_of::<usize>());
    assert_eq!(size_of::<WaitGuard<'static, [u8; 1514]>>(), 4 * size_of::<usize>());
}
