//! Knows where a queue under test lives: an allocator that remembers what it gave out.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A run of bytes.
#[derive(Clone, Copy)]
pub(crate) struct Region {
    pub(crate) start: *mut u8,
    pub(crate) len: usize,
}

const MAX_REGIONS: usize = 8;

struct Recorder {
    is_on: AtomicBool,
    len: AtomicUsize,
    regions: UnsafeCell<[Region; MAX_REGIONS]>,
}

// SAFETY: this program has one thread.
unsafe impl Sync for Recorder {}

static RECORDER: Recorder = Recorder {
    is_on: AtomicBool::new(false),
    len: AtomicUsize::new(0),
    regions: UnsafeCell::new([Region { start: std::ptr::null_mut(), len: 0 }; MAX_REGIONS]),
};

struct RecordingAllocator;

#[global_allocator]
static ALLOCATOR: RecordingAllocator = RecordingAllocator;

// SAFETY: every request goes to the system's allocator as it is.
unsafe impl GlobalAlloc for RecordingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of this function, which is the same.
        let start = unsafe { System.alloc(layout) };
        RECORDER.note(Region { start, len: layout.size() });
        start
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(start, layout) }
    }
}

impl Recorder {
    fn note(&self, region: Region) {
        if self.is_on.load(Ordering::Relaxed) {
            let index = self.len.fetch_add(1, Ordering::Relaxed);
            assert!(index < MAX_REGIONS, "a queue of more than {MAX_REGIONS} allocations");
            // SAFETY: one thread, and no other access while the recorder is on.
            let regions = unsafe { &mut *self.regions.get() };
            regions[index] = region;
        }
    }
}

/// Whatever `make` builds, and all memory that was allocated for it.
///
/// A vector that grew and moved would leave a stale region behind; the queues under test allocate
/// once.
pub(crate) fn record<T>(make: impl FnOnce() -> T) -> (T, Vec<Region>) {
    RECORDER.len.store(0, Ordering::Relaxed);
    RECORDER.is_on.store(true, Ordering::Relaxed);
    let made = make();
    RECORDER.is_on.store(false, Ordering::Relaxed);
    // SAFETY: one thread, and the recorder is off.
    let regions = unsafe { &*RECORDER.regions.get() };
    (made, regions[..RECORDER.len.load(Ordering::Relaxed)].to_vec())
}
