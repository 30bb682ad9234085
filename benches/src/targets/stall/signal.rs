//! Stops one thread wherever it is: by a signal whose handler sleeps.

use core::ffi::c_int;
use core::sync::atomic::{AtomicU64, Ordering};
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::unistd::Pid;

const SIGNAL: Signal = Signal::SIGUSR1;

/// How long the handler sleeps.
static NANOSECONDS: AtomicU64 = AtomicU64::new(0);
/// How often it did so.
static STOPS: AtomicU64 = AtomicU64::new(0);

/// Installs the handler, and blocks the signal for the threads that this one starts.
pub(super) fn prepare(stop: Duration) -> io::Result<()> {
    NANOSECONDS.store(u64::try_from(stop.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    SigSet::from(SIGNAL).thread_block()?;
    let action = SigAction::new(SigHandler::Handler(handle), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler may interrupt anything: it accesses atomics and sleeps, which is one
    // system call here, without an allocation or a lock.
    unsafe { sigaction(SIGNAL, &action) }?;
    Ok(())
}

extern "C" fn handle(_: c_int) {
    STOPS.fetch_add(1, Ordering::Relaxed);
    thread::sleep(Duration::from_nanos(NANOSECONDS.load(Ordering::Relaxed)));
}

/// Makes the calling thread the one that is stopped.
pub(super) fn accept() {
    SigSet::from(SIGNAL).thread_unblock().expect("the signal can be unblocked");
}

pub(super) fn stops() -> u64 {
    STOPS.load(Ordering::Relaxed)
}

/// Stops the thread that accepts the signal, again and again for the time of `window`.
pub(super) fn stop_repeatedly(window: Duration, stop: Duration, every: Duration) {
    let end = Instant::now() + window;
    let mut turn = 0;
    while Instant::now() + stop < end {
        thread::sleep(pause(turn, every.saturating_sub(stop)));
        turn += 1;
        if kill(Pid::this(), SIGNAL).is_err() {
            break;
        }
        thread::sleep(stop);
    }
    thread::sleep(end.saturating_duration_since(Instant::now()));
}

/// From half to one and a half of the mean, spread evenly, so that the stops follow no rhythm of
/// the threads.
fn pause(turn: u32, mean: Duration) -> Duration {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    mean.mul_f64(0.5 + (f64::from(turn) * GOLDEN).fract())
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::raise;

    use super::*;

    #[test]
    fn pauses_differ_and_keep_their_mean() {
        let mean = Duration::from_millis(5);
        let pauses: Vec<_> = (0..1_000).map(|turn| pause(turn, mean)).collect();
        let average = pauses.iter().sum::<Duration>() / 1_000;
        assert!(average.abs_diff(mean) < Duration::from_micros(20), "{average:?}");
        assert!(pauses.iter().all(|&pause| pause >= mean / 2 && pause <= mean * 3 / 2));
    }

    #[test]
    fn a_thread_is_stopped_only_after_it_accepts() {
        let stop = Duration::from_millis(30);
        prepare(stop).unwrap();
        let before = stops();
        let start = Instant::now();
        raise(SIGNAL).unwrap();
        assert_eq!(stops(), before);
        accept();
        assert_eq!(stops(), before + 1);
        assert!(start.elapsed() >= stop);
    }
}
