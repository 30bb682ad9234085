//! The pools; those that can be waited for have the lock of a microcontroller.

use crate::{Word, roots};
use ringway::pool::{Guard, Pool};

/// The largest value that is not moved as words.
type Frame = [u8; 1514];

#[unsafe(no_mangle)]
static STATIC_POOL: Pool<Word, 8> = Pool::new([0; 8]);
#[unsafe(no_mangle)]
static STATIC_POOL_OF_FRAMES: Pool<Frame, 4> = Pool::new([[0; 1514]; 4]);
/// As many objects as 32-bit words allow, and one more.
#[unsafe(no_mangle)]
static STATIC_POOL_LARGEST: Pool<Word, 255> = Pool::new([0; 255]);
#[cfg(feature = "short-lived-pool")]
static SHORT_LIVED_POOL: Pool<Word, 256> = Pool::new([0; 256]);

roots! {
    fn word_pool_take() -> Option<Guard<'static, Word>> {
        STATIC_POOL.take()
    }

    fn word_pool_use(guard: &mut Guard<'static, Word>) -> Word {
        **guard += 1;
        **guard
    }

    fn word_pool_return(guard: Guard<'static, Word>) {
        drop(guard);
    }

    fn word_pool_take_frame() -> Option<Guard<'static, Frame>> {
        STATIC_POOL_OF_FRAMES.take()
    }

    fn word_pool_return_frame(guard: Guard<'static, Frame>) {
        drop(guard);
    }

    fn word_pool_observe() -> usize {
        let flags = usize::from(STATIC_POOL.is_empty()) + usize::from(STATIC_POOL.is_full());
        STATIC_POOL.len() + STATIC_POOL.capacity() + STATIC_POOL_LARGEST.len() + flags
    }

    #[cfg(feature = "defmt")]
    fn format_pool(guard: &Guard<'static, Word>) {
        defmt::info!("{} {}", STATIC_POOL, guard);
    }
}

#[cfg(feature = "channel")]
pub(crate) mod waiting {
    use crate::{Later, Word, roots};
    use core::pin::Pin;
    use core::task::{Context, Poll};
    use ringway::pool::{Acquire, WaitGuard, WaitPool};
    use ringway::wait::CriticalSection;

    type Object = WaitGuard<'static, Word, CriticalSection>;

    #[unsafe(no_mangle)]
    static STATIC_WAIT_POOL: WaitPool<Word, 8, CriticalSection> = WaitPool::new([0; 8]);
    #[unsafe(no_mangle)]
    static STATIC_ACQUIRE: Later<Acquire<'static, Word, CriticalSection>> = Later::new();

    roots! {
        fn word_wait_pool_take() -> Option<Object> {
            STATIC_WAIT_POOL.take()
        }

        fn word_wait_pool_return(guard: Object) {
            drop(guard);
        }

        fn word_wait_pool_acquire() {
            STATIC_ACQUIRE.set(STATIC_WAIT_POOL.acquire());
        }

        fn word_wait_pool_poll(context: &mut Context<'static>) -> Poll<Object> {
            Pin::static_mut(STATIC_ACQUIRE.get()).poll(context)
        }

        fn bulk_wait_pool_acquire_drop(acquire: Acquire<'static, Word, CriticalSection>) {
            drop(acquire);
        }
    }
}
