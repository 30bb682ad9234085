//! The platform: the only place that knows loom, shuttle and portable-atomic, and that tunes for a
//! target. No algorithm above has a `cfg` on any of them.

pub(crate) use core::sync::atomic::Ordering;

// The flags `--cfg loom` and `--cfg shuttle` belong to the user, so they change nothing by
// themselves: without the feature of the same name, models of the user see this crate as programs
// do. Only these lines depend on them.
#[cfg(not(all(loom, feature = "loom")))]
mod constant;
#[cfg(not(any(all(loom, feature = "loom"), all(shuttle, feature = "shuttle"))))]
#[path = "native.rs"]
mod platform;
#[cfg(all(loom, feature = "loom"))]
#[path = "loom.rs"]
mod platform;
#[cfg(all(shuttle, feature = "shuttle", not(all(loom, feature = "loom"))))]
#[path = "shuttle.rs"]
mod platform;

mod atomic;
mod claim;
#[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
mod no_cas;
mod once;
mod prefetch;
#[cfg(feature = "alloc")]
mod spares;
mod spin_once;
// The profile, chosen here and nowhere else. `--cfg ringway_caches="yes"` or `"no"` overrides the
// choice.
#[cfg_attr(
    not(all(not(ringway_caches = "yes"), any(ringway_caches = "no", target_os = "none"))),
    path = "cached.rs"
)]
#[cfg_attr(
    all(not(ringway_caches = "yes"), any(ringway_caches = "no", target_os = "none")),
    path = "compact.rs"
)]
mod profile;
#[cfg(feature = "async")]
mod tally;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(crate) use self::platform::Arc;
#[cfg(all(feature = "async", feature = "std"))]
pub(crate) use self::platform::Mutex;
#[cfg(all(feature = "alloc", feature = "async", target_has_atomic = "ptr"))]
pub(crate) use self::platform::shared_with;
use self::platform::{IS_MODEL, primitive};
pub(crate) use self::platform::{Track, array, const_fn};
#[cfg(feature = "async")]
pub(crate) use self::tally::Tally;

#[cfg(feature = "metrics")]
pub(crate) use self::atomic::Count;
pub(crate) use self::atomic::{Atomic, Word, fence};
pub(crate) use self::claim::ClaimFlag;
pub(crate) use self::once::SetOnce;
pub(crate) use self::prefetch::{LINE_BYTES, prefetch_for_write};
#[cfg(feature = "async")]
pub(crate) use self::profile::POLL_BACKOFF;
pub(crate) use self::profile::{
    CACHES, FULL_RETRIES, FlagWord, Heuristic, PREFETCH_BYTES, Padded, PeerWord, fast_path, ring_memory,
};
#[cfg(feature = "alloc")]
pub(crate) use self::spares::{LEAST_SPARES, default_spares};
pub(crate) use self::spin_once::{Patience, SpinOncePerPosition};

/// How many spin-loop hints precede each retry of a push to a full queue. Chosen by measurement:
/// with fewer, a push continues as soon as one value is taken, and the two ends exchange cache
/// lines for every value.
pub(crate) const SPINS_PER_RETRY: usize = 8;

/// Whether a task that never waits yields from time to time. In a model this would add schedules
/// but no new outcome.
#[cfg(feature = "async")]
pub(crate) const YIELDS: bool = !IS_MODEL;

/// Whether a new queue is all zeros: not in models, whose atomics are not plain words.
pub(crate) const ZEROS: bool = !IS_MODEL;

/// Whether all users of the queues run on one core.
pub(crate) const IS_SINGLE_CORE: bool = cfg!(ringway_single_core);

/// Whether a load or store can use a negative offset at no cost, where other cores need one more
/// instruction: Cortex-M3 and up. (True for the Cortex-M23 as well, although it has none.)
pub(crate) const HAS_NEGATIVE_OFFSETS: bool = cfg!(all(target_arch = "arm", target_has_atomic = "ptr"));

/// Executes `times` spin-loop hints.
#[cold]
#[inline(never)]
pub(crate) fn pause(times: usize) {
    (0..times).for_each(|_| core::hint::spin_loop());
}
