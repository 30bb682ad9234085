//! A test that hangs is ended, and says where it hung.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What a watched test says when it hangs.
type Report = Box<dyn Fn() -> String + Send>;

struct Watched {
    deadline: Instant,
    patience: Duration,
    report: Report,
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
            bark();
        }
    });
    Mutex::default()
});

fn kennel() -> MutexGuard<'static, Kennel> {
    KENNEL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the process if something is overdue. The harness shows nothing of a test that is still running, so this
/// writes to the terminal itself.
fn bark() {
    let now = Instant::now();
    let mut text = String::new();
    for watched in kennel().watched.values().filter(|watched| watched.deadline <= now) {
        let _ = writeln!(text, "HANGS: nothing new for {:?}: {}", watched.patience, (watched.report)());
    }
    if !text.is_empty() {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
        std::process::exit(101);
    }
}

/// Watches until it is dropped.
pub(crate) struct Watch(u64);

/// A minute: the machine may be busy with other things.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// From now on the process ends if the test takes longer than that.
pub(crate) fn watch(report: impl Fn() -> String + Send + 'static) -> Watch {
    let mut kennel = kennel();
    kennel.next += 1;
    let (key, deadline) = (kennel.next, Instant::now() + PATIENCE);
    kennel.watched.insert(key, Watched { deadline, patience: PATIENCE, report: Box::new(report) });
    Watch(key)
}

impl Drop for Watch {
    fn drop(&mut self) {
        kennel().watched.remove(&self.0);
    }
}
