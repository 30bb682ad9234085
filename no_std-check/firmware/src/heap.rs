//! A heap that only grows and counts: the queues under test live on it, so what it hands out is
//! their RAM.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const SIZE: usize = 6 * 1024;

#[repr(align(8))]
struct Heap {
    memory: UnsafeCell<[u8; SIZE]>,
    top: AtomicUsize,
    handed_out: AtomicUsize,
}

// SAFETY: only `main` allocates, never an interrupt handler nor a second core.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap =
    Heap { memory: UnsafeCell::new([0; SIZE]), top: AtomicUsize::new(0), handed_out: AtomicUsize::new(0) };

/// The number of bytes handed out so far, without what was lost to alignment.
pub fn handed_out() -> usize {
    HEAP.handed_out.load(Relaxed)
}

// SAFETY: blocks are cut off one after the other and never given back, so they do not overlap.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = self.top.load(Relaxed).next_multiple_of(layout.align());
        let end = start + layout.size();
        if end > SIZE {
            return core::ptr::null_mut();
        }
        self.top.store(end, Relaxed);
        self.handed_out.store(handed_out() + layout.size(), Relaxed);
        // SAFETY: `start` is inside the memory.
        unsafe { self.memory.get().cast::<u8>().add(start) }
    }

    unsafe fn dealloc(&self, _block: *mut u8, _layout: Layout) {}
}
