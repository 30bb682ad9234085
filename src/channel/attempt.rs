//! One attempt, and what futures and threads make of it. Written once for all channels.

use super::error::Rejection;
use super::{RecvError, TryRecvError};
use crate::wait::budget::Budget;
use crate::wait::cell::WaitCell;
use crate::wait::spin::AdaptiveSpin;
use core::task::{Context, Poll};

/// Attempts to send the value in `unsent`. If there is no room, puts it back and returns `None`.
#[inline]
pub(super) fn send<E: Rejection>(
    unsent: &mut Option<E::Value>,
    try_send: impl FnOnce(E::Value) -> Result<(), E>,
) -> Option<Result<(), E::SendError>> {
    let error = match try_send(unsent.take()?) {
        Ok(()) => return Some(Ok(())),
        Err(error) => error,
    };
    match error.value_if_full() {
        Ok(rejected) => {
            *unsent = Some(rejected);
            None
        }
        Err(error) => Some(Err(error)),
    }
}

/// Returns the final result of an attempt to receive: `None` if there was no value yet.
#[inline]
pub(super) fn recv<T>(received: Result<T, TryRecvError>) -> Option<Result<T, RecvError>> {
    match received {
        Ok(value) => Some(Ok(value)),
        Err(TryRecvError::Closed) => Some(Err(RecvError)),
        Err(TryRecvError::Empty) => None,
    }
}

/// Returns what a thread sent, or the value if it did not in time. Of `sent` and `unsent`, one is
/// there.
#[cfg(feature = "std")]
pub(super) fn sent_in_time<T, S, E: From<S>>(
    sent: Option<Result<(), S>>,
    unsent: Option<T>,
    timed_out: impl FnOnce(T) -> E,
) -> Result<(), E> {
    match (sent, unsent) {
        (Some(sent), _) => Ok(sent?),
        (None, Some(value)) => Err(timed_out(value)),
        (None, None) => unreachable!("a send that is not ready has its value"),
    }
}

/// Attempts; if that fails, spins, leaves a waker in the cell and attempts once more, so that no
/// change in between is missed.
///
/// `has_yielded` is what the end remembers of the budget from one poll to the next.
///
/// # Safety
/// The caller is the only waiter at that cell.
#[inline]
pub(super) unsafe fn poll_in_cell<O>(
    cell: &WaitCell,
    budget: &Budget,
    has_yielded: &mut bool,
    spin: Option<&AdaptiveSpin>,
    context: &Context<'_>,
    mut attempt: impl FnMut() -> Option<O>,
) -> Poll<O> {
    if !budget.admits(has_yielded, context) {
        return Poll::Pending;
    }
    // Most polls end here: only that much belongs where it is called.
    if let Some(done) = attempt() {
        return Poll::Ready(done);
    }
    // SAFETY: as the caller promises.
    unsafe { wait_in_cell(cell, budget, spin, context, attempt) }
}

/// # Safety
/// As for [`poll_in_cell`].
#[cold]
unsafe fn wait_in_cell<O>(
    cell: &WaitCell,
    budget: &Budget,
    spin: Option<&AdaptiveSpin>,
    context: &Context<'_>,
    mut attempt: impl FnMut() -> Option<O>,
) -> Poll<O> {
    if let Some(settled) = spin.and_then(|spin| spin.spin_before_park(context, &mut attempt)) {
        return settled;
    }
    budget.refund();
    // SAFETY: as the caller promises.
    unsafe { cell.register(context.waker()) };
    attempt().map_or(Poll::Pending, Poll::Ready)
}
