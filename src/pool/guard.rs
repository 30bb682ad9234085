//! A taken object, which returns to its pool when its guard is dropped.

use super::{NoWaiters, Notify, Ref};
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

/// An object that was taken from a pool, and returns to it when this guard is dropped, on any
/// thread, in any task or interrupt handler.
///
/// The type names neither the capacity nor the storage of the pool, so guards of one type of object
/// go through one channel. The object does not move when its guard does: its address is valid for a
/// DMA transfer while the guard is alive.
///
/// **Dropping** it is lock-free, never panics by itself, and cannot fail: one atomic
/// read-modify-write if no other operation runs at the same moment. The objects of a
/// [`WaitPool`](super#waiting) wake a waiter, whose waker may panic; the object has been returned
/// then.
///
/// A guard that is leaked ([`core::mem::forget`]) keeps its object out of the pool for good; it is
/// dropped with the pool.
///
/// **Memory**: four words.
///
/// ```
/// use ringway::mpmc::Queue;
/// use ringway::pool::{Guard, Pool};
///
/// static FRAMES: Pool<[u8; 1514], 4> = Pool::new([[0; 1514]; 4]);
/// static RECEIVED: Queue<Guard<'static, [u8; 1514]>, 4> = Queue::new();
///
/// let mut frame = FRAMES.take().unwrap();
/// frame[0] = 7;
/// RECEIVED.push(frame).unwrap(); // moves the guard, not the frame
/// std::thread::spawn(|| assert_eq!(RECEIVED.pop().unwrap()[0], 7)).join().unwrap();
/// assert_eq!(FRAMES.len(), 4);
/// ```
#[must_use = "a guard that is dropped returns its object to the pool"]
pub struct Guard<'a, T, W: Notify = NoWaiters> {
    pool: Ref<'a, T, W>,
    /// The object that this guard alone has access to, until it is dropped.
    index: usize,
    /// Shared, a guard lends `&T`, so it is `Sync` only if `T` is.
    _object: PhantomData<&'a mut T>,
}

impl<'a, T, W: Notify> Guard<'a, T, W> {
    /// # Safety
    /// The index was taken from the pool, and the caller gives it up.
    #[inline]
    pub(super) unsafe fn new(pool: Ref<'a, T, W>, index: usize) -> Self {
        Self { pool, index, _object: PhantomData }
    }
}

impl<T, W: Notify> Deref for Guard<'_, T, W> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the index was taken from this pool.
        let object = unsafe { self.pool.object(self.index) };
        // SAFETY: only this guard has access to the object, and it is borrowed.
        unsafe { &*object.as_ptr() }
    }
}

impl<T, W: Notify> DerefMut for Guard<'_, T, W> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the index was taken from this pool.
        let object = unsafe { self.pool.object(self.index) };
        // SAFETY: only this guard has access to the object, and it is borrowed exclusively.
        unsafe { &mut *object.as_mut_ptr() }
    }
}

impl<T, W: Notify> Drop for Guard<'_, T, W> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the index was taken from this pool, and is not used again.
        unsafe { self.pool.put(self.index) };
    }
}

impl<T: fmt::Debug, W: Notify> fmt::Debug for Guard<'_, T, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(feature = "defmt")]
impl<T: defmt::Format, W: Notify> defmt::Format for Guard<'_, T, W> {
    fn format(&self, f: defmt::Formatter<'_>) {
        (**self).format(f);
    }
}
