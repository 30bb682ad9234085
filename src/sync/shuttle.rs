//! Models under shuttle, which chooses the thread that runs and treats all orderings as
//! sequentially consistent.

pub(crate) use super::constant::*;
pub(crate) use shuttle::sync::atomic as primitive;

pub(crate) const IS_LOOM: bool = false;
pub(crate) const IS_MODEL: bool = true;

macro_rules! read_alone {
    ($atomic:expr) => {
        $atomic.load(core::sync::atomic::Ordering::Relaxed)
    };
}

pub(crate) use read_alone;

#[cfg(all(feature = "async", feature = "std"))]
pub(crate) struct Mutex(shuttle::sync::Mutex<()>);

#[cfg(all(feature = "async", feature = "std"))]
impl Mutex {
    pub(crate) const fn new() -> Self {
        Self(shuttle::sync::Mutex::new(()))
    }

    pub(crate) fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        // The mutex protects no value that a panic could have left inconsistent.
        let _held = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        f()
    }
}
