//! Pools drop their objects when they end, taken or not.

use super::*;
use ringway::pool::{BoxedPool, Notify, Pool, PoolInner, Storage, WaitPool};
use ringway::wait::NoLock;

/// Takes so many, returns some of them, forgets some, and drops the pool, with a bomb among the
/// objects or not.
fn take_and_drop<'l>(
    ledger: &'l Ledger,
    bomb: usize,
    (returned, forgotten): (usize, usize),
    pool: PoolInner<impl Storage<Object = Value<'l>>, impl Notify>,
) {
    {
        let mut guards: Vec<_> = (0..returned + forgotten).filter_map(|_| pool.take()).collect();
        guards.drain(returned..).for_each(forget);
    }
    assert_eq!((pool.len(), ledger.dropped()), (4 - forgotten, 0));
    ledger.bomb.store(bomb, Ordering::Relaxed);
    if bomb == NO_BOMB {
        drop(pool)
    } else {
        assert_panics(|| drop(pool))
    }
    ledger.assert_each_dropped_once();
}

#[test]
fn objects_are_dropped_once_with_their_pool_whatever_was_taken() {
    for (returned, forgotten) in (0..=4).flat_map(|taken| (0..=taken).map(move |some| (some, taken - some))) {
        for bomb in [0, 1, 2, 3, NO_BOMB] {
            let with = |make: &dyn Fn(&Ledger)| make(&Ledger::with_bomb(NO_BOMB));
            let taken = (returned, forgotten);
            with(&|ledger| take_and_drop(ledger, bomb, taken, Pool::<_, 4>::from_fn(|_| ledger.value())));
            with(&|ledger| {
                let pool = WaitPool::<_, 4, NoLock>::from_fn(|_| ledger.value());
                take_and_drop(ledger, bomb, taken, pool);
            });
            with(&|ledger| {
                let pool = BoxedPool::from_fn(4, |_| ledger.value()).unwrap();
                take_and_drop(ledger, bomb, taken, pool);
            });
        }
    }
}
