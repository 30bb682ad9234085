//! Memory that is zero when it is new, and not touched before it is used.
//!
//! A new queue is all zeros. So one in a `static` takes no room in the program, and one on the heap
//! is memory that the allocator returns as zeros: nothing is built on the stack and moved, and no
//! page is touched.
//!
//! The types of models are not zeros (`ZEROS` is false): there each part is made by its `new`,
//! which every function here takes.

use super::value::ValueCell;
use crate::sync::{Atomic, ClaimFlag, Word, ZEROS};
use core::mem::MaybeUninit;

#[cfg(any(feature = "alloc", test))]
pub(crate) use self::heap::*;

/// A part of a queue that is new when all its bytes are zero.
///
/// # Safety
/// If `ZEROS`, bytes that are all zero are a valid value, the one that its `new` returns.
pub(crate) unsafe trait Zeroed {
    /// What must hold of the type, checked at compile time where one is made.
    const IS_SOUND: () = ();
}

// SAFETY: words are integers, and `new` returns zero.
unsafe impl<W: Word> Zeroed for Atomic<W> {}
// SAFETY: a word, and `new` returns zero.
unsafe impl<W: Word> Zeroed for ClaimFlag<W> {}
// SAFETY: a new cell holds no value, so all bytes are valid; its other part has no size if `ZEROS`.
unsafe impl<T> Zeroed for ValueCell<T> {}

/// Returns a new value of zeros. Only if `ZEROS`.
pub(crate) const fn zeroed<X: Zeroed>() -> X {
    let () = X::IS_SOUND;
    if !ZEROS {
        panic!("not zeros");
    }
    // SAFETY: zeros are a valid value, as the trait promises if `ZEROS`.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// `N` values.
///
/// The compiler visits each element of an array in a `static`, which takes seconds for millions of
/// them. It does not look into a union.
#[repr(transparent)]
pub(crate) struct Row<X, const N: usize>(MaybeUninit<[X; N]>);

// SAFETY: `N` values, each of which may be zeros.
unsafe impl<X: Zeroed, const N: usize> Zeroed for Row<X, N> {}

impl<X, const N: usize> Row<X, N> {
    pub(crate) const fn of(things: [X; N]) -> Self {
        Self(MaybeUninit::new(things))
    }

    #[inline]
    pub(crate) const fn as_slice(&self) -> &[X] {
        // SAFETY: initialised: by `of`, or as zeros, where those are valid values.
        unsafe { self.0.assume_init_ref() }
    }
}

impl<X, const N: usize> Drop for Row<X, N> {
    fn drop(&mut self) {
        // SAFETY: initialised, as above, and not used again.
        unsafe { self.0.assume_init_drop() };
    }
}

/// `N` values, followed by `S` more.
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
        // SAFETY: in `repr(C)` the second array follows the first without a gap, as both have the
        // same element type; the pointer is that of the whole struct, so it may reach all N + S
        // values.
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

    /// Returns a new value in a box, made in place.
    pub(crate) fn boxed<Q: Zeroed>(new: impl FnOnce() -> Q) -> Result<Box<Q>, CapacityError> {
        // SAFETY: what `boxed_with` passes may be written to, and is zeros.
        let finish = |place| unsafe { make(place, new) };
        // SAFETY: `make` initialises it.
        unsafe { boxed_with(finish) }
    }

    /// Returns a value in a box, made of zeros by `finish`, which calls [`make`] for the parts that
    /// are [`Zeroed`] and writes the others.
    ///
    /// # Safety
    /// When `finish` returns, what its argument points to is initialised.
    pub(crate) unsafe fn boxed_with<Q>(finish: impl FnOnce(*mut Q)) -> Result<Box<Q>, CapacityError> {
        let place = zeros(Layout::new::<Q>()).ok_or(CapacityError::TooLarge)?.cast::<Q>();
        finish(place.as_ptr());
        // SAFETY: allocated by the global allocator with this layout, and initialised.
        Ok(unsafe { Box::from_raw(place.as_ptr()) })
    }

    /// Makes a new value of zeros, in place.
    ///
    /// # Safety
    /// `place` may be written to, and its bytes are all zero.
    pub(crate) unsafe fn make<X: Zeroed>(place: *mut X, new: impl FnOnce() -> X) {
        let () = X::IS_SOUND;
        if !ZEROS {
            // SAFETY: it may be written to, as the caller promises.
            unsafe { write(place, new) };
        }
    }

    /// The same for each value of a slice: not a single step if `ZEROS`.
    ///
    /// # Safety
    /// As for [`make`], for each of them.
    pub(crate) unsafe fn make_each<X: Zeroed>(values: *mut [X], new: impl Fn() -> X) {
        let () = X::IS_SOUND;
        if !ZEROS {
            for index in 0..values.len() {
                // SAFETY: the index is within the slice.
                let place = unsafe { values.cast::<X>().add(index) };
                // SAFETY: it may be written to, as the caller promises of each.
                unsafe { write(place, &new) };
            }
        }
    }

    /// Not inlined, so that a caller reserves no stack for it where it is not called.
    ///
    /// # Safety
    /// `place` may be written to.
    #[inline(never)]
    unsafe fn write<X>(place: *mut X, new: impl FnOnce() -> X) {
        // SAFETY: it may be written to, as the caller promises.
        unsafe { place.write(new()) };
    }

    /// Returns memory that is all zeros, or `None` if there is none. Without a size, returns an
    /// address only.
    fn zeros(layout: Layout) -> Option<NonNull<u8>> {
        if layout.size() == 0 {
            return NonNull::new(without_provenance_mut(layout.align()));
        }
        // SAFETY: the size is not zero.
        NonNull::new(unsafe { alloc_zeroed(layout) })
    }

    /// A box whose content is not touched before it is used, whatever its alignment.
    pub(crate) struct ZeroedBox<X: ?Sized> {
        content: NonNull<X>,
        /// Where the memory begins.
        start: NonNull<u8>,
    }

    // SAFETY: it owns what it points to, as a `Box` does.
    unsafe impl<X: ?Sized + Send> Send for ZeroedBox<X> {}
    // SAFETY: as above.
    unsafe impl<X: ?Sized + Sync> Sync for ZeroedBox<X> {}

    impl<X: ?Sized> ZeroedBox<X> {
        /// Allocates zeros of this layout, casts their address with `cast`, and initialises them
        /// with `finish`. Returns `None` if there is no memory.
        ///
        /// # Safety
        /// `cast` returns the address that it is passed, of a value of this layout, which is
        /// initialised when `finish` returns.
        pub(crate) unsafe fn new(
            layout: Layout,
            cast: impl FnOnce(*mut u8) -> *mut X,
            finish: impl FnOnce(*mut X),
        ) -> Option<Self> {
            let start = zeros(with_room_to_align(layout)?)?;
            // SAFETY: within the memory, which has room for it.
            let aligned = unsafe { start.add(start.align_offset(layout.align())) };
            let content = NonNull::new(cast(aligned.as_ptr()))?;
            finish(content.as_ptr());
            Some(Self { content, start })
        }
    }

    impl<X: Zeroed> ZeroedBox<[X]> {
        /// Returns `count` new values, or `None` if there is no memory for them.
        pub(crate) fn slice(count: usize, new: impl Fn() -> X) -> Option<Self> {
            let layout = Layout::array::<X>(count).ok()?;
            let cast = |first: *mut u8| slice_from_raw_parts_mut(first.cast(), count);
            // SAFETY: what `new` passes may be written to, and is zeros.
            let finish = |values| unsafe { make_each(values, new) };
            // SAFETY: a slice of this layout at the same address, all of which `make_each`
            // initialises.
            unsafe { Self::new(layout, cast, finish) }
        }
    }

    /// The layout to allocate, so that `layout` fits into it. Allocators that are asked for more
    /// than the usual alignment clear the memory, and so touch it.
    fn with_room_to_align(layout: Layout) -> Option<Layout> {
        const USUAL: usize = 2 * size_of::<usize>();
        if layout.size() == 0 || layout.align() <= USUAL {
            return Some(layout);
        }
        Layout::from_size_align(layout.size().checked_add(layout.align() - USUAL)?, USUAL).ok()
    }

    impl<X: ?Sized> Deref for ZeroedBox<X> {
        type Target = X;

        #[inline]
        fn deref(&self) -> &X {
            // SAFETY: initialised, and owned for as long as it is borrowed.
            unsafe { self.content.as_ref() }
        }
    }

    impl<X: ?Sized> Drop for ZeroedBox<X> {
        fn drop(&mut self) {
            let layout = with_room_to_align(Layout::for_value::<X>(self)).filter(|layout| layout.size() > 0);
            // SAFETY: owned, and not used again.
            unsafe { self.content.drop_in_place() };
            if let Some(layout) = layout {
                // SAFETY: allocated with this layout, which follows from that of the content.
                unsafe { dealloc(self.start.as_ptr(), layout) };
            }
        }
    }
}
