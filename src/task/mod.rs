//! Completion tracking: wait until all submitted work is finished, not merely dequeued.
//!
//! A [`Tracker`] counts unfinished tasks. A [`Task`] is a value that counts as unfinished until it
//! is done, failed or dropped. Tasks are sent through any queue or channel as its values, so work
//! can be joined whatever its order: first in first out, by priority, last in first out.
//!
//! ```
//! use ringway::channel::Channel;
//! use ringway::task::{Task, Tracker};
//!
//! # type Lock = ringway::wait::NoLock;
//! # pollster::block_on(async {
//! let tracker = Tracker::<Lock>::new(); // also in a `static`
//! let jobs: Channel<Task<&str, Lock>, 4, Lock> = Channel::new();
//! jobs.send(tracker.track("one")).await.unwrap();
//! jobs.send(tracker.track("two")).await.unwrap();
//!
//! let job = jobs.recv().await.unwrap();
//! println!("working on {}", *job);
//! job.done();
//! let again = jobs.recv().await.unwrap().retry();
//! assert_eq!((tracker.unfinished(), again.retries()), (1, 1));
//! jobs.send(again).await.unwrap();
//!
//! drop(jobs.recv().await); // a dropped task is done, unless a panic drops it
//! tracker.join().await;
//! # });
//! ```
//!
//! # Tasks of their own
//!
//! A [`Task`] borrows its tracker, which lies in a `static` or outlives its tasks in some other
//! way. The tasks of a `SharedTracker` (feature `alloc`) own a share of it instead, so that
//! `tokio::spawn` may take them along. [`Tracker::track_future`] tracks a future until it is ready.
//!
//! # Python's words
//!
//! | Python's `queue` | here |
//! |---|---|
//! | `put(item)` | `channel.send(tracker.track(item))`: counted before it is visible |
//! | `get()` | `channel.recv()`: the task remains unfinished |
//! | `task_done()` | [`Task::done`], or drop the task |
//! | `task_done()` once too often: `ValueError` | does not compile: `done` consumes the task |
//! | `join()` | [`Tracker::join`], `join_blocking` |

mod future;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod shared;
mod tracked;
mod tracker;
mod unwinding;

pub use self::future::TrackedFuture;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use self::shared::{OwnedTask, SharedTracker};
pub use self::tracked::{Task, TaskInner, TrackerRef};
pub use self::tracker::{Join, Tracker};
