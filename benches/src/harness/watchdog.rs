//! Ends the program when a sample hangs: a thread whose wake-up was lost sleeps forever.

use std::process;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Far longer than any sample takes, even on a busy machine.
const LIMIT: Duration = Duration::from_secs(600);

/// The contender, its case, and when it began.
type Running = Option<(&'static str, String, Instant)>;

static RUNNING: Mutex<Running> = Mutex::new(None);

/// While this lives, a sample is being taken.
#[derive(Debug)]
pub(crate) struct Watched;

pub(crate) fn watch(name: &'static str, case: &str) -> Watched {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        thread::spawn(monitor);
    });
    *running() = Some((name, case.to_owned(), Instant::now()));
    Watched
}

impl Drop for Watched {
    fn drop(&mut self) {
        *running() = None;
    }
}

fn monitor() {
    loop {
        thread::sleep(LIMIT / 40);
        if let Some((name, case)) = overdue(&running(), Instant::now()) {
            eprintln!("{name} hangs in {case}: a wake-up was lost, or it waits for a lock that it holds");
            process::exit(1);
        }
    }
}

fn overdue(running: &Running, now: Instant) -> Option<(&'static str, &str)> {
    let (name, case, since) = running.as_ref()?;
    (now.duration_since(*since) > LIMIT).then_some((*name, case))
}

fn running() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_is_overdue_after_its_time_and_not_when_it_is_over() {
        let since = Instant::now();
        let late = since + LIMIT + Duration::from_nanos(1);
        let running = Some(("slow", "a case".to_owned(), since));
        assert_eq!(overdue(&running, since + LIMIT), None);
        assert_eq!(overdue(&running, late), Some(("slow", "a case")));
        assert_eq!(overdue(&None, late), None);
    }
}
