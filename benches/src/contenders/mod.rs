//! The contenders of each table.

pub(crate) mod peers;
pub(crate) mod ringway;
pub(crate) mod spawned;
#[cfg(unix)]
mod spin_lock;

use ::ringway::metrics::StdClock;
use peers::{channel, mpmc, pool, priority, spsc};

#[cfg(unix)]
use crate::interface::queue::Contender as _;
use crate::interface::row::{ChannelRow, CompletionRow, PoolRow, PriorityRow, QueueRow};

/// Contenders in the tables with one producer and one consumer.
pub(crate) fn spsc_queues<R: QueueRow>() -> Vec<R> {
    vec![
        R::of_pair_queue::<ringway::Spsc>(),
        R::of_pair_queue::<ringway::BoxedSpsc>(),
        R::of_pair_queue::<spsc::Rtrb>(),
        R::of_pair_queue::<spsc::RingbufHeap>(),
        R::of_pair_queue::<spsc::HeaplessSpsc>(),
        R::of_pair_queue::<spsc::GilSpsc>(),
        R::of_pair_queue::<spsc::OmangoSpsc>(),
        R::of_pair_queue::<spsc::NexusSpsc>(),
        R::of_pair_queue::<mpmc::ArrayQueue>(),
    ]
}

/// Contenders in the tables with several producers or consumers.
pub(crate) fn mpmc_queues<R: QueueRow>() -> Vec<R> {
    vec![
        R::of_queue::<ringway::Mpmc>(),
        R::of_queue::<ringway::BoxedMpmc>(),
        R::of_queue::<mpmc::ArrayQueue>(),
        R::of_queue::<channel::CrossbeamChannel>(),
        R::of_queue::<mpmc::HeaplessMpmc>(),
        R::of_queue::<mpmc::ThingBuf>(),
        R::of_queue::<mpmc::ConcurrentQueue>(),
        R::of_queue::<mpmc::Lfqueue>(),
        R::of_queue::<mpmc::GilMpmc>(),
        R::of_queue::<mpmc::OmangoMpmc>(),
    ]
}

/// The contender that blocks by design.
#[cfg(unix)]
pub(crate) const BLOCKING: &str = spin_lock::SpinLock::NAME;

/// Contenders beside a thread that is stopped: the calls that do not wait.
#[cfg(unix)]
pub(crate) fn stalled<R: QueueRow>() -> Vec<R> {
    vec![
        R::of_queue::<ringway::Mpmc>(),
        R::of_queue::<ringway::InlineChannel>(),
        R::of_queue::<mpmc::Lfqueue>(),
        R::of_queue::<mpmc::ArrayQueue>(),
        R::of_queue::<channel::CrossbeamChannel>(),
        R::of_queue::<mpmc::ConcurrentQueue>(),
        R::of_queue::<channel::Kanal>(),
        R::of_queue::<channel::Flume>(),
        R::of_queue::<mpmc::OmangoMpmc>(),
        R::of_queue::<mpmc::GilMpmc>(),
        R::of_queue::<mpmc::HeaplessMpmc>(),
        R::of_queue::<channel::TokioMpsc>(),
        R::of_queue::<spin_lock::SpinLock>(),
    ]
}

/// Contenders in the tables of channels.
pub(crate) fn channels<R: ChannelRow>() -> Vec<R> {
    vec![
        R::of_channel::<ringway::InlineChannel>(),
        R::of_channel::<ringway::SharedChannel>(),
        R::of_channel::<ringway::SpscChannel>(),
        R::of_channel::<channel::TokioMpsc>(),
        R::of_channel::<channel::AsyncChannel>(),
        R::of_channel::<channel::Flume>(),
        R::of_channel::<channel::Kanal>(),
        R::of_channel::<channel::Crossfire>(),
        R::of_channel::<channel::CrossfireSpsc>(),
        R::of_channel::<channel::CrossbeamChannel>(),
        R::of_channel::<channel::ThingBufMpsc>(),
        R::of_channel::<channel::Tachyonix>(),
        R::of_channel::<channel::EmbassyChannel>(),
        R::of_channel::<channel::SyncChannel>(),
    ]
}

/// The rings below ringway's channels: they show what a channel costs calls that do not wait.
pub(crate) fn bare_rings<R: QueueRow>() -> Vec<R> {
    vec![R::of_queue::<ringway::Mpmc>(), R::of_queue::<ringway::BoxedMpmc>()]
}

/// Contenders in the tables of completion.
pub(crate) fn completions<R: CompletionRow>() -> Vec<R> {
    vec![
        R::of_completion::<&::ringway::task::Tracker>(),
        R::of_completion::<crossbeam_utils::sync::WaitGroup>(),
        R::of_completion::<tokio_util::task::TaskTracker>(),
    ]
}

/// Contenders in the tables of priorities.
pub(crate) fn priorities<R: PriorityRow>() -> Vec<R> {
    vec![
        R::of_priority::<ringway::Leveled>(),
        R::of_priority::<priority::LockedHeap>(),
        R::of_priority::<priority::Embassy>(),
        R::of_priority::<priority::AsyncPriorityChannel>(),
    ]
}

/// Contenders in the tables of pools.
pub(crate) fn pools<R: PoolRow>() -> Vec<R> {
    vec![
        R::of_pool::<ringway::InlinePool>(),
        R::of_pool::<ringway::HeapPool>(),
        R::of_pool::<ringway::PoolWithWaiters>(),
        R::of_pool::<pool::HeaplessObjects>(),
        R::of_pool::<pool::ArrayQueueOfBoxes>(),
        R::of_pool::<pool::LockedStack>(),
    ]
}

/// A queue without a meter and with one, to show what metrics cost per message.
pub(crate) fn metered<R: QueueRow>() -> Vec<R> {
    vec![
        R::of_queue::<ringway::Mpmc>(),
        R::of_queue::<ringway::MeteredMpmc<ringway::Counted, 1>>(),
        R::of_queue::<ringway::MeteredMpmc<ringway::Counted, 16>>(),
        R::of_queue::<ringway::MeteredMpmc<StdClock, 1>>(),
        R::of_queue::<ringway::MeteredMpmc<StdClock, 16>>(),
    ]
}

/// Additional contenders where only the producers are several.
pub(crate) fn mpsc_queues<R: QueueRow>() -> [R; 2] {
    [R::of_queue::<mpmc::GilMpsc>(), R::of_queue::<mpmc::NexusMpsc>()]
}

/// Additional contenders where only the consumers are several.
pub(crate) fn spmc_queues<R: QueueRow>() -> [R; 2] {
    [R::of_queue::<mpmc::GilSpmc>(), R::of_queue::<mpmc::NexusSpmc>()]
}
