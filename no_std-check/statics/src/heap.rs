//! An allocator with a name that the checks look for.

use core::alloc::{GlobalAlloc, Layout};

struct Nothing;

#[global_allocator]
static HEAP: Nothing = Nothing;

#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn allocator_reached(size: usize) -> *mut u8 {
    core::hint::black_box(core::ptr::without_provenance_mut(size))
}

// SAFETY: the image never runs.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        allocator_reached(layout.size())
    }

    unsafe fn dealloc(&self, _block: *mut u8, layout: Layout) {
        allocator_reached(layout.size());
    }
}
