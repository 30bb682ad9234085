//! The MPMC queue and all that it lends.

use crate::{Later, Word, roots};
use core::mem::MaybeUninit;
use ringway::Full;
use ringway::mpmc::{FilledGrant, Grant, Queue, Stats, Taken, View};

#[unsafe(no_mangle)]
static STATIC_MPMC: Queue<Word, 8, 2> = Queue::new();
/// A capacity that is no power of two, of values that are no words.
#[unsafe(no_mangle)]
static STATIC_MPMC_ODD: Queue<[u16; 11], 7> = Queue::new();
#[unsafe(no_mangle)]
static STATIC_MPMC_ZERO_SIZED: Queue<(), 3> = Queue::new();
#[unsafe(no_mangle)]
static STATIC_VIEW: Later<View<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_GRANT: Later<Grant<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_FILLED_GRANT: Later<FilledGrant<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_TAKEN: Later<Taken<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_STATS: Later<Stats> = Later::new();

roots! {
    fn word_mpmc_push(value: Word) -> Result<(), Full<Word>> {
        STATIC_MPMC.push(value)
    }

    fn word_mpmc_pop() -> Option<Word> {
        STATIC_MPMC.pop()
    }

    fn word_mpmc_force_push(value: Word) -> Option<Word> {
        STATIC_MPMC.force_push(value)
    }

    fn word_mpmc_zero_sized() -> bool {
        STATIC_MPMC_ZERO_SIZED.push(()).is_ok() && STATIC_MPMC_ZERO_SIZED.pop().is_some()
    }

    fn bulk_mpmc_push_odd(value: [u16; 11]) -> bool {
        STATIC_MPMC_ODD.push(value).is_ok()
    }

    fn bulk_mpmc_pop_odd() -> Option<[u16; 11]> {
        STATIC_MPMC_ODD.pop()
    }

    fn word_mpmc_observe() -> usize {
        let flags = usize::from(STATIC_MPMC.is_empty()) + usize::from(STATIC_MPMC.is_full());
        STATIC_MPMC.capacity() + STATIC_MPMC.len() + flags
    }

    fn word_mpmc_stats() {
        STATIC_STATS.set(STATIC_MPMC.stats());
    }

    fn word_mpmc_view() {
        STATIC_VIEW.set(STATIC_MPMC.view());
    }

    fn word_view_push(value: Word) -> Result<(), Full<Word>> {
        STATIC_VIEW.get().push(value)
    }

    fn word_view_pop() -> Option<Word> {
        STATIC_VIEW.get().pop()
    }

    fn word_mpmc_reserve() -> bool {
        STATIC_MPMC.reserve().map(|grant| STATIC_GRANT.set(grant)).is_some()
    }

    fn word_grant_write(grant: Grant<'static, Word>, value: Word) {
        STATIC_FILLED_GRANT.set(grant.write(value));
    }

    fn word_grant_as_uninit() -> &'static mut MaybeUninit<Word> {
        STATIC_GRANT.get().as_uninit()
    }

    // Moves the guard itself, which has more words than some compilers move one by one.
    fn bulk_grant_assume_init(grant: Grant<'static, Word>) {
        // SAFETY: the image never runs.
        STATIC_FILLED_GRANT.set(unsafe { grant.assume_init() });
    }

    // Moves the guard itself, which has more words than some compilers move one by one.
    fn bulk_filled_grant_commit(grant: FilledGrant<'static, Word>) -> bool {
        grant.commit().is_ok()
    }

    fn word_filled_grant_into_inner(grant: FilledGrant<'static, Word>) -> Word {
        grant.into_inner()
    }

    fn word_filled_grant_deref() -> Word {
        let grant = STATIC_FILLED_GRANT.get();
        **grant += 1;
        **grant
    }

    fn word_mpmc_pop_ref() -> bool {
        STATIC_MPMC.pop_ref().map(|taken| STATIC_TAKEN.set(taken)).is_some()
    }

    fn word_taken_deref() -> Word {
        let taken = STATIC_TAKEN.get();
        **taken += 1;
        **taken
    }

    fn word_taken_into_inner(taken: Taken<'static, Word>) -> Word {
        taken.into_inner()
    }

    fn word_taken_drop(taken: Taken<'static, Word>) {
        drop(taken);
    }

    #[cfg(feature = "alloc")]
    fn build_mpmc_boxed(capacity: usize, spares: usize) -> bool {
        use ringway::mpmc::BoxedQueue;
        #[unsafe(no_mangle)]
        static STATIC_MPMC_BOXED: Later<BoxedQueue<Word>> = Later::new();
        let Ok(queue) = BoxedQueue::with_spares(capacity, spares).or_else(|_| BoxedQueue::new(capacity)) else {
            return false;
        };
        STATIC_MPMC_BOXED.set(queue);
        true
    }

    #[cfg(feature = "alloc")]
    fn word_mpmc_boxed_push(queue: &ringway::mpmc::BoxedQueue<Word>, value: Word) -> Result<(), Full<Word>> {
        queue.push(value)
    }

    #[cfg(feature = "alloc")]
    fn word_mpmc_boxed_pop(queue: &ringway::mpmc::BoxedQueue<Word>) -> Option<Word> {
        queue.pop()
    }

    #[cfg(feature = "defmt")]
    fn format_mpmc() {
        defmt::info!("{} {}", STATIC_MPMC, STATIC_STATS.get());
        defmt::info!("{} {} {}", STATIC_GRANT.get(), STATIC_FILLED_GRANT.get(), STATIC_TAKEN.get());
    }
}
