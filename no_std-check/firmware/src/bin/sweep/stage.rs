//! The stage, where handlers find what they need.

use crate::operations::{SCRIPTS, Script, Swept};
use crate::waiting::Bell;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering::SeqCst};
use firmware::history::{CONTEXTS, Log};

pub(crate) static QUEUE: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());
pub(crate) static LOGS: [Log; CONTEXTS] = [Log::new(), Log::new(), Log::new()];
/// The scripts of both handlers: indices.
pub(crate) static HANDLERS: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

/// Where `main` is.
pub(crate) static PHASE: AtomicU32 = AtomicU32::new(BEFORE);
pub(crate) const BEFORE: u32 = 0;
pub(crate) const DURING: u32 = 1;
pub(crate) const AFTER: u32 = 2;
/// Where `main` was when the first interrupt came.
pub(crate) static CAME: AtomicU32 = AtomicU32::new(BEFORE);

/// The values of each context start with its own number.
pub(crate) const VALUES: [u32; CONTEXTS] = [1000, 2000, 3000];
/// Those that fill the queue before and after the operation.
pub(crate) const FILLING: u32 = 100;
/// That of a second future.
pub(crate) const SECOND_VALUE: u32 = 200;

/// Wakes the future that is interrupted, and the one behind it.
pub(crate) static BELLS: [Bell; 2] = [Bell::new(), Bell::new()];

/// The queue on the stage.
fn queue<Q>() -> &'static Q {
    // SAFETY: `Sweep::play` put a queue of this type there, which stays for ever.
    unsafe { &*QUEUE.load(SeqCst).cast::<Q>() }
}

fn script(level: usize) -> Script {
    SCRIPTS[HANDLERS[level].load(SeqCst)]
}

pub(crate) fn first<Q: Swept>() {
    CAME.store(PHASE.load(SeqCst), SeqCst);
    script(0).play(queue::<Q>(), VALUES[1], |call| LOGS[1].call(call));
}

pub(crate) fn second<Q: Swept>() {
    let progress = LOGS[1].progress();
    script(1).play(queue::<Q>(), VALUES[2], |call| LOGS[2].call_at(progress, call));
}
