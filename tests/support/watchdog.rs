//! A test that hangs is ended, and says where it hung.

#![allow(dead_code, reason = "each test crate uses its own part of this module")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

struct Watched {
    progress: Arc<AtomicU64>,
    /// The progress that was seen last, and how often since then.
    last: u64,
    looks: u32,
    report: Box<dyn Fn() -> String + Send>,
}

#[derive(Default)]
struct Kennel {
    next: u64,
    watched: BTreeMap<u64, Watched>,
}

const LOOKS_PER_SECOND: u32 = 5;

static KENNEL: LazyLock<Mutex<Kennel>> = LazyLock::new(|| {
    thread::spawn(|| {
        loop {
            thread::sleep(Duration::from_secs(1) / LOOKS_PER_SECOND);
            look();
        }
    });
    Mutex::default()
});

fn kennel() -> MutexGuard<'static, Kennel> {
    KENNEL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// After so many looks without progress, a test hangs. Ten minutes of looks, so that a busy machine
/// does not look like a hang; and counted, so that neither does one that stood still itself.
fn patience() -> u32 {
    let seconds: Result<u32, _> =
        std::env::var("RINGWAY_PATIENCE").map(|text| text.parse().expect("a number of seconds"));
    LOOKS_PER_SECOND * seconds.unwrap_or(600)
}

/// Ends the process if something hangs. The harness shows nothing of a test that is still running,
/// so this writes to the terminal itself.
fn look() {
    let patience = patience();
    let mut text = String::new();
    for watched in kennel().watched.values_mut() {
        let progress = watched.progress.load(Ordering::Relaxed);
        if progress != watched.last {
            (watched.last, watched.looks) = (progress, 0);
        } else if watched.looks < patience {
            watched.looks += 1;
        } else {
            let _ = writeln!(text, "HANGS: no progress in {patience} looks: {}", (watched.report)());
        }
    }
    if !text.is_empty() {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
        std::process::exit(101);
    }
}

/// Watches until it is dropped.
pub(crate) struct Watch(u64);

/// The process ends if the test lasts too long.
pub(crate) fn watch(report: impl Fn() -> String + Send + 'static) -> Watch {
    watch_progress(Arc::default(), report)
}

/// The process ends if `progress` stays the same for too long.
pub(crate) fn watch_progress(
    progress: Arc<AtomicU64>,
    report: impl Fn() -> String + Send + 'static,
) -> Watch {
    let mut kennel = kennel();
    kennel.next += 1;
    let key = kennel.next;
    let last = progress.load(Ordering::Relaxed);
    kennel.watched.insert(key, Watched { progress, last, looks: 0, report: Box::new(report) });
    Watch(key)
}

impl Drop for Watch {
    fn drop(&mut self) {
        kennel().watched.remove(&self.0);
    }
}
