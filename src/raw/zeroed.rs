//! Memory that is zero when it is new, and not touched before it is used.
//!
//! A new queue is all zeros. So one in a `static` takes no room in the program, and one on the heap is what the
//! allocator hands out as zeros: nothing is built on the stack and moved, and no page is touched.
//!
//! The types of models are not zeros (`ZEROS` is false): there everything is made by its `new`, which each function
//! here asks for.

use super::value::ValueCell;
use crate::sync::{Atomic, ClaimFlag, Word, ZEROS};
use core::mem::MaybeUninit;

#[cfg(any(feature = "alloc", test))]
pub(crate) use self::heap::*;

/// A part of a queue that is new when all its bytes are zero.
///
/// # Safety
/// If `ZEROS`, bytes that are all zero are a valid value, and no other than that of its `new`.
pub(crate) unsafe trait Zeroed {
    /// What must hold of the type, checked where one is made.
    const IS_SOUND: () = ();
}

// SAFETY: words are integers, and start at zero.
unsafe impl<W: Word> Zeroed for Atomic<W> {}
// SAFETY: a word.
unsafe impl<W: Word> Zeroed for ClaimFlag<W> {}
// SAFETY: there is no value in a new place, so all bytes are valid; what else is there has no size.
unsafe impl<T> Zeroed for ValueCell<T> {}

/// A new thing of zeros, by value; only where there are such things.
pub(crate) const fn zeroed<X: Zeroed>() -> X {
    let () = X::IS_SOUND;
    if !ZEROS {
        panic!("not zeros");
    }
    // SAFETY: zeros are a valid value.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// `N` things.
///
/// The compiler looks at each place of an array in a `static`, which takes it seconds for millions of them. Into a union
/// it does not look.
#[repr(transparent)]
pub(crate) struct Row<X, const N: usize>(MaybeUninit<[X; N]>);

// SAFETY: `N` things, each of which may be zeros.
unsafe impl<X: Zeroed, const N: usize> Zeroed for Row<X, N> {}

impl<X, const N: usize> Row<X, N> {
    pub(crate) const fn of(things: [X; N]) -> Self {
        Self(MaybeUninit::new(things))
    }

    #[inline]
    pub(crate) const fn as_slice(&self) -> &[X] {
        // SAFETY: initialised: made of things, or of zeros where zeros are things.
        unsafe { self.0.assume_init_ref() }
    }
}

impl<X, const N: usize> Drop for Row<X, N> {
    fn drop(&mut self) {
        // SAFETY: initialised, as above, and not used again.
        unsafe { self.0.assume_init_drop() };
    }
}

/// `N` things and `S` more behind them.
#[repr(C)]
pub(crate) struct Run<X, const N: usize, const S: usize> {
    first: Row<X, N>,
    spare: Row<X, S>,
}

// SAFETY: two rows, each of which may be zeros.
unsafe impl<X: Zeroed, const N: usize, const S: usize> Zeroed for Run<X, N, S> {}

impl<X, const N: usize, const S: usize> Run<X, N, S> {
    pub(crate) const fn of(first: [X; N], spare: [X; S]) -> Self {
        Self { first: Row::of(first), spare: Row::of(spare) }
    }

    #[inline]
    pub(crate) const fn as_slice(&self) -> &[X] {
        let first = core::ptr::from_ref(self).cast::<X>();
        // SAFETY: in `repr(C)` the second array follows the first without a gap, as both have the same
        // element type; the pointer is that of the whole struct, so it may reach all N + S things.
        unsafe { core::slice::from_raw_parts(first, N + S) }
    }
}

#[cfg(any(feature = "alloc", test))]
mod heap {
    use super::Zeroed;
    use crate::CapacityError;
    use crate::sync::ZEROS;
    use alloc::alloc::{Layout, alloc_zeroed, dealloc};
    use alloc::boxed::Box;
    use core::ops::Deref;
    use core::ptr::{NonNull, slice_from_raw_parts_mut, without_provenance_mut};

    /// A new thing in a box, which was never anywhere else.
    pub(crate) fn boxed<Q: Zeroed>(new: impl FnOnce() -> Q) -> Result<Box<Q>, CapacityError> {
        // SAFETY: what `boxed_with` hands over is zeros.
        let finish = |place| unsafe { make(place, new) };
        // SAFETY: `make` finishes it.
        unsafe { boxed_with(finish) }
    }

    /// A thing in a box, made of zeros by `finish`, which calls [`make`] for the parts that are [`Zeroed`] and writes the
    /// others.
    ///
    /// # Safety
    /// When `finish` returns, what its argument points to is initialised.
    pub(crate) unsafe fn boxed_with<Q>(finish: impl FnOnce(*mut Q)) -> Result<Box<Q>, CapacityError> {
        let place = zeros(Layout::new::<Q>()).ok_or(CapacityError::TooLarge)?.cast::<Q>();
        finish(place.as_ptr());
        // SAFETY: allocated by the global allocator with this layout, and initialised.
        Ok(unsafe { Box::from_raw(place.as_ptr()) })
    }

    /// Makes a new thing of zeros, where it lies.
    ///
    /// # Safety
    /// `place` may be written to, and its bytes are all zero.
    pub(crate) unsafe fn make<X: Zeroed>(place: *mut X, new: impl FnOnce() -> X) {
        let () = X::IS_SOUND;
        if !ZEROS {
            // SAFETY: as the caller promises.
            unsafe { write(place, new) };
        }
    }

    /// The same for a row of things: not a step where zeros are new things.
    ///
    /// # Safety
    /// As for [`make`], for each of them.
    pub(crate) unsafe fn make_each<X: Zeroed>(things: *mut [X], new: impl Fn() -> X) {
        let () = X::IS_SOUND;
        if !ZEROS {
            for index in 0..things.len() {
                // SAFETY: one of the things.
                let place = unsafe { things.cast::<X>().add(index) };
                // SAFETY: as the caller promises.
                unsafe { write(place, &new) };
            }
        }
    }

    /// Apart, so that no stack is set aside for it where it is not called.
    ///
    /// # Safety
    /// `place` may be written to.
    #[inline(never)]
    unsafe fn write<X>(place: *mut X, new: impl FnOnce() -> X) {
        // SAFETY: as the caller promises.
        unsafe { place.write(new()) };
    }

    /// Memory that is all zeros; `None` if there is none. Without a size, an address alone.
    fn zeros(layout: Layout) -> Option<NonNull<u8>> {
        if layout.size() == 0 {
            return NonNull::new(without_provenance_mut(layout.align()));
        }
        // SAFETY: the size is not zero.
        NonNull::new(unsafe { alloc_zeroed(layout) })
    }

    /// A box of things that are not touched before they are used, whatever their alignment.
    pub(crate) struct Owned<X: ?Sized> {
        things: NonNull<X>,
        /// Where the memory begins.
        start: NonNull<u8>,
    }

    // SAFETY: it owns what it points to, as a `Box` does.
    unsafe impl<X: ?Sized + Send> Send for Owned<X> {}
    // SAFETY: as above.
    unsafe impl<X: ?Sized + Sync> Sync for Owned<X> {}

    impl<X: ?Sized> Owned<X> {
        /// What `cast` takes zeros of this layout for, once `finish` has made it of them; `None` if there is no memory.
        ///
        /// # Safety
        /// What `cast` returns is where its argument is, has this layout, and is initialised when `finish` returns.
        pub(crate) unsafe fn new(
            layout: Layout,
            cast: impl FnOnce(*mut u8) -> *mut X,
            finish: impl FnOnce(*mut X),
        ) -> Option<Self> {
            let start = zeros(with_room_to_align(layout)?)?;
            // SAFETY: within the memory, which has room for it.
            let aligned = unsafe { start.add(start.align_offset(layout.align())) };
            let things = NonNull::new(cast(aligned.as_ptr()))?;
            finish(things.as_ptr());
            Some(Self { things, start })
        }
    }

    impl<X: Zeroed> Owned<[X]> {
        /// So many new things; `None` if there is no memory for them.
        pub(crate) fn slice(count: usize, new: impl Fn() -> X) -> Option<Self> {
            let layout = Layout::array::<X>(count).ok()?;
            let cast = |first: *mut u8| slice_from_raw_parts_mut(first.cast(), count);
            // SAFETY: what `new` hands over is zeros.
            let finish = |things| unsafe { make_each(things, new) };
            // SAFETY: a slice of this layout, all of which `make_each` finishes.
            unsafe { Self::new(layout, cast, finish) }
        }
    }

    /// The memory to ask for, to find this layout in it. If asked for more than the usual alignment, allocators clear what
    /// they hand out, and so touch it.
    fn with_room_to_align(layout: Layout) -> Option<Layout> {
        const USUAL: usize = 2 * size_of::<usize>();
        if layout.size() == 0 || layout.align() <= USUAL {
            return Some(layout);
        }
        Layout::from_size_align(layout.size().checked_add(layout.align() - USUAL)?, USUAL).ok()
    }

    impl<X: ?Sized> Deref for Owned<X> {
        type Target = X;

        #[inline]
        fn deref(&self) -> &X {
            // SAFETY: initialised, and owned for as long as it is borrowed.
            unsafe { self.things.as_ref() }
        }
    }

    impl<X: ?Sized> Drop for Owned<X> {
        fn drop(&mut self) {
            let layout = with_room_to_align(Layout::for_value::<X>(self)).filter(|layout| layout.size() > 0);
            // SAFETY: owned, and not used again.
            unsafe { self.things.drop_in_place() };
            if let Some(layout) = layout {
                // SAFETY: allocated with this layout, which follows from that of the things.
                unsafe { dealloc(self.start.as_ptr(), layout) };
            }
        }
    }
}
