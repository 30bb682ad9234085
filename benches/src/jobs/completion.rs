//! What it costs to count a task until it is done.

use core::hint::black_box;
use core::sync::atomic::{AtomicU64, Ordering};

use crate::completion::Completion;
use crate::jobs::Timed;
use crate::race::{Cores, Task, race, task};

/// Tasks that are counted and done at once, on some threads that share a counter.
pub(crate) fn time<K: Completion>(threads: usize, tasks: u64, cores: &Cores) -> Timed {
    let counter = K::new();
    let workers = (0..threads).map(|_| {
        task(counter.clone(), move |counter, _| {
            track_and_finish(&counter, tasks / threads as u64);
        })
    });
    let (lap, _) = race(cores, workers.collect())?;
    counter.join();
    Ok(lap)
}

/// Also what the instruction counts are taken from.
#[inline]
pub(crate) fn track_and_finish<K: Completion>(counter: &K, tasks: u64) {
    for _ in 0..tasks {
        drop(black_box(counter.track()));
    }
}

/// Whoever joins returns after the last task was done, and sees what all of them did.
pub(crate) fn check<K: Completion>(cores: &Cores) -> Result<(), String> {
    const WORKERS: u64 = 2;
    const TASKS: u64 = 1_000;
    for _ in 0..20 {
        let counter = K::new();
        let done = AtomicU64::new(0);
        let workers = (0..WORKERS).map(|_| {
            let tasks: Vec<K::Task> = (0..TASKS).map(|_| counter.track()).collect();
            let done = &done;
            let work: Task<'_, u64> = task(tasks, move |tasks, _| {
                for task in tasks {
                    // Relaxed: it is the join that must make it seen.
                    done.fetch_add(1, Ordering::Relaxed);
                    drop(task);
                }
                0
            });
            work
        });
        let workers: Vec<_> = workers.collect();
        let joiner = task((counter, &done), |(counter, done), _| {
            counter.join();
            done.load(Ordering::Relaxed)
        });
        let (_, seen) = race(cores, workers.into_iter().chain([joiner]).collect())?;
        if seen.iter().sum::<u64>() != WORKERS * TASKS {
            return Err("join returned before the last task was done".into());
        }
    }
    Ok(())
}
