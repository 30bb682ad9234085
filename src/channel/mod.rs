//! Channels: queues with waiting and closing, for tasks, threads and interrupt handlers at once.
//!
//! A [`Channel`] is a queue of exactly `N` values for any number of senders and receivers, first
//! in, first out. A task that finds it full or empty may wait, with [`send`](ChannelInner::send)
//! and [`recv`](ChannelInner::recv) on any executor; a thread with `send_blocking` and
//! `recv_blocking` (feature `std`). [`try_send`](ChannelInner::try_send) and
//! [`try_recv`](ChannelInner::try_recv) never wait, and are lock-free except that waking a waiter
//! takes the lock of the waiter list. All may be mixed on one channel.
//!
//! | channel | values leave |
//! |---|---|
//! | [`Channel`], [`bounded`](self#functions), [`BoxedChannel`](self#types) | first in, first out |
//! | [`priority::Channel`] | by urgency |
//! | [`stack::Channel`] | last in, first out |
//! | [`spsc::Channel`] | first in, first out, from one sender to one receiver |
//! | [`oneshot::Oneshot`] | one value, once |
//!
//! ```
//! use ringway::channel::{Channel, RecvError, TrySendError};
//!
//! # type Channel2<T> = Channel<T, 2, ringway::wait::NoLock>;
//! # pollster::block_on(async {
//! // With feature `std`: `static JOBS: Channel<&str, 2> = Channel::new();`
//! let jobs = Channel2::new();
//! jobs.send("one").await.unwrap();
//! jobs.try_send("two").unwrap();
//! assert_eq!(jobs.try_send("three"), Err(TrySendError::Full("three")));
//! jobs.close();
//! assert_eq!(jobs.recv().await, Ok("one"));
//! assert_eq!(jobs.recv().await, Ok("two"));
//! assert_eq!(jobs.recv().await, Err(RecvError));
//! # });
//! ```
//!
//! # Guarantees
//!
//! * **`try_send`, `force_send`, `try_recv` never wait** for another operation on the queue,
//!   however it has stalled. If a task or thread waits at the channel, they wake one, under the
//!   lock of the waiter list: see [`RawLock`](crate::wait::RawLock) for which lock fits
//!   where.
//! * **No lost wake-up.** A waiter is on the list before it tries for the last time, and Empty and
//!   Full are exact.
//! * **Waiters are woken in the order in which they came.** A caller that need not wait may be
//!   served before them. A waiter whose attempt fails after it was woken is first in line again.
//! * **Exact**: `len`, `is_empty`, `is_full`, `stats` and `is_closed` are, for several channels
//!   together too: if two threads each send on, receive from or close a channel of their own and
//!   then look at the other's, at least one of them sees what the other did.
//! * **Cancel-safe.** A future may be dropped at any point: a receiver that is dropped took
//!   nothing, a sender gives its value back ([`SendFuture::into_inner`]) or drops it, and a
//!   notification that it did not use goes to the next waiter. A future that is kept but not polled
//!   keeps its notification: see [cancel safety](crate::guide::cancel_safety).
//! * **Closing is exact.** What was accepted is received, even if it was sent while the channel was
//!   being closed, and nothing is accepted after a receiver found the channel closed and empty. (A
//!   [receiver of `spsc`](spsc::Receiver::close) that closes may find one more value.)
//! * **A waker may use the channel that it is called from**: it runs outside every lock. If it
//!   panics, the panic reaches the call that woke it; the other waiters are woken all the same (a
//!   second panic meanwhile aborts the process, as any panic during unwinding does). A call that
//!   wakes one waiter has already completed: a value that was being sent is in the channel, one
//!   that was being received is dropped.
//! * **No allocation**: the waiters' nodes are part of their futures.
//! * **Unwind-safe**: no code that may panic runs while a queue or a list is between two states, so
//!   channels and their ends are [`UnwindSafe`](::core::panic::UnwindSafe) and
//!   [`RefUnwindSafe`](::core::panic::RefUnwindSafe), whatever they carry.
//!
//! # Errors
//!
//! | | that does not wait | that waits for some time | that waits |
//! |---|---|---|---|
//! | send | [`TrySendError`]: full or closed | [`SendTimeoutError`]: timed out or closed | [`SendError`]: closed |
//! | receive | [`TryRecvError`]: empty or closed | [`RecvTimeoutError`]: timed out or closed | [`RecvError`]: closed |
//!
//! They are the same for all channels, except that sending to a level of a [`priority::Channel`]
//! has errors of its own, of the same names, in [`priority`](crate::priority): there may be no
//! such level. A value that was not sent is always inside. If several were to be sent, all that
//! were not are inside, as an iterator: [`Unsent`].
//!
//! # Fairness to other tasks
//!
//! A task that never has to wait, because there is always room or a value, still lets the other
//! tasks of its thread run: after 128 operations that did not wait, futures are pending and wake
//! their task at once, until the task was polled again. That holds across channels, so a loop
//! around `select!` yields too. Values that `recv_many` takes count one by one; streams and sinks
//! count as the futures do. With feature `std` each thread has one count for all channels; without
//! it each side of a channel has its own, and a [`oneshot`] none. So a future that is polled once,
//! for instance by `now_or_never`, may be pending although there is a value: `try_send` and
//! `try_recv` never yield.
//!
//! # Spare slots
//!
//! As for [`mpmc`](crate::mpmc#guarantees): while `S` covers what operations in flight hold, Full
//! is exact. `bounded` and `BoxedChannel::new` choose enough for the
//! cores of the machine. Beyond that a waiting sender polls again and again, instead of sleeping,
//! until a slot is free.

// The edges C1 to C3 are in `crate::ordering`.

mod attempt;
#[cfg(feature = "std")]
mod blocking;
mod clear;
pub(crate) mod closed;
mod closed_future;
mod core;
pub(crate) mod error;
mod future;
mod grant;
mod handle;
mod iter;
mod many;
mod mpmc;
pub mod oneshot;
#[cfg(feature = "futures")]
mod owned;
pub(crate) mod priority;
mod queue;
mod room;
#[cfg(feature = "std")]
mod select;
mod shared;
pub mod spsc;
pub(crate) mod stack;
#[cfg(feature = "futures")]
mod stream;

pub use self::closed_future::ClosedFuture;
pub use self::core::{ChannelInner, OwnedWaiters, Waiters};
#[cfg(feature = "futures")]
pub use self::error::SinkError;
pub use self::error::{RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError};
pub use self::future::{RecvFuture, RecvManyFuture, SendFuture};
pub use self::grant::{FilledGrant, Grant};
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub use self::handle::bounded;
pub use self::handle::{Handle, Receiver, Receiving, Sender, Sending, WeakHandle, WeakReceiver, WeakSender};
#[cfg(feature = "std")]
pub use self::iter::Iter;
pub use self::iter::{Drain, TryIter};
pub use self::many::{SendManyFuture, Unsent};
#[cfg(feature = "alloc")]
pub use self::mpmc::BoxedChannel;
pub use self::mpmc::{Channel, Fifo, View};
#[cfg(feature = "futures")]
pub use self::owned::{OwnedRecv, OwnedSend, ReceiverStream, SenderSink};
pub use self::queue::{Queue, Single};
pub use self::room::RoomFuture;
#[cfg(feature = "std")]
pub use self::select::{Case, Cases, NoCase, Operation, Select};
#[cfg(feature = "futures")]
pub use self::stream::{RecvStream, SendSink};
pub use crate::mpmc::Stats;
