//! The platform: with the files in `sync/`, the only place that knows loom, shuttle, portable-atomic or the target.
//!
//! Everything above uses [`Atomic`], [`Track`], [`Padded`], [`Remembered`], [`Claimed`] and the orderings in
//! [`crate::ordering`], and nothing above has a `cfg` in an algorithm.

pub(crate) use core::sync::atomic::Ordering;

// The flags `--cfg loom` and `--cfg shuttle` belong to the user, and so change nothing by themselves: without the
// feature of the same name, the user's models use this crate as it is in programs. These are the only lines that ask.
#[cfg(not(all(loom, feature = "loom")))]
mod constant;
#[cfg(not(any(all(loom, feature = "loom"), all(shuttle, feature = "shuttle"))))]
#[path = "sync/native.rs"]
mod platform;
#[cfg(all(loom, feature = "loom"))]
#[path = "sync/loom.rs"]
mod platform;
#[cfg(all(shuttle, feature = "shuttle", not(all(loom, feature = "loom"))))]
#[path = "sync/shuttle.rs"]
mod platform;
#[cfg(feature = "async")]
mod tally;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(crate) use self::platform::Arc;
#[cfg(all(feature = "async", feature = "std"))]
pub(crate) use self::platform::Mutex;
#[cfg(all(feature = "alloc", feature = "async", target_has_atomic = "ptr"))]
pub(crate) use self::platform::shared_with;
use self::platform::{IS_LOOM, IS_MODEL, Primitive, primitive, read_alone, sequential, zero};
pub(crate) use self::platform::{Track, array, const_fn};
#[cfg(feature = "async")]
pub(crate) use self::tally::Tally;
use crate::ordering;

/// How often a push that finds the queue full looks again for room before it says so.
///
/// Looking again pays only where another core can make room meanwhile. Under loom and shuttle a bounded spin
/// multiplies the schedules without adding one that differs.
pub(crate) const FULL_LOOKS: usize = if IS_MODEL || cfg!(target_os = "none") { 0 } else { 3 };

/// How many pauses of the processor come before each of these looks. Chosen by measurement: with fewer, a push goes on
/// as soon as one value is taken, and the two ends exchange lines for every value.
pub(crate) const LOOK_PAUSES: usize = 8;

/// When a task that waits looks again before it sleeps: after pauses that double, from the first power of two to the
/// last, some microseconds in all. Shorter pauses make the next sleep no rarer. As with [`FULL_LOOKS`], only where
/// another core can change something meanwhile.
#[cfg(feature = "async")]
pub(crate) const SPINS: core::ops::Range<u32> =
    if !CACHES || IS_MODEL || cfg!(target_os = "none") { 0..0 } else { 2..8 };

/// Whether a task that never waits yields now and then. In a model it would add schedules, and none that differs.
#[cfg(feature = "async")]
pub(crate) const YIELDS: bool = !IS_MODEL;

/// Whether a new queue is all zeros: not if its words are those of models.
pub(crate) const ZEROS: bool = !IS_MODEL;

/// Whether all that uses the queues runs on one core.
pub(crate) const IS_SINGLE_CORE: bool = cfg!(ringway_single_core);

/// Cores that reach in front of a pointer for nothing, where others need an instruction more: Cortex-M3 and up. (The
/// Cortex-M23 is counted among them, and is not one.)
pub(crate) const WIDE_THUMB: bool = cfg!(all(target_arch = "arm", target_has_atomic = "ptr"));

/// Cores that rotate a word in one instruction or in none, where others need three.
pub(crate) const ROTATES: bool = WIDE_THUMB || cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));

/// Does nothing for some time, in the way that disturbs other cores least.
#[cold]
#[inline(never)]
pub(crate) fn pause(times: usize) {
    (0..times).for_each(|_| core::hint::spin_loop());
}

/// The first of two items where there are caches, the second where there are none to speak of: on
/// microcontrollers. `--cfg ringway_caches="yes"` or `"no"` overrides the choice, and nothing else decides it.
#[cfg(any(ringway_caches = "yes", not(any(ringway_caches = "no", target_os = "none"))))]
macro_rules! by_caches {
    ($with:item $without:item) => {
        $with
    };
}
#[cfg(not(any(ringway_caches = "yes", not(any(ringway_caches = "no", target_os = "none")))))]
macro_rules! by_caches {
    ($with:item $without:item) => {
        $without
    };
}

by_caches! {
    /// A function for what is rare. Where there are caches, it is kept out of the way of what is not; on
    /// microcontrollers it is part of it, for that is smallest.
    macro_rules! out_of_line {
        ($function:item) => {
            #[cold]
            #[inline(never)]
            $function
        };
    }

    macro_rules! out_of_line {
        ($function:item) => {
            #[inline]
            $function
        };
    }
}

pub(crate) use {by_caches, out_of_line};

/// A machine word that positions are counted in.
///
/// Arithmetic is done on `usize` and cut to the word, so the same code runs on words of 8, 16 and 32
/// bits, where a test reaches the wrap-around.
pub(crate) trait Word: Copy + Eq + core::fmt::Debug + 'static {
    /// The atomic that holds this word.
    type Primitive: Primitive;
    /// Whether this target can swap and compare-and-swap the word.
    const HAS_CAS: bool;
    /// The number of bits in the word.
    const BITS: u32;

    fn cut(wide: usize) -> Self;
    fn wide(self) -> usize;
    fn load(atomic: &Self::Primitive, order: Ordering) -> Self;
    /// # Safety
    /// Nobody writes the word meanwhile.
    unsafe fn read(atomic: &Self::Primitive) -> Self;
    fn store(atomic: &Self::Primitive, value: Self, order: Ordering);
    fn swap(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self;
    fn fetch_or(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self;
    /// If `WEAK`, it may fail for no reason.
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
            fn cut(wide: usize) -> Self {
                wide as $word
            }
            #[inline]
            fn wide(self) -> usize {
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
            #[cfg(any(target_has_atomic = $width, feature = "portable-atomic"))]
            #[inline]
            fn swap(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                atomic.swap(value, order)
            }
            #[cfg(any(target_has_atomic = $width, feature = "portable-atomic"))]
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
            #[cfg(any(target_has_atomic = $width, feature = "portable-atomic"))]
            #[inline]
            fn fetch_add(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                atomic.fetch_add(value, order)
            }
            #[cfg(any(target_has_atomic = $width, feature = "portable-atomic"))]
            #[inline]
            fn fetch_max(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                atomic.fetch_max(value, order)
            }
            #[cfg(any(target_has_atomic = $width, feature = "portable-atomic"))]
            #[inline]
            fn fetch_or(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                atomic.fetch_or(value, order)
            }
            // Never compiled into a program: `Atomic` checks `HAS_CAS` before it gets here.
            #[cfg(not(any(target_has_atomic = $width, feature = "portable-atomic")))]
            fn fetch_or(_: &Self::Primitive, value: Self, _: Ordering) -> Self {
                value
            }
            #[cfg(not(any(target_has_atomic = $width, feature = "portable-atomic")))]
            fn swap(_: &Self::Primitive, value: Self, _: Ordering) -> Self {
                value
            }
            #[cfg(not(any(target_has_atomic = $width, feature = "portable-atomic")))]
            fn compare_exchange<const WEAK: bool>(
                _: &Self::Primitive,
                current: Self,
                _: Self,
                _: Ordering,
                _: Ordering,
            ) -> Result<Self, Self> {
                Err(current)
            }
            // See `Atomic::add`: here a count has one writer.
            #[cfg(not(any(target_has_atomic = $width, feature = "portable-atomic")))]
            #[inline]
            fn fetch_add(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                let before = Self::load(atomic, order);
                Self::store(atomic, before.wrapping_add(value), order);
                before
            }
            #[cfg(not(any(target_has_atomic = $width, feature = "portable-atomic")))]
            #[inline]
            fn fetch_max(atomic: &Self::Primitive, value: Self, order: Ordering) -> Self {
                let before = Self::load(atomic, order);
                Self::store(atomic, before.max(value), order);
                before
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
        "this core has no compare-and-swap, which ringway::mpmc needs: enable ringway's feature \
         `portable-atomic` and choose a backend in your application (the portable-atomic feature \
         `critical-section` or `unsafe-assume-single-core`), or use ringway::spsc, which needs none"
    );

    #[inline]
    pub(crate) fn load(&self, order: Ordering) -> W {
        let value = W::load(&self.0, sequential::load(order));
        compiler_fence();
        value
    }

    /// What is there, for whoever is the only one to write it: a plain read, which the compiler may join with another.
    ///
    /// # Safety
    /// Nobody writes the word meanwhile.
    #[inline]
    pub(crate) unsafe fn read(&self) -> W {
        // SAFETY: as the caller promises.
        unsafe { W::read(&self.0) }
    }

    #[inline]
    pub(crate) fn store(&self, value: W, order: Ordering) {
        compiler_fence();
        W::store(&self.0, value, order);
    }

    /// Stores to a word that others swap.
    ///
    /// loom lets a store slip between the two halves of a swap (tokio-rs/loom#389), and then shows a slot busy
    /// that nobody holds, or a waker gone that nobody took. A swap does not slip.
    #[inline]
    pub(crate) fn store_beside_swaps(&self, value: W, order: Ordering) {
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

    /// The barrier behind an exchange of this word. loom switches threads at accesses only, so there one comes between.
    #[inline]
    pub(crate) fn barrier_behind(&self, order: Ordering) {
        if IS_LOOM && order != Ordering::Relaxed {
            // ORDERING: none: nothing is done with it.
            self.load(Ordering::Relaxed);
        }
        barrier(order);
    }

    #[inline]
    pub(crate) fn fetch_or(&self, value: W, order: Ordering) -> W {
        self.modify(W::fetch_or, value, order)
    }

    /// Adds with wrap-around; gives back what was there before.
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

    /// The same, but it may fail for no reason, as some processors do: for loops, which are smaller with it.
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

/// A number that is only ever counted up: it orders nothing, so every access is relaxed.
///
/// On cores without compare-and-swap, and without `portable-atomic`, the two writing methods are a load and a
/// store: there a count must have one writer at a time, as the counts of either end of an SPSC queue have.
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

    /// Adds, wrapping around, and says what it was before.
    #[inline]
    pub(crate) fn add(&self, value: W) -> W {
        // ORDERING: a count orders nothing.
        W::fetch_add(&self.0.0, value, Ordering::Relaxed)
    }

    /// Makes it at least `value`. Costs a load while it is.
    #[inline]
    pub(crate) fn raise(&self, value: W) {
        if self.get().wide() < value.wide() {
            // ORDERING: a count orders nothing.
            W::fetch_max(&self.0.0, value, Ordering::Relaxed);
        }
    }
}

/// What a state is kept in where memory counts: a byte, unless to claim one takes ten instructions more than a word.
#[cfg(not(all(target_arch = "riscv32", target_has_atomic = "8")))]
pub(crate) type State = u8;
#[cfg(all(target_arch = "riscv32", target_has_atomic = "8"))]
pub(crate) type State = usize;

/// Whether something is in use: claimed by one read-modify-write, given back by a store, with the edges of a slot.
pub(crate) struct Busy<W: Word>(Atomic<W>);

impl<W: Word> Busy<W> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Atomic::new())
        }
    }

    #[inline]
    pub(crate) fn is_free(&self) -> bool {
        // ORDERING: acquires the release of the flag: the old value is gone (E2).
        self.0.load(ordering::SLOT_LOAD).wide() == 0
    }

    /// Whether it was free; it is busy afterwards. Where there are caches, a look first spares the line of one
    /// that is busy, and a swap is fast; elsewhere to set a bit is small, as the new value is made of the old one.
    #[inline]
    pub(crate) fn try_claim(&self) -> bool {
        if CACHES && !self.is_free() {
            return false;
        }
        let busy = W::cut(1);
        // ORDERING: acquires the release of the flag (E2), or the claim of its holder; releases to the
        // next push that finds it busy (E6).
        let before = if CACHES {
            self.0.swap(busy, ordering::SLOT_CLAIM)
        } else {
            self.0.fetch_or(busy, ordering::SLOT_CLAIM)
        };
        // ORDERING: on microcontrollers, acquires for the claim (E2, E6) and for the head that was
        // loaded before (E4).
        barrier(ordering::SLOT_CLAIM_FENCE);
        before.wide() == 0
    }

    #[inline]
    pub(crate) fn release(&self) {
        // ORDERING: releases to the next claim: the value is gone (E2).
        self.0.store_beside_swaps(W::cut(0), ordering::SLOT_RELEASE);
    }
}

/// Orders the accesses before this point and those after it, unless `order` is `Relaxed`.
#[inline]
pub(crate) fn barrier(order: Ordering) {
    compiler_fence();
    if order != Ordering::Relaxed {
        primitive::fence(order);
    }
}

/// Keeps the compiler from moving accesses over this point, in builds for one core.
///
/// `--cfg ringway_single_core` promises that everything that uses the queues runs on one core: then no barrier
/// instruction is needed, and the orderings in [`crate::ordering`] are all relaxed.
#[inline]
fn compiler_fence() {
    if IS_SINGLE_CORE {
        core::sync::atomic::compiler_fence(Ordering::SeqCst);
    }
}

/// A word that one caller sets for good.
pub(crate) struct Claimed {
    word: Atomic<usize>,
    #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
    last: splitter::Last,
}

impl Claimed {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                word: Atomic::new(),
                #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
                last: splitter::Last::new(),
            }
        }
    }

    /// Whether this call is the one that sets the word, to a `value` that is not zero.
    pub(crate) fn claim(&self, value: usize) -> bool {
        #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
        // ORDERING: none needed. Only the winner acts, and what it reads happened before it shared the queue.
        return self.word.compare_exchange(0, value, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
        return self.last.claim(&self.word, value);
    }

    /// Sets the word to a `value` that is not zero, unless it is set.
    ///
    /// The caller sees to it that nothing else uses the word meanwhile.
    pub(crate) fn set(&self, value: usize) {
        // ORDERING: none needed: see above.
        if self.word.load(Ordering::Relaxed) == 0 {
            self.word.store(value, Ordering::Relaxed);
        }
    }

    /// What it was set to, or zero.
    ///
    /// # Safety
    /// It is set, or nobody sets it meanwhile.
    #[inline]
    pub(crate) unsafe fn get(&self) -> usize {
        // SAFETY: once it is set nobody writes it: a compare-exchange that fails does not.
        #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
        return unsafe { self.word.read() };
        // ORDERING: none needed: see above. Whoever lost the claim may still store the same value.
        #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
        return self.word.load(Ordering::Relaxed);
    }
}

/// The claim on cores without compare-and-swap: Lamport's and Moir and Anderson's *splitter*, which
/// needs loads and stores only.
#[cfg(any(test, not(any(target_has_atomic = "ptr", feature = "portable-atomic"))))]
mod splitter {
    use super::{Atomic, Ordering, const_fn};

    /// Who came last.
    pub(super) struct Last(Atomic<usize>);

    impl Last {
        const_fn! {
            pub(super) fn new() -> Self {
                Self(Atomic::new())
            }
        }

        /// At most one call wins. A call that an interrupt does not share with another always wins
        /// or finds the winner; of two that run on two cores at the same moment, both may lose.
        /// All set the word to the same `value`.
        pub(super) fn claim(&self, word: &Atomic<usize>, value: usize) -> bool {
            let place = 0u8;
            // The address of a local is different in every context that is still inside this call.
            let me = core::ptr::from_ref(&place).addr();
            // ORDERING: SeqCst throughout: the splitter is proved for sequential consistency, and runs once.
            if word.load(Ordering::SeqCst) == value {
                return false;
            }
            self.0.store(me, Ordering::SeqCst);
            if word.load(Ordering::SeqCst) == value {
                return false;
            }
            word.store(value, Ordering::SeqCst);
            self.0.load(Ordering::SeqCst) == me
        }
    }

    #[cfg(test)]
    mod tests {
        use super::{Atomic, Last};

        #[test]
        fn the_first_claim_wins_and_no_other() {
            let (last, word) = (Last::new(), Atomic::new());
            assert!(last.claim(&word, 7));
            assert!(!last.claim(&word, 7));
        }
    }
}

by_caches! {
    /// Keeps a value on cache lines of its own.
    pub(crate) type Padded<T> = crossbeam_utils::CachePadded<T>;

    pub(crate) use self::unpadded::Padded;
}

by_caches! {
    pub(crate) const CACHES: bool = true;

    pub(crate) const CACHES: bool = false;
}

/// At which position a push looked again. Where one looked in vain, the next does not look, but answers: those who
/// could make room do not run. Without caches nobody looks twice.
pub(crate) struct Patience(Note);

impl Patience {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Note::new())
        }
    }

    /// Whether this call is the first for its position.
    #[inline]
    pub(crate) fn is_new_at<W: Word>(&self, position: W) -> bool {
        let is_new = CACHES && self.0.get() != position.wide();
        if is_new {
            self.0.set(position.wide());
        }
        is_new
    }
}

by_caches! {
    pub(crate) use self::remembering::Note;

    pub(crate) use self::asking::Note;
}

by_caches! {
    pub(crate) use self::remembering::Remembered;

    pub(crate) use self::asking::Remembered;
}

#[cfg(test)]
mod tests {
    use super::{CACHES, Patience};

    #[test]
    fn a_full_queue_is_worth_a_second_look_once_at_each_position() {
        let patience = Patience::new();
        let worth = [5u8, 5, 6, 6, 5].map(|position| patience.is_new_at(position));
        assert_eq!(worth, [true, false, true, false, true].map(|is_new| is_new && CACHES));
    }
}

#[allow(dead_code, reason = "one of the two ways of `by_caches`")]
mod unpadded {
    /// The same face as `CachePadded`, without the padding, which would cost more memory than the queue.
    pub(crate) struct Padded<T>(T);

    impl<T> Padded<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(value)
        }
    }

    impl<T> core::ops::Deref for Padded<T> {
        type Target = T;

        #[inline]
        fn deref(&self) -> &T {
            &self.0
        }
    }
}

/// What one end remembers of a word in the queue, so that it need not touch the word's line.
#[allow(dead_code, reason = "one of the two ways of `by_caches`")]
mod remembering {
    use super::{Atomic, Ordering, const_fn};

    /// A word about which way has been faster: nothing but time depends on it.
    pub(crate) struct Note(Atomic<usize>);

    impl Note {
        const_fn! {
            pub(crate) fn new() -> Self {
                Self(Atomic::new())
            }
        }

        #[inline]
        pub(crate) fn get(&self) -> usize {
            // ORDERING: none: nothing but time depends on it.
            self.0.load(Ordering::Relaxed)
        }

        #[inline]
        pub(crate) fn set(&self, word: usize) {
            // ORDERING: none, as above.
            self.0.store(word, Ordering::Relaxed);
        }
    }

    pub(crate) struct Remembered(usize);

    impl Remembered {
        #[inline]
        pub(crate) fn new(now: impl FnOnce() -> usize) -> Self {
            Self(now())
        }

        #[inline]
        pub(crate) fn get(&self, _: impl FnOnce() -> usize) -> usize {
            self.0
        }

        /// As it is now if `is_too_old` says so of what is remembered.
        #[inline]
        pub(crate) fn get_unless(
            &mut self,
            now: impl FnOnce() -> usize,
            is_too_old: impl FnOnce(usize) -> bool,
        ) -> usize {
            if is_too_old(self.0) {
                self.0 = now();
            }
            self.0
        }

        #[inline]
        pub(crate) fn set(&mut self, value: usize) {
            self.0 = value;
        }
    }
}

/// The same face where a look at the word costs no more than a look at what one remembers.
#[allow(dead_code, reason = "one of the two ways of `by_caches`")]
mod asking {
    /// The same face where nothing is noted.
    pub(crate) struct Note;

    impl Note {
        pub(crate) const fn new() -> Self {
            Self
        }

        #[inline]
        pub(crate) fn get(&self) -> usize {
            0
        }

        #[inline]
        pub(crate) fn set(&self, _: usize) {}
    }

    pub(crate) struct Remembered;

    impl Remembered {
        #[inline]
        pub(crate) fn new(_: impl FnOnce() -> usize) -> Self {
            Self
        }

        #[inline]
        pub(crate) fn get(&self, now: impl FnOnce() -> usize) -> usize {
            now()
        }

        #[inline]
        pub(crate) fn get_unless(
            &mut self,
            now: impl FnOnce() -> usize,
            _: impl FnOnce(usize) -> bool,
        ) -> usize {
            now()
        }

        #[inline]
        pub(crate) fn set(&mut self, _: usize) {}
    }
}
