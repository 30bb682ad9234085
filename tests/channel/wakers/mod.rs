//! Wakers that do what they should not: use the channel that they are called from, drop its last
//! handle, panic.

mod last_handle;
mod panics;
mod same_channel;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What is done to a waker.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Clone,
    Wake,
    Drop,
}

type Hook = dyn Fn(Deed) + Send + Sync;

/// A waker that calls `hook` whenever something is done to it.
fn hooked(hook: impl Fn(Deed) + Send + Sync + 'static) -> Waker {
    let hook: Arc<Box<Hook>> = Arc::new(Box::new(hook));
    // SAFETY: the functions below keep the contract, with the count of the `Arc`.
    unsafe { Waker::from_raw(raw(hook)) }
}

fn raw(hook: Arc<Box<Hook>>) -> RawWaker {
    static FUNCTIONS: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_hook);
    RawWaker::new(Arc::into_raw(hook).cast(), &FUNCTIONS)
}

/// # Safety
/// `data` is that of a waker, whose count the result takes over.
unsafe fn owned(data: *const ()) -> Arc<Box<Hook>> {
    // SAFETY: made from an `Arc` in `raw`.
    unsafe { Arc::from_raw(data.cast()) }
}

/// # Safety
/// `data` is that of a waker, which keeps its count.
unsafe fn borrowed(data: *const ()) -> Arc<Box<Hook>> {
    // SAFETY: as the caller promises.
    let hook = std::mem::ManuallyDrop::new(unsafe { owned(data) });
    Arc::clone(&hook)
}

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: called with the data of a waker.
    let hook = unsafe { borrowed(data) };
    hook(Deed::Clone);
    raw(hook)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: called with the data of a waker, which ends here.
    let hook = unsafe { owned(data) };
    hook(Deed::Wake);
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: called with the data of a waker.
    let hook = unsafe { borrowed(data) };
    hook(Deed::Wake);
}

unsafe fn drop_hook(data: *const ()) {
    // SAFETY: called with the data of a waker, which ends here.
    let hook = unsafe { owned(data) };
    hook(Deed::Drop);
}
struct DropNoted(Arc<AtomicU64>);

impl Drop for DropNoted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
