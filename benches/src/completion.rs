//! Counters of tasks that are not done, which one can wait for: ours and the others.

use crossbeam_utils::sync::WaitGroup;
use futures_executor::block_on;
use ringway::task::{Task, Tracker};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// A counter of tasks.
pub trait Completion: Clone + Send {
    const NAME: &'static str;
    /// A task is done when this is dropped.
    type Task: Send;

    /// Without tasks.
    fn new() -> Self;
    /// Counts one task.
    fn track(&self) -> Self::Task;
    /// Waits until all tasks are done.
    fn join(self);
}

impl Completion for &'static Tracker {
    const NAME: &'static str = "ringway tracker";
    type Task = Task<'static, ()>;

    fn new() -> Self {
        static TRACKER: Tracker = Tracker::new();
        &TRACKER
    }

    #[inline]
    fn track(&self) -> Self::Task {
        Tracker::track(self, ())
    }

    fn join(self) {
        self.join_blocking();
    }
}

impl Completion for WaitGroup {
    const NAME: &'static str = "crossbeam WaitGroup";
    type Task = Self;

    fn new() -> Self {
        Self::new()
    }

    #[inline]
    fn track(&self) -> Self {
        self.clone()
    }

    fn join(self) {
        self.wait();
    }
}

impl Completion for TaskTracker {
    const NAME: &'static str = "tokio-util TaskTracker";
    type Task = TaskTrackerToken;

    fn new() -> Self {
        Self::new()
    }

    #[inline]
    fn track(&self) -> TaskTrackerToken {
        self.token()
    }

    fn join(self) {
        self.close();
        block_on(self.wait());
    }
}
