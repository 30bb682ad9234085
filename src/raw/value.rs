//! What queues are made of: the places of values.

use crate::sync::{Track, const_fn};
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;

/// The place of one value. Who may touch it is decided by the algorithm around it.
///
/// Outside loom a `ValueCell<T>` is laid out as a `T`, so that a run of places can be lent as a slice.
#[repr(C)]
pub(crate) struct ValueCell<T> {
    value: UnsafeCell<MaybeUninit<T>>,
    track: Track,
}

// SAFETY: a place is shared so that values can move between threads through it, which `T: Send` allows;
// the rings never lend one value to two threads at once, so `T: Sync` is not needed.
unsafe impl<T: Send> Sync for ValueCell<T> {}

impl<T> ValueCell<T> {
    const_fn! {
        // Zeros rather than uninitialised bytes, so that a queue in a `static` lies in `.bss`.
        pub(crate) fn new() -> Self {
            Self { value: UnsafeCell::new(MaybeUninit::zeroed()), track: Track::new() }
        }
    }

    /// Makes a new place, where it lies: no more than what a model keeps beside the value.
    ///
    /// # Safety
    /// `place` may be written to.
    #[cfg(all(feature = "alloc", feature = "async", target_has_atomic = "ptr"))]
    pub(crate) unsafe fn make(place: *mut Self) {
        // SAFETY: as the caller promises.
        let track = unsafe { &raw mut (*place).track };
        // SAFETY: as above. Any bytes are a place without a value.
        unsafe { track.write(Track::new()) };
    }

    /// Moves `value` in, over whatever is there.
    ///
    /// # Safety
    /// The caller is the only one who has access to the place.
    #[inline]
    pub(crate) unsafe fn write(&self, value: T) {
        self.track.on_write();
        // SAFETY: nobody else has access (see above), and the pointer comes from a live reference.
        unsafe { self.value.get().write(MaybeUninit::new(value)) }
    }

    /// Moves the value out.
    ///
    /// # Safety
    /// The caller is the only one who has access to the place, and a value was written to it and not
    /// moved out since.
    #[inline]
    pub(crate) unsafe fn read(&self) -> T {
        self.track.on_read();
        // SAFETY: nobody else has access, and the pointer comes from a live reference.
        let value = unsafe { self.value.get().read() };
        // SAFETY: a value is there (see above), and the caller will not take it again.
        unsafe { value.assume_init() }
    }

    /// Drops the value where it lies.
    ///
    /// # Safety
    /// As for [`read`](Self::read).
    #[cfg(feature = "async")]
    pub(crate) unsafe fn drop_in_place(&self) {
        // SAFETY: the caller is the only one with access, and there is a value.
        unsafe { self.as_ptr().cast::<T>().drop_in_place() };
    }

    /// The address of the value, for an access that lasts.
    #[inline]
    pub(crate) fn as_ptr(&self) -> *mut MaybeUninit<T> {
        self.track.on_write();
        self.value.get()
    }

    /// The address of the values in a run of places.
    #[inline]
    pub(crate) fn values(run: &[Self]) -> *mut [T] {
        const {
            assert!(size_of::<Self>() == size_of::<T>(), "loom's places are no slice: use them one by one");
        }
        let first = run.as_ptr().cast::<UnsafeCell<MaybeUninit<T>>>();
        core::ptr::slice_from_raw_parts_mut(UnsafeCell::raw_get(first).cast(), run.len())
    }
}

impl<T> core::panic::UnwindSafe for ValueCell<T> {}
impl<T> core::panic::RefUnwindSafe for ValueCell<T> {}

/// Drops every value whose place `next` yields, where it lies, even if one of them panics.
///
/// # Safety
/// In each place there is a value, which nothing else has access to and nothing uses again.
pub(crate) unsafe fn drop_each<T>(next: impl FnMut() -> Option<*mut MaybeUninit<T>>) {
    struct Rest<T, F: FnMut() -> Option<*mut MaybeUninit<T>>>(F);

    impl<T, F: FnMut() -> Option<*mut MaybeUninit<T>>> Rest<T, F> {
        fn drop_each(&mut self) {
            while let Some(place) = (self.0)() {
                // SAFETY: as the caller promises.
                unsafe { place.cast::<T>().drop_in_place() };
            }
        }
    }

    impl<T, F: FnMut() -> Option<*mut MaybeUninit<T>>> Drop for Rest<T, F> {
        fn drop(&mut self) {
            // Goes on where a panic ended the first pass.
            self.drop_each();
        }
    }

    if core::mem::needs_drop::<T>() {
        Rest(next).drop_each();
    }
}
