//! A test that hangs is ended, and says where it hung.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

struct Watched {
    progress: Arc<AtomicU64>,
    /// The progress that was seen last, and when it was new.
    last: u64,
    since: Instant,
    report: Box<dyn Fn() -> String + Send>,
}

#[derive(Default)]
struct Kennel {
    next: u64,
    watched: BTreeMap<u64, Watched>,
}

static KENNEL: LazyLock<Mutex<Kennel>> = LazyLock::new(|| {
    thread::spawn(|| {
        loop {
            thread::sleep(Duration::from_millis(200));
            look();
        }
    });
    Mutex::default()
});

fn kennel() -> MutexGuard<'static, Kennel> {
    KENNEL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Without progress for so long, a test hangs. A minute, as the machine may be busy with other things.
fn patience() -> Duration {
    let seconds = std::env::var("RINGWAY_PATIENCE").map(|text| text.parse().expect("a number of seconds"));
    Duration::from_secs(seconds.unwrap_or(60))
}

/// Ends the process if something hangs. The harness shows nothing of a test that is still running, so this writes
/// to the terminal itself.
fn look() {
    let patience = patience();
    let mut text = String::new();
    for watched in kennel().watched.values_mut() {
        let progress = watched.progress.load(Ordering::Relaxed);
        if progress != watched.last {
            (watched.last, watched.since) = (progress, Instant::now());
        } else if watched.since.elapsed() > patience {
            let _ = writeln!(text, "HANGS: no progress in {patience:?}: {}", (watched.report)());
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
    kennel.watched.insert(key, Watched { progress, last, since: Instant::now(), report: Box::new(report) });
    Watch(key)
}

impl Drop for Watch {
    fn drop(&mut self) {
        kennel().watched.remove(&self.0);
    }
}
