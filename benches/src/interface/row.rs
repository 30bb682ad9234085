//! A table of contenders, row by row.

use crate::interface::channel::Channel;
use crate::interface::completion::Completion;
use crate::interface::pool::ObjectPool;
use crate::interface::priority::PriorityQueue;
use crate::interface::queue::Contender;

/// The row of one contender in a table, without the contender's type. Each table has rows of a type
/// of its own, so that a program is compiled with what it measures only.
pub trait QueueRow: Sized {
    fn of_queue<K: Contender>() -> Self;

    /// Of a queue in the tables with one producer and one consumer.
    fn of_pair_queue<K: Contender>() -> Self {
        Self::of_queue::<K>()
    }
}

/// The same for channels.
pub trait ChannelRow: Sized {
    fn of_channel<K: Channel>() -> Self;
}

/// The same for counters of tasks.
pub trait CompletionRow: Sized {
    fn of_completion<K: Completion>() -> Self;
}

/// The same for queues with priorities.
pub trait PriorityRow: Sized {
    fn of_priority<K: PriorityQueue>() -> Self;
}

/// The same for pools.
pub trait PoolRow: Sized {
    fn of_pool<K: ObjectPool>() -> Self;
}
