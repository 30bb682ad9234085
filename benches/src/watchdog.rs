//! Ends the program when a trial hangs: a thread that sleeps and that nobody wakes cannot be helped from outside.

use std::process;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Far longer than any trial takes, even on a busy machine.
const LIMIT: Duration = Duration::from_secs(600);

/// Who is at work, at what, since when.
type Trial = Option<(&'static str, String, Instant)>;

static TRIAL: Mutex<Trial> = Mutex::new(None);

/// While this lives, a trial is under way.
#[derive(Debug)]
pub(crate) struct Watched;

pub(crate) fn watch(name: &'static str, case: &str) -> Watched {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        thread::spawn(look);
    });
    *trial() = Some((name, case.to_owned(), Instant::now()));
    Watched
}

impl Drop for Watched {
    fn drop(&mut self) {
        *trial() = None;
    }
}

fn look() {
    loop {
        thread::sleep(LIMIT / 40);
        if let Some((name, case)) = overdue(&trial(), Instant::now()) {
            eprintln!("{name} hangs in {case}: a wake-up was lost, or it waits for a lock that it holds");
            process::exit(1);
        }
    }
}

fn overdue(trial: &Trial, now: Instant) -> Option<(&'static str, &str)> {
    let (name, case, since) = trial.as_ref()?;
    (now.duration_since(*since) > LIMIT).then_some((*name, case))
}

fn trial() -> MutexGuard<'static, Trial> {
    TRIAL.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_is_overdue_after_its_time_and_not_when_it_is_over() {
        let since = Instant::now();
        let late = since + LIMIT + Duration::from_nanos(1);
        let trial = Some(("slow", "a case".to_owned(), since));
        assert_eq!(overdue(&trial, since + LIMIT), None);
        assert_eq!(overdue(&trial, late), Some(("slow", "a case")));
        assert_eq!(overdue(&None, late), None);
    }
}
