//! The platform: the only place that knows loom, shuttle, portable-atomic or the target.
//!
//! Everything above uses [`Atomic`], [`Track`], [`Padded`], [`CachedIndex`], [`SetOnce`] and the orderings in
//! [`crate::ordering`], and nothing above has a `cfg` in an algorithm.

pub(crate) use core::sync::atomic::Ordering;

// The flags `--cfg loom` and `--cfg shuttle` belong to the user, and so change nothing by themselves: without the
// feature of the same name, the user's models use this crate as it is in programs. These are the only lines that ask.
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
mod spin_once;
// The profile. `--cfg ringway_caches="yes"` or `"no"` overrides the choice, and nothing else decides it.
#[cfg_attr(
    any(ringway_caches = "yes", not(any(ringway_caches = "no", target_os = "none"))),
    path = "cached.rs"
)]
#[cfg_attr(
    not(any(ringway_caches = "yes", not(any(ringway_caches = "no", target_os = "none")))),
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
pub(crate) use self::profile::{CACHES, CachedIndex, Heuristic, Padded, fast_path, ring_memory};
pub(crate) use self::spin_once::SpinOncePerPosition;

/// How often a push that finds the queue full looks again for room before it says so.
///
/// Looking again pays only where another core can make room meanwhile. Under loom and shuttle a bounded spin
/// multiplies the schedules without adding one that differs.
pub(crate) const FULL_RETRIES: usize = if IS_MODEL || cfg!(target_os = "none") { 0 } else { 3 };

/// How many pauses of the processor come before each of these looks. Chosen by measurement: with fewer, a push goes on
/// as soon as one value is taken, and the two ends exchange lines for every value.
pub(crate) const SPINS_PER_RETRY: usize = 8;

/// When a task that waits looks again before it sleeps: after pauses that double, from the first power of two to the
/// last, some microseconds in all. Shorter pauses make the next sleep no rarer. As with [`FULL_RETRIES`], only where
/// another core can change something meanwhile.
#[cfg(feature = "async")]
pub(crate) const POLL_BACKOFF: core::ops::Range<u32> =
    if !CACHES || IS_MODEL || cfg!(target_os = "none") { 0..0 } else { 2..8 };

/// Whether a task that never waits yields now and then. In a model it would add schedules, and none that differs.
#[cfg(feature = "async")]
pub(crate) const YIELDS: bool = !IS_MODEL;

/// Whether a new queue is all zeros: not if its words are those of models.
pub(crate) const ZEROS: bool = !IS_MODEL;

/// Whether all that uses the queues runs on one core.
pub(crate) const IS_SINGLE_CORE: bool = cfg!(ringway_single_core);

/// Cores that reach in front of a pointer for nothing, where others need an instruction more: Cortex-M3 and up. (The
/// Cortex-M23 is counted among them, and is not one.)
pub(crate) const HAS_NEGATIVE_OFFSETS: bool = cfg!(all(target_arch = "arm", target_has_atomic = "ptr"));

/// Cores that rotate a word in one instruction or in none, where others need three.
pub(crate) const HAS_CHEAP_ROTATE: bool =
    HAS_NEGATIVE_OFFSETS || cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));

/// Does nothing for some time, in the way that disturbs other cores least.
#[cold]
#[inline(never)]
pub(crate) fn pause(times: usize) {
    (0..times).for_each(|_| core::hint::spin_loop());
}
