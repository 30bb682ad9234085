//! What an end of a channel refers to.

use core::ops::Deref;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use crate::sync::Arc;

/// What both ends of a channel use: borrowed, or owned by the two together.
pub(super) enum Shared<'a, T> {
    Borrowed(&'a T),
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    Owned(Arc<T>),
}

impl<T> Shared<'_, T> {
    /// Returns `true` if the ends own it, so that without them nothing can reach it.
    pub(super) fn is_owned(&self) -> bool {
        !matches!(self, Self::Borrowed(_))
    }
}

impl<T> Deref for Shared<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self {
            Self::Borrowed(shared) => shared,
            #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
            Self::Owned(shared) => shared,
        }
    }
}
