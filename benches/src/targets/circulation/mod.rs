//! Threads that use one queue without a pause, and what their calls took.
//!
//! The paired cases measure what is usual. These find what is rare: long calls, starved threads,
//! refusals without a reason. Each sample runs in a process of its own, so that a contender that
//! hangs ends with that process.

pub(crate) mod child;
#[cfg(test)]
pub(crate) mod first_call;
pub(crate) mod meter;
pub(crate) mod rounds;
pub(crate) mod tally;

use core::sync::atomic::{AtomicBool, Ordering};

use crossbeam_utils::CachePadded;

use crate::harness::cores::Cores;
use crate::harness::gate::{Task, run_threads, task};
use crate::harness::line::Line;
use crate::interface::queue::{Pop, Push};
use child::Taken;
use meter::Meter;
use tally::{Sample, Tally};

/// The circumstances of a sample.
pub(crate) struct Plan<'a> {
    pub(crate) cores: &'a Cores,
    /// Yield when refused: the threads share cores.
    pub(crate) yields: bool,
    /// Each thread calls it first, with its index.
    pub(crate) enter: fn(usize),
    /// Runs beside the threads; the sample ends when it returns.
    pub(crate) conduct: &'a (dyn Fn() + Sync),
}

/// What one thread does until the sample ends.
pub(crate) type Work<'a, R> = Box<dyn FnOnce(&Meter<'_>) -> R + Send + 'a>;

/// What the threads counted, or why the contender failed.
pub(crate) type Tallies = Result<Vec<Tally>, String>;

/// Runs each work on a thread of its own, and `plan.conduct` on one more.
pub(crate) fn run_beside<R: Send>(plan: &Plan<'_>, works: Vec<Work<'_, R>>) -> Result<Vec<R>, String> {
    let done = AtomicBool::new(false);
    let done = &done;
    let meter = &Meter { done, yields: plan.yields };
    let mut tasks: Vec<Task<'_, Option<R>>> = works
        .into_iter()
        .enumerate()
        .map(|(index, work)| {
            task(work, move |work, _| {
                (plan.enter)(index);
                Some(work(meter))
            })
        })
        .collect();
    tasks.push(task((), move |(), _| {
        (plan.conduct)();
        done.store(true, Ordering::Relaxed);
        None
    }));
    let (_, results) = run_threads(plan.cores, tasks)?;
    Ok(results.into_iter().flatten().collect())
}

/// Takes a sample between two measurements of the distance of the cores.
pub(crate) fn between_trips(cores: &Cores, sample: impl FnOnce() -> Taken) -> Taken {
    let mut line = Line::new(cores);
    let before = line.last();
    let taken = sample()?;
    Some(taken.map(|sample| Sample { trips: [before, line.measure()], ..sample }))
}

/// Each thread pops a value and pushes it back. With fewer values than the capacity by one per
/// thread, and more values than threads, the queue is never empty and never full: a refusal is
/// false.
pub(crate) fn circulate<P: Push<u64>, C: Pop<u64>>(
    plan: &Plan<'_>,
    values: u64,
    producers: Vec<P>,
    consumers: Vec<C>,
) -> Tallies {
    let mut ends: Vec<_> = producers.into_iter().zip(consumers).map(CachePadded::new).collect();
    fill(&mut ends[0].0, values)?;
    let works = ends
        .iter_mut()
        .map(|ends| {
            let (push, pop) = &mut **ends;
            let work: Work<'_, _> = Box::new(move |meter| {
                let mut held = None;
                (meter.measure(|| exchange(push, pop, &mut held)), held)
            });
            work
        })
        .collect();
    let (tallies, held): (Vec<_>, Vec<_>) = run_beside(plan, works)?.into_iter().unzip();
    let mut found = drain(&mut ends[0].1, values);
    found.extend(held.into_iter().flatten());
    conserved(values, found)?;
    Ok(tallies)
}

/// Pops if nothing is held, and pushes what is held otherwise. Returns whether that succeeded.
#[inline]
fn exchange(push: &mut impl Push<u64>, pop: &mut impl Pop<u64>, held: &mut Option<u64>) -> bool {
    match *held {
        None => {
            *held = pop.pop();
            held.is_some()
        }
        Some(value) => {
            let pushed = push.push(value);
            if pushed {
                *held = None;
            }
            pushed
        }
    }
}

/// Pushes the numbers from 0.
pub(crate) fn fill(push: &mut impl Push<u64>, values: u64) -> Result<(), String> {
    match (0..values).find(|&value| !push.push(value)) {
        None => Ok(()),
        Some(held) => Err(format!("full at {held} values")),
    }
}

/// Pops what is left: more than `expected` values are too many, however many.
pub(crate) fn drain(pop: &mut impl Pop<u64>, expected: u64) -> Vec<u64> {
    (0..=expected).map_while(|_| pop.pop()).collect()
}

/// Whether these are the numbers that [`fill`] pushed, each once.
pub(crate) fn conserved(values: u64, mut found: Vec<u64>) -> Result<(), String> {
    found.sort_unstable();
    if found.iter().copied().eq(0..values) {
        Ok(())
    } else {
        Err(format!("values lost or doubled: {} of {values}", found.len()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use super::first_call::FirstCall;
    use super::*;

    /// Loses every value whose number is `loses`.
    struct Deque {
        values: Mutex<VecDeque<u64>>,
        loses: Option<u64>,
    }

    impl Push<u64> for &Deque {
        fn push(&mut self, value: u64) -> bool {
            if self.loses != Some(value) {
                self.values.lock().unwrap().push_back(value);
            }
            true
        }
    }

    impl Pop<u64> for &Deque {
        fn pop(&mut self) -> Option<u64> {
            self.values.lock().unwrap().pop_front()
        }
    }

    fn circulated(loses: Option<u64>) -> Tallies {
        let queue = Deque { values: Mutex::default(), loses };
        let cores = Cores::available();
        let popped = first_call::flags(2);
        let conduct = || first_call::wait_for_each(&popped);
        let plan = Plan { cores: &cores, yields: true, enter: |_| (), conduct: &conduct };
        circulate(&plan, 8, vec![&queue; 2], FirstCall::of(vec![&queue; 2], &popped))
    }

    #[test]
    fn every_thread_has_a_tally_and_no_value_is_lost() {
        let tallies = circulated(None).unwrap();
        assert_eq!(tallies.len(), 2);
        assert!(tallies.iter().all(|tally| tally.calls > 0));
    }

    #[test]
    fn a_lost_value_is_reported() {
        assert!(circulated(Some(3)).unwrap_err().contains("lost"));
    }

    #[test]
    fn a_doubled_value_is_not_conserved() {
        assert_eq!(conserved(3, vec![2, 0, 1]), Ok(()));
        assert!(conserved(3, vec![0, 1, 2, 2]).is_err());
        assert!(conserved(3, vec![0, 2, 2]).is_err());
    }

    #[test]
    fn a_refused_push_keeps_its_value() {
        struct Full;
        impl Push<u64> for Full {
            fn push(&mut self, _: u64) -> bool {
                false
            }
        }
        impl Pop<u64> for Full {
            fn pop(&mut self) -> Option<u64> {
                Some(7)
            }
        }
        let mut held = None;
        assert!(exchange(&mut Full, &mut Full, &mut held));
        assert!(!exchange(&mut Full, &mut Full, &mut held));
        assert_eq!(held, Some(7));
    }
}
