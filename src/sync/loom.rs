//! Models under loom, which explores the executions that the memory model allows.

// loom runs on hosts, whatever the features are.
extern crate std;

#[cfg(feature = "alloc")]
pub(crate) use loom::sync::Arc;
pub(crate) use loom::sync::atomic as primitive;

/// The zero of an atomic, which cannot be a constant under loom.
pub(crate) use core::default::Default as Primitive;

pub(crate) const IS_LOOM: bool = true;
pub(crate) const IS_MODEL: bool = true;

macro_rules! const_fn {
    ($($all:tt)*) => { $($all)* };
}

macro_rules! array {
    ($new:expr; $n:ident) => {
        core::array::from_fn::<_, $n, _>(|_| $new)
    };
}

macro_rules! zero {
    ($primitive:ty) => {
        <$primitive>::default()
    };
}

macro_rules! read_alone {
    ($atomic:expr) => {
        // SAFETY: the caller ensures that nothing writes the atomic at the same time; loom reports
        // a violation.
        unsafe { $atomic.unsync_load() }
    };
}

pub(crate) use {array, const_fn, read_alone, zero};

/// Sequential consistency, spelled out for loom.
///
/// A sequentially consistent write is ordered before a later sequentially consistent load of the
/// same thread. loom implements that for fences only, and shows such a load the newest such write
/// to its location, which is more than the language guarantees. Under loom the accesses are
/// therefore acquire and release, with a fence between the two.
pub(crate) mod sequential {
    use super::std;
    use core::cell::Cell;
    use core::sync::atomic::Ordering::{self, AcqRel, Acquire, SeqCst};

    loom::thread_local! {
        /// Whether this thread has written with `SeqCst` since its last fence.
        static WRITTEN: Cell<bool> = Cell::new(false);
    }

    pub(crate) fn load(order: Ordering) -> Ordering {
        if order != SeqCst {
            return order;
        }
        if WRITTEN.with(|written| written.replace(false)) {
            loom::sync::atomic::fence(SeqCst);
        }
        Acquire
    }

    pub(crate) fn exchange(order: Ordering) -> Ordering {
        if order != SeqCst {
            return order;
        }
        WRITTEN.with(|written| written.set(true));
        AcqRel
    }
}

/// Reports the accesses to the value beside it to loom, which detects races between them.
pub(crate) struct Track(loom::cell::UnsafeCell<()>);

impl Track {
    pub(crate) fn new() -> Self {
        Self(loom::cell::UnsafeCell::new(()))
    }

    pub(crate) fn on_read(&self) {
        self.0.with(|_| ());
    }

    pub(crate) fn on_write(&self) {
        self.0.with_mut(|_| ());
    }
}

/// A mutex without a value, created on first use, as loom's cannot be created in a constant.
#[cfg(all(feature = "async", feature = "std"))]
pub(crate) struct Mutex(std::sync::OnceLock<loom::sync::Mutex<()>>);

#[cfg(all(feature = "async", feature = "std"))]
impl Mutex {
    pub(crate) const fn new() -> Self {
        Self(std::sync::OnceLock::new())
    }

    pub(crate) fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        let mutex = self.0.get_or_init(|| loom::sync::Mutex::new(()));
        // The mutex protects no value that a panic could have left inconsistent.
        let _held = mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        f()
    }
}

/// Creates an `Arc` whose content `finish` initialises; loom's `Arc` can only take a finished
/// value.
///
/// # Safety
/// When `finish` returns, what its argument points to is initialised.
#[cfg(all(feature = "alloc", feature = "async"))]
pub(crate) unsafe fn shared_with<Q>(finish: impl FnOnce(*mut Q)) -> Arc<Q> {
    let mut value = core::mem::MaybeUninit::uninit();
    finish(value.as_mut_ptr());
    // SAFETY: initialised by `finish`, as the caller promises.
    Arc::new(unsafe { value.assume_init() })
}
