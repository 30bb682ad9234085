//! A channel between tasks that a multi-threaded runtime spawns.

use crate::interface::channel::Ends;
use crate::interface::queue::{Contender, Setup};

/// The sending end of such a channel. Dropping the last one closes the channel.
pub trait SpawnedSend: Send + 'static {
    /// Waits for room; `false` when closed.
    fn send(&mut self, item: u64) -> impl Future<Output = bool> + Send;
}

/// The receiving end of such a channel.
pub trait SpawnedRecv: Send + 'static {
    /// Waits for an item; `None` when closed and empty.
    fn recv(&mut self) -> impl Future<Output = Option<u64>> + Send;
}

/// A channel whose ends own it, and whose futures may move between threads.
pub trait Spawned: Contender {
    type Sender: SpawnedSend;
    type Receiver: SpawnedRecv;

    /// Makes a channel with as many ends of each kind. `None` when there cannot be that many.
    fn ends(setup: Setup) -> Option<Ends<Self::Sender, Self::Receiver>>;
}

/// The row of one contender in a table of such channels.
pub trait SpawnedRow: Sized {
    fn of_spawned<K: Spawned>() -> Self;
}
