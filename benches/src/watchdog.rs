//! Ends the program when a trial hangs: a thread that sleeps and that nobody wakes cannot be helped from outside.

use std::process;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Far longer than any trial takes.
const LIMIT: Duration = Duration::from_secs(60);

/// Who is at work, at what, since when.
static TRIAL: Mutex<Option<(&'static str, String, Instant)>> = Mutex::new(None);

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
        thread::sleep(LIMIT / 4);
        if let Some((name, case, since)) = &*trial()
            && since.elapsed() > LIMIT
        {
            eprintln!("{name} hangs in {case}: a wake-up was lost, or it waits for a lock that it holds");
            process::exit(1);
        }
    }
}

fn trial() -> MutexGuard<'static, Option<(&'static str, String, Instant)>> {
    TRIAL.lock().unwrap_or_else(PoisonError::into_inner)
}
