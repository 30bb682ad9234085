//! The cell of one value.

use crate::sync::{Track, const_fn};
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;

/// The cell of one value. The algorithm around it decides which operation has access.
///
/// Outside loom a `ValueCell<T>` is laid out as a `T`, so that a run of cells can be lent as a
/// slice.
#[repr(C)]
pub(crate) struct ValueCell<T> {
    value: UnsafeCell<MaybeUninit<T>>,
    track: Track,
}

// SAFETY: a cell is shared so that values can move between threads through it, which `T: Send`
// allows; the algorithms never lend one value to two threads at once, so `T: Sync` is not needed.
unsafe impl<T: Send> Sync for ValueCell<T> {}

impl<T> ValueCell<T> {
    const_fn! {
        // Zeros rather than uninitialised bytes, so that a queue in a `static` is placed in `.bss`.
        pub(crate) fn new() -> Self {
            Self { value: UnsafeCell::new(MaybeUninit::zeroed()), track: Track::new() }
        }
    }

    /// Makes a new cell in place: writes only what a model keeps beside the value.
    ///
    /// # Safety
    /// `place` may be written to.
    #[cfg(all(feature = "alloc", feature = "async", target_has_atomic = "ptr"))]
    pub(crate) unsafe fn make(place: *mut Self) {
        // SAFETY: a part of the cell, which may be written to.
        let track = unsafe { &raw mut (*place).track };
        // SAFETY: it may be written to. Any bytes are a cell without a value.
        unsafe { track.write(Track::new()) };
    }

    /// Writes `value`, without dropping what is there.
    ///
    /// # Safety
    /// Nothing else has access to the cell.
    #[inline]
    pub(crate) unsafe fn write(&self, value: T) {
        self.track.on_write();
        // SAFETY: nothing else has access, and the pointer comes from a live reference.
        unsafe { self.value.get().write(MaybeUninit::new(value)) }
    }

    /// Moves the value out.
    ///
    /// # Safety
    /// Nothing else has access to the cell, and a value was written to it and not moved out since.
    #[inline]
    pub(crate) unsafe fn read(&self) -> T {
        self.track.on_read();
        // SAFETY: nothing else has access, and the pointer comes from a live reference.
        let value = unsafe { self.value.get().read() };
        // SAFETY: a value was written and not moved out, and from now on it counts as moved out.
        unsafe { value.assume_init() }
    }

    /// Drops the value in place.
    ///
    /// # Safety
    /// As for [`read`](Self::read).
    #[cfg(feature = "async")]
    pub(crate) unsafe fn drop_in_place(&self) {
        // SAFETY: nothing else has access, and there is a value.
        unsafe { self.as_ptr().cast::<T>().drop_in_place() };
    }

    /// The address of the value, for an access that lasts.
    #[inline]
    pub(crate) fn as_ptr(&self) -> *mut MaybeUninit<T> {
        self.track.on_write();
        self.value.get()
    }

    /// The address of the values in a run of cells.
    #[inline]
    pub(crate) fn values(run: &[Self]) -> *mut [T] {
        const {
            assert!(
                size_of::<Self>() == size_of::<T>(),
                "under loom a `ValueCell` is larger than its value: access cells one by one"
            );
        }
        let first = run.as_ptr().cast::<UnsafeCell<MaybeUninit<T>>>();
        core::ptr::slice_from_raw_parts_mut(UnsafeCell::raw_get(first).cast(), run.len())
    }
}

impl<T> core::panic::UnwindSafe for ValueCell<T> {}
impl<T> core::panic::RefUnwindSafe for ValueCell<T> {}

/// Drops in place every value whose address `next` returns, even if one of them panics.
///
/// # Safety
/// At each address there is a value, which nothing else has access to and nothing uses again.
pub(crate) unsafe fn drop_each<T>(next: impl FnMut() -> Option<*mut MaybeUninit<T>>) {
    struct DropRemaining<T, F: FnMut() -> Option<*mut MaybeUninit<T>>>(F);

    impl<T, F: FnMut() -> Option<*mut MaybeUninit<T>>> DropRemaining<T, F> {
        fn drop_each(&mut self) {
            while let Some(place) = (self.0)() {
                // SAFETY: there is a value, which nothing uses again, as the caller promises.
                unsafe { place.cast::<T>().drop_in_place() };
            }
        }
    }

    impl<T, F: FnMut() -> Option<*mut MaybeUninit<T>>> Drop for DropRemaining<T, F> {
        fn drop(&mut self) {
            // Continues where a panic ended the first pass.
            self.drop_each();
        }
    }

    if core::mem::needs_drop::<T>() {
        DropRemaining(next).drop_each();
    }
}
