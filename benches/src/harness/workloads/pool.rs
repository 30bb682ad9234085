//! What it costs to take an object from a pool and to return it.

use core::hint::black_box;
use core::ops::Range;

use crate::harness::cores::Cores;
use crate::harness::gate::{run_threads, task};
use crate::harness::workloads::transfer::share;
use crate::harness::workloads::{Timed, verified};
use crate::interface::pool::{OBJECTS, ObjectPool};

/// Takes and returns, on some threads that share a pool.
pub(crate) fn time<K: ObjectPool>(threads: usize, items: u64, cores: &Cores) -> Timed {
    let pool = K::new();
    let share_length = items / threads as u64;
    let workers = (0..threads)
        .map(|index| task(&*pool, move |pool, _| take_and_return(pool, share(index, share_length))));
    let (sample, sums) = run_threads(cores, workers.collect())?;
    verified(sample, sums, items)
}

/// What the instruction counts are taken from: writes the numbers `0..pairs` into objects, and
/// returns their sum.
pub(crate) fn count<K: ObjectPool>(pairs: u64) -> u64 {
    take_and_return(&*K::new(), 0..pairs)
}

#[inline]
fn take_and_return<K: ObjectPool>(pool: &K, numbers: Range<u64>) -> u64 {
    let mut sum = 0_u64;
    for number in numbers {
        let read = pool.with(|object| {
            object[0] = black_box(number);
            object[0]
        });
        sum = sum.wrapping_add(read.unwrap_or(0));
    }
    sum
}

/// All objects can be taken and no more, and no two threads have the same one.
pub(crate) fn check<K: ObjectPool>(cores: &Cores) -> Result<(), String> {
    const EACH: u64 = 10_000;
    let pool = K::new();
    for _ in 0..2 {
        let taken = taken_at_once(&*pool);
        if taken != OBJECTS {
            return Err(format!("lends {taken} of {OBJECTS}"));
        }
    }
    clear(&*pool);
    let workers = (0..2).map(|_| {
        task(&*pool, |pool: &K, _| {
            (0..EACH).for_each(|_| _ = pool.with(|object| object[7] = black_box(object[7]) + 1));
            0_u64
        })
    });
    run_threads(cores, workers.collect())?;
    if uses(&*pool) != 2 * EACH {
        return Err("two threads had one object, or none".into());
    }
    time::<K>(2, 10_000, cores).map(|_| ())
}

fn taken_at_once<K: ObjectPool>(pool: &K) -> usize {
    pool.with(|_| 1 + taken_at_once(pool)).unwrap_or(0)
}

fn clear<K: ObjectPool>(pool: &K) {
    pool.with(|object| {
        object[7] = 0;
        clear(pool);
    });
}

fn uses<K: ObjectPool>(pool: &K) -> u64 {
    pool.with(|object| object[7] + uses(pool)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contenders;
    use crate::interface::pool::Object;
    use crate::interface::row::PoolRow;
    use std::sync::Mutex;

    struct Check(&'static str, Result<(), String>);

    impl PoolRow for Check {
        fn of_pool<K: ObjectPool>() -> Self {
            Self(K::NAME, check::<K>(&Cores::available()))
        }
    }

    #[test]
    fn every_contender_lends_each_object_once() {
        for Check(name, outcome) in contenders::pools() {
            assert_eq!(outcome, Ok(()), "{name}");
        }
    }

    /// Returns each object twice.
    struct Doubling(Mutex<Vec<Object>>);

    impl ObjectPool for Doubling {
        const NAME: &'static str = "wrong on purpose";

        fn new() -> Box<Self> {
            Box::new(Self(Mutex::new(vec![Object::default(); OBJECTS])))
        }

        fn with<O>(&self, run: impl FnOnce(&mut Object) -> O) -> Option<O> {
            let mut object = self.0.lock().unwrap().pop()?;
            let output = run(&mut object);
            self.0.lock().unwrap().extend([object; 2]);
            Some(output)
        }
    }

    #[test]
    fn a_pool_that_returns_objects_twice_fails() {
        assert!(check::<Doubling>(&Cores::available()).is_err());
    }
}
