//! Atomic words of every width, fences and counters.

#[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
use super::no_cas::NoCas;
use super::platform::{IS_LOOM, Primitive, read_alone, sequential, zero};
use super::{IS_SINGLE_CORE, Ordering, const_fn, primitive};

/// The machine word that holds a position.
///
/// Arithmetic is done on `usize` and truncated to the word, so the same code runs on words of 8, 16
/// and 32 bits, on which a test reaches the wrap-around.
pub(crate) trait Word: Copy + Eq + core::fmt::Debug + 'static {
    /// The atomic that holds this word.
    type Primitive: Primitive;
    /// Whether this target can swap and compare-and-swap the word.
    const HAS_CAS: bool;
    /// The number of bits in the word.
    const BITS: u32;

    fn truncate_from(wide: usize) -> Self;
    fn to_usize(self) -> usize;
    fn load(atomic: &Self::Primitive, order: Ordering) -> Self;
    /// # Safety
    /// No other thread writes the word at the same time.
    unsafe fn read(atomic: &Self::Primitive) -> Self;
    fn store(atomic: &Self::Primitive, value: Self, order: Ordering);
    fn swap(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self;
    #[allow(dead_code, reason = "only the compact profile claims with it")]
    fn fetch_or(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self;
    /// May fail spuriously if `WEAK`.
    fn compare_exchange<const WEAK: bool>(
        atomic: &Self::Primitive,
        current: Self,
        new: Self,
        success: Ordering,
        failure: Ordering,
    ) -> Result<Self, Self>;
    #[allow(dead_code, reason = "only the features `async` and `metrics` count")]
    fn fetch_add(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self;
    #[allow(dead_code, reason = "only the feature `metrics` counts")]
    fn fetch_max(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self;
}

macro_rules! impl_word {
    ($word:ident, $atomic:ident, $width:literal) => {
        impl Word for $word {
            type Primitive = primitive::$atomic;
            const HAS_CAS: bool = cfg!(any(target_has_atomic = $width, feature = "portable-atomic"));
            const BITS: u32 = $word::BITS;

            #[inline]
            fn truncate_from(wide: usize) -> Self {
                wide as $word
            }
            #[inline]
            fn to_usize(self) -> usize {
                self as usize
            }
            #[inline]
            fn load(atomic: &Self::Primitive, order: Ordering) -> Self {
                atomic.load(order)
            }
            #[inline]
            unsafe fn read(atomic: &Self::Primitive) -> Self {
                read_alone!(atomic)
            }
            #[inline]
            fn store(atomic: &Self::Primitive, value: Self, order: Ordering) {
                atomic.store(value, order)
            }
            #[inline]
            fn swap(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                atomic.swap(value, order)
            }
            #[inline]
            fn compare_exchange<const WEAK: bool>(
                atomic: &Self::Primitive,
                current: Self,
                new: Self,
                success: Ordering,
                failure: Ordering,
            ) -> Result<Self, Self> {
                if WEAK {
                    atomic.compare_exchange_weak(current, new, success, failure)
                } else {
                    atomic.compare_exchange(current, new, success, failure)
                }
            }
            #[inline]
            fn fetch_or(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                atomic.fetch_or(value, order)
            }
            #[inline]
            fn fetch_add(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                atomic.fetch_add(value, order)
            }
            #[inline]
            fn fetch_max(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                atomic.fetch_max(value, order)
            }
        }
    };
}

impl_word!(usize, AtomicUsize, "ptr");
impl_word!(u8, AtomicU8, "8");
#[cfg(test)]
impl_word!(u16, AtomicU16, "16");
#[cfg(test)]
impl_word!(u32, AtomicU32, "32");

/// An atomic word that starts at zero.
pub(crate) struct Atomic<W: Word>(W::Primitive);

impl<W: Word> Atomic<W> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(zero!(W::Primitive))
        }
    }

    const NEEDS_CAS: () = assert!(
        W::HAS_CAS,
        "this core has no compare-and-swap, which every queue of ringway but spsc needs: enable ringway's feature \
         `portable-atomic` and choose a backend in your application (the portable-atomic feature \
         `critical-section` or `unsafe-assume-single-core`), or use ringway::spsc, which needs none"
    );

    #[inline]
    pub(crate) fn load(&self, order: Ordering) -> W {
        let value = W::load(&self.0, sequential::load(order));
        compiler_fence();
        value
    }

    /// Returns the word, read by its only writer: a plain read, which the compiler may merge with
    /// another.
    ///
    /// # Safety
    /// No other thread writes the word at the same time.
    #[inline]
    pub(crate) unsafe fn read(&self) -> W {
        // SAFETY: no other thread writes the word, as the caller promises.
        unsafe { W::read(&self.0) }
    }

    #[inline]
    pub(crate) fn store(&self, value: W, order: Ordering) {
        compiler_fence();
        W::store(&self.0, value, order);
    }

    /// Stores to a word that other threads swap.
    ///
    /// loom lets a store fall between the two halves of a swap (tokio-rs/loom#389). It then shows a
    /// slot as busy that no operation holds, or a waker as taken that no notifier took. A swap in
    /// place of the store excludes that.
    #[inline]
    pub(crate) fn store_racing_with_swap(&self, value: W, order: Ordering) {
        if IS_LOOM {
            self.swap(value, order);
        } else {
            self.store(value, order);
        }
    }

    #[inline]
    pub(crate) fn swap(&self, value: W, order: Ordering) -> W {
        self.modify(W::swap, value, order)
    }

    #[inline]
    fn modify(&self, with: impl Fn(&W::Primitive, W, Ordering) -> W, value: W, order: Ordering) -> W {
        let () = Self::NEEDS_CAS;
        compiler_fence();
        let before = with(&self.0, value, sequential::exchange(order));
        compiler_fence();
        before
    }

    /// The fence after an exchange of this word.
    ///
    /// loom switches threads only at accesses, so under loom an access stands between the two.
    #[inline]
    pub(crate) fn fence_after(&self, order: Ordering) {
        if IS_LOOM && order != Ordering::Relaxed {
            // ORDERING: none: the value is not used.
            self.load(Ordering::Relaxed);
        }
        fence(order);
    }

    #[allow(dead_code, reason = "only the compact profile claims with it")]
    #[inline]
    pub(crate) fn fetch_or(&self, value: W, order: Ordering) -> W {
        self.modify(W::fetch_or, value, order)
    }

    /// Adds, wrapping around, and returns the previous value.
    #[cfg(feature = "async")]
    pub(crate) fn fetch_add(&self, value: W, order: Ordering) -> W {
        self.modify(W::fetch_add, value, order)
    }

    #[inline]
    pub(crate) fn compare_exchange(
        &self,
        current: W,
        new: W,
        success: Ordering,
        failure: Ordering,
    ) -> Result<W, W> {
        self.exchange::<false>(current, new, success, failure)
    }

    /// As [`compare_exchange`](Self::compare_exchange), but may fail spuriously: smaller in a loop.
    #[inline]
    pub(crate) fn compare_exchange_weak(
        &self,
        current: W,
        new: W,
        success: Ordering,
        failure: Ordering,
    ) -> Result<W, W> {
        self.exchange::<true>(current, new, success, failure)
    }

    #[inline]
    fn exchange<const WEAK: bool>(
        &self,
        current: W,
        new: W,
        success: Ordering,
        failure: Ordering,
    ) -> Result<W, W> {
        let () = Self::NEEDS_CAS;
        compiler_fence();
        let success = sequential::exchange(success);
        let result = W::compare_exchange::<WEAK>(&self.0, current, new, success, failure);
        compiler_fence();
        result
    }
}

/// A counter that never decreases. It orders nothing, so every access is relaxed.
///
/// On cores without compare-and-swap, and without `portable-atomic`, the two writing methods are a
/// load and a store. A count must then have one writer at a time, as those of each end of an SPSC
/// queue have.
#[cfg(feature = "metrics")]
pub(crate) struct Count<W: Word = usize>(Atomic<W>);

#[cfg(feature = "metrics")]
impl<W: Word> Count<W> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Atomic::new())
        }
    }

    #[inline]
    pub(crate) fn get(&self) -> W {
        // ORDERING: a count orders nothing.
        self.0.load(Ordering::Relaxed)
    }

    /// Adds, wrapping around, and returns the previous value.
    #[inline]
    pub(crate) fn add(&self, value: W) -> W {
        // ORDERING: a count orders nothing.
        W::fetch_add(&self.0.0, value, Ordering::Relaxed)
    }

    /// Raises the count to at least `value`. Costs one load if it is already there.
    #[inline]
    pub(crate) fn raise(&self, value: W) {
        if self.get().to_usize() < value.to_usize() {
            // ORDERING: a count orders nothing.
            W::fetch_max(&self.0.0, value, Ordering::Relaxed);
        }
    }
}

/// Orders the accesses before this point with those after it, unless `order` is `Relaxed`.
#[inline]
pub(crate) fn fence(order: Ordering) {
    compiler_fence();
    if order != Ordering::Relaxed {
        primitive::fence(order);
    }
}

/// Keeps the compiler from moving accesses across this point, in builds for one core.
///
/// `--cfg ringway_single_core` promises that all users of the queues run on one core. No barrier
/// instruction is needed then, and all orderings in [`crate::ordering`] are relaxed.
#[inline]
fn compiler_fence() {
    if IS_SINGLE_CORE {
        core::sync::atomic::compiler_fence(Ordering::SeqCst);
    }
}
