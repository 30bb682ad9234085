//! What it costs to count a task until it is done.

use core::hint::black_box;
use core::sync::atomic::{AtomicU64, Ordering};

use crate::harness::cores::Cores;
use crate::harness::gate::{Task, run_threads, task};
use crate::harness::workloads::Timed;
use crate::interface::completion::Completion;

/// Tasks that are counted and done at once, on some threads that share a counter.
pub(crate) fn time<K: Completion>(threads: usize, tasks: u64, cores: &Cores) -> Timed {
    let counter = K::new();
    let workers = (0..threads).map(|_| {
        task(counter.clone(), move |counter, _| {
            track_and_finish(&counter, tasks / threads as u64);
        })
    });
    let (sample, _) = run_threads(cores, workers.collect())?;
    counter.join();
    Ok(sample)
}

/// Also what the instruction counts are taken from.
#[inline]
pub(crate) fn track_and_finish<K: Completion>(counter: &K, tasks: u64) {
    for _ in 0..tasks {
        drop(black_box(counter.track()));
    }
}

/// A join returns after the last task is done, and sees what all of them did.
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
        let (_, seen) = run_threads(cores, workers.into_iter().chain([joiner]).collect())?;
        if seen.iter().sum::<u64>() != WORKERS * TASKS {
            return Err("join returned before the last task was done".into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contenders;
    use crate::interface::row::CompletionRow;

    struct Check(&'static str, Result<(), String>);

    impl CompletionRow for Check {
        fn of_completion<K: Completion>() -> Self {
            Self(K::NAME, check::<K>(&Cores::available()))
        }
    }

    #[test]
    fn every_contender_joins_after_the_last_task() {
        for Check(name, outcome) in contenders::completions() {
            assert_eq!(outcome, Ok(()), "{name}");
        }
    }

    #[derive(Clone)]
    struct JoinsAtOnce;

    impl Completion for JoinsAtOnce {
        const NAME: &'static str = "wrong on purpose";
        type Task = ();

        fn new() -> Self {
            Self
        }

        fn track(&self) {}

        fn join(self) {}
    }

    #[test]
    fn a_join_that_does_not_wait_fails() {
        assert!(check::<JoinsAtOnce>(&Cores::available()).is_err());
    }
}
