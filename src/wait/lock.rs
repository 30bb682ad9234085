//! Locks for wait lists, held for a few instructions at a time.

/// A lock that a wait list holds while it links or unlinks one waiter: a dozen instructions, never longer for
/// larger values, and never while foreign code runs.
///
/// # Safety
///
/// `with` runs `f` at once, and while it runs no other call of `with` on the same lock does, unless the type
/// is not `Sync` and the other call comes from `f` itself.
///
/// A lock goes with its channel, so it is `Send`.
pub unsafe trait RawLock: Send {
    /// A lock that nobody holds.
    const INIT: Self;

    /// Runs `f` while nobody else holds the lock.
    fn with<O>(&self, f: impl FnOnce() -> O) -> O;
}

/// The lock of a channel that names none: [`ThreadLock`], with feature `std`. Without it a channel names its lock.
///
/// No other feature changes that, so code that compiles without `std` means the same when another crate of the program
/// enables it.
#[cfg(feature = "std")]
pub type DefaultLock = ThreadLock;

/// Not public: what has no lock has no name either, so code without `std` cannot come to depend on it.
#[cfg(not(feature = "std"))]
pub(crate) type DefaultLock = NoDefault;

/// Stands for a lock that was not chosen: a channel with it does not compile, and the error says what to do.
///
/// A spin lock would compile, and hang where an interrupt handler meets a task that holds it.
#[cfg(not(feature = "std"))]
#[derive(Debug)]
pub enum NoDefault {}

#[cfg(not(feature = "std"))]
// SAFETY: there is no value of this type.
unsafe impl RawLock for NoDefault {
    const INIT: Self = panic!(
        "a channel without ringway's feature `std` must name the lock of its waiters: \
         `Channel<T, N, ringway::wait::CriticalSection>` (feature `critical-section`) for interrupt handlers, \
         `Channel<T, N, ringway::wait::NoLock>` for one thread, or a type of yours that implements `RawLock`"
    );

    fn with<O>(&self, _: impl FnOnce() -> O) -> O {
        match *self {}
    }
}

/// No lock at all, for channels that stay on one thread: they are not `Sync`.
///
/// ```
/// use ringway::channel::Channel;
/// use ringway::wait::NoLock;
///
/// let channel = Channel::<u8, 4, NoLock>::new();
/// channel.try_send(1).unwrap();
/// assert_eq!(channel.try_recv(), Ok(1));
/// ```
#[derive(Debug)]
pub struct NoLock(core::marker::PhantomData<*mut ()>);

// SAFETY: not `Sync` because of the pointer inside, and a wait list never calls `with` from inside itself.
unsafe impl RawLock for NoLock {
    const INIT: Self = Self(core::marker::PhantomData);

    #[inline]
    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        f()
    }
}

// SAFETY: the lock has no state, so it may go to another thread with the channel that it belongs to.
unsafe impl Send for NoLock {}

/// The critical section of the application: on one core it masks interrupts, for a few instructions.
///
/// An implementation comes from the `critical-section` crate's usual sources.
#[cfg(feature = "critical-section")]
#[derive(Debug)]
pub struct CriticalSection(());

#[cfg(feature = "critical-section")]
// SAFETY: what a critical section is.
unsafe impl RawLock for CriticalSection {
    const INIT: Self = Self(());

    #[inline]
    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        critical_section::with(|_| f())
    }
}

/// A lock for threads, not for interrupt handlers or signal handlers. A thread that meets it taken spins, then yields,
/// and sleeps if whoever holds it was interrupted for long.
#[cfg(feature = "std")]
pub struct ThreadLock(crate::sync::Mutex);

#[cfg(feature = "std")]
// SAFETY: what a mutex is.
unsafe impl RawLock for ThreadLock {
    const INIT: Self = Self(crate::sync::Mutex::new());

    #[inline]
    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        self.0.with(f)
    }
}

#[cfg(feature = "std")]
impl core::fmt::Debug for ThreadLock {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ThreadLock")
    }
}
