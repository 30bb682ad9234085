//! Locks for wait queues, held for a few instructions at a time.

/// A lock that a wait queue holds while it links or unlinks one waiter: for a dozen instructions,
/// never longer for larger values, and never while foreign code runs.
///
/// # Safety
///
/// `with` runs `f` once, at once, and while it runs no other call of `with` on the same lock does,
/// unless the type is not `Sync` and the other call comes from `f` itself.
///
/// A lock moves with its channel, so it is `Send`.
///
/// ```
/// use ringway::wait::RawLock;
///
/// /// A spin lock, for threads that are never preempted while they hold it.
/// struct SpinLock(std::sync::atomic::AtomicBool);
///
/// // SAFETY: the swap lets one call through, until it stores `false`.
/// unsafe impl RawLock for SpinLock {
///     const INIT: Self = Self(std::sync::atomic::AtomicBool::new(false));
///
///     fn with<O>(&self, f: impl FnOnce() -> O) -> O {
///         use std::sync::atomic::Ordering::{Acquire, Release};
///         while self.0.swap(true, Acquire) {
///             std::hint::spin_loop();
///         }
///         let output = f();
///         self.0.store(false, Release);
///         output
///     }
/// }
///
/// # pollster::block_on(async {
/// let channel = ringway::channel::Channel::<u8, 4, SpinLock>::new();
/// channel.send(1).await.unwrap();
/// assert_eq!(channel.recv().await, Ok(1));
/// # });
/// ```
pub unsafe trait RawLock: Send {
    /// A lock that is not held.
    const INIT: Self;

    /// Runs `f` while the lock is held.
    ///
    /// **Guarantees**: those of the lock: see [`NoLock`] and the others.
    /// **Complexity**: what the lock takes to acquire and release, and that of `f`.
    /// **Panics**: only if `f` does, or the lock. `f` of a wait queue never does.
    ///
    /// ```
    /// use ringway::wait::{NoLock, RawLock};
    ///
    /// assert_eq!(NoLock::INIT.with(|| 1 + 1), 2);
    /// ```
    fn with<O>(&self, f: impl FnOnce() -> O) -> O;
}

/// The lock of a channel that names none: [`ThreadLock`], with feature `std`. Without it, every
/// channel must name its lock.
///
/// No other feature changes that, so code that compiles without `std` has the same meaning if
/// another crate of the program enables `std`.
#[cfg(feature = "std")]
pub type DefaultLock = ThreadLock;

/// Not public, so that code without `std` cannot depend on it.
#[cfg(not(feature = "std"))]
pub(crate) type DefaultLock = NoDefault;

/// Stands for a lock that was not chosen: a channel with it does not compile, and the error names
/// the alternatives.
///
/// A spin lock would compile, and hang if an interrupt handler interrupts a task that holds it.
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
/// **Guarantees**: wait-free. **Complexity**: none. Never panics.
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

// SAFETY: runs `f` once. Not `Sync`, because of the pointer inside, so that another call of `with`
// could only come from `f` itself.
unsafe impl RawLock for NoLock {
    const INIT: Self = Self(core::marker::PhantomData);

    #[inline]
    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        f()
    }
}

// SAFETY: the lock has no state, so it may be sent to another thread with the channel that it
// belongs to.
unsafe impl Send for NoLock {}

/// The critical section of the application: on one core it masks interrupts, for a few
/// instructions.
///
/// The application chooses an implementation of the crate `critical-section`, as usual.
///
/// **Guarantees**: may be used in an interrupt handler. **Complexity**: entering and leaving the
/// critical section. Never panics, unless the implementation does.
#[cfg(feature = "critical-section")]
#[derive(Debug)]
pub struct CriticalSection(());

#[cfg(feature = "critical-section")]
// SAFETY: runs `f` once, in a critical section, which excludes all others.
unsafe impl RawLock for CriticalSection {
    const INIT: Self = Self(());

    #[inline]
    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        critical_section::with(|_| f())
    }
}

/// A lock for threads, not for interrupt handlers or signal handlers.
///
/// A thread that finds it held spins, then yields, and sleeps if the holder was preempted for long.
///
/// **Guarantees**: mutual exclusion; neither fair nor lock-free. **Complexity**: one atomic
/// read-modify-write if it is not held. Never panics.
#[cfg(feature = "std")]
pub struct ThreadLock(crate::sync::Mutex);

#[cfg(feature = "std")]
// SAFETY: runs `f` once, while the mutex is held, which excludes other holders.
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
