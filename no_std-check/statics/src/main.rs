//! Every public type in a `static`, and a function for every method: the *roots* of the checks.
//!
//! The name of a root says what it may not reach:
//!
//! | name       | panic | division | allocator | memcpy |
//! |------------|-------|----------|-----------|--------|
//! | `word_*`   | never | never    | never     | never  |
//! | `bulk_*`   | never | never    | never     |        |
//! | `build_*`  |       | never    |           |        |
//! | `format_*` |       |          |           |        |

#![no_std]
#![no_main]

#[cfg(target_arch = "arm")]
use cortex_m as _;
#[cfg(target_arch = "riscv32")]
use riscv as _;

use core::cell::UnsafeCell;
use core::hint::black_box;
use core::mem::MaybeUninit;

#[cfg(feature = "channel")]
mod channel;
mod errors;
#[cfg(feature = "embedded-io")]
mod io;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(feature = "mpmc")]
mod mpmc;
#[cfg(feature = "mpmc")]
mod order;
#[cfg(feature = "mpmc")]
mod pool;
mod spsc;

#[cfg(feature = "alloc")]
mod heap;

/// The largest value that is moved as words.
type Word = u32;

/// Where a value without a constant stands in a `static`.
#[repr(transparent)]
struct Later<T>(UnsafeCell<MaybeUninit<T>>);

// SAFETY: the image never runs.
unsafe impl<T> Sync for Later<T> {}

impl<T> Later<T> {
    const fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }

    fn set(&'static self, value: T) {
        // SAFETY: the image never runs.
        unsafe { self.0.get().write(MaybeUninit::new(value)) };
    }

    #[expect(clippy::mut_from_ref, reason = "stands for a resource that a framework lends")]
    fn get(&'static self) -> &'static mut T {
        // SAFETY: the image never runs.
        let place = unsafe { &mut *self.0.get() };
        // SAFETY: as above.
        unsafe { place.assume_init_mut() }
    }
}

/// Declares roots: functions that the linker keeps under their names.
macro_rules! roots {
    ($($(#[$attribute:meta])* fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? $body:block)*) => {
        $(
            $(#[$attribute])*
            #[unsafe(no_mangle)]
            #[inline(never)]
            fn $name($($argument: $type),*) $(-> $result)? $body
        )*
        pub(crate) fn keep() {
            $($(#[$attribute])* core::hint::black_box($name as *const ());)*
        }
    };
}
pub(crate) use roots;

#[unsafe(no_mangle)]
extern "C" fn keep_roots() {
    errors::keep();
    #[cfg(feature = "embedded-io")]
    io::keep();
    spsc::keep();
    #[cfg(feature = "metrics")]
    metrics::keep();
    #[cfg(feature = "mpmc")]
    mpmc::keep();
    #[cfg(feature = "mpmc")]
    order::keep();
    #[cfg(feature = "mpmc")]
    pool::keep();
    #[cfg(feature = "channel")]
    pool::waiting::keep();
    #[cfg(feature = "channel")]
    channel::keep();
}

/// Called by every panic, under a name that the checks look for.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn panic_reached() -> ! {
    loop {
        black_box(());
    }
}

#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    panic_reached()
}

#[cfg(feature = "defmt")]
mod log {
    //! A logger that drops everything.

    #[defmt::global_logger]
    struct Nowhere;

    // SAFETY: nothing is logged, so nothing can be mixed up.
    unsafe impl defmt::Logger for Nowhere {
        fn acquire() {}
        unsafe fn flush() {}
        unsafe fn release() {}
        unsafe fn write(_bytes: &[u8]) {}
    }

    defmt::timestamp!("");
}
