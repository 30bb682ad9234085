//! A pool of objects that are taken, used and returned.

/// A cache line, as a small buffer.
pub(crate) type Object = [u64; 8];

pub(crate) const OBJECTS: usize = 64;

/// A pool of [`OBJECTS`] objects, used through a shared reference.
pub trait ObjectPool: Sync {
    const NAME: &'static str;

    /// On the heap, as some are large.
    fn new() -> Box<Self>;
    /// Takes an object, uses it and returns it; `None` when all are taken.
    fn with<O>(&self, run: impl FnOnce(&mut Object) -> O) -> Option<O>;
}
