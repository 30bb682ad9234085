//! What an empty queue adds to the memory that a process uses. A program of its own, as others
//! would disturb it.
#![cfg(all(feature = "alloc", target_os = "linux"))]

use ringway::{mpmc, spsc};
use std::fs;

/// The pages that the process uses, in MiB.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split_whitespace().nth(1).unwrap().parse().unwrap();
    // SAFETY: it only answers.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    (pages * usize::try_from(page).unwrap()) >> 20
}

fn added_by<Q>(new: impl FnOnce() -> Q) -> usize {
    let before = resident();
    let queue = new();
    let added = resident().saturating_sub(before);
    drop(queue);
    added
}

type Page = [u8; 4096];

/// A value for which no allocator hands out memory that it did not clear.
#[repr(align(128))]
struct Aligned(#[expect(dead_code, reason = "only its size matters")] Page);

/// A quarter of a GiB of values.
#[test]
fn an_empty_queue_touches_none_of_its_places() {
    for added in [
        added_by(|| mpmc::BoxedQueue::<Page>::new(65_536).unwrap()),
        added_by(|| mpmc::BoxedQueue::<Aligned>::new(65_536).unwrap()),
        added_by(|| spsc::BoxedQueue::<Page>::new(65_536).unwrap()),
        added_by(|| spsc::BoxedQueue::<Aligned>::new(65_536).unwrap()),
        added_by(|| spsc::BoxedQueue::<Page>::new(65_536).unwrap().into_split()),
        added_by(|| mpmc::BoxedQueue::<u64>::new(16 << 20).unwrap()),
    ] {
        assert!(added < 32, "{added} MiB more");
    }
}
