//! A counter of tasks that are not done, which one can wait for.

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
