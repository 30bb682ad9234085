//! Counters of tasks that are not done.

use crossbeam_utils::sync::WaitGroup;
use futures_executor::block_on;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::interface::completion::Completion;

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
