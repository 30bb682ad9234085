//! Channels between tasks of tokio.

use ::ringway::channel;

use crate::contenders::peers::channel::{AsyncChannel, Flume, Kanal, TokioMpsc};
use crate::contenders::ringway::SharedChannel;
use crate::interface::channel::{Ends, cloned};
use crate::interface::queue::Setup;
use crate::interface::spawned::{Spawned, SpawnedRecv, SpawnedRow, SpawnedSend};

/// Contenders in the tables of channels between tasks of tokio.
pub(crate) fn channels<R: SpawnedRow>() -> Vec<R> {
    vec![
        R::of_spawned::<SharedChannel>(),
        R::of_spawned::<TokioMpsc>(),
        R::of_spawned::<AsyncChannel>(),
        R::of_spawned::<Flume>(),
        R::of_spawned::<Kanal>(),
    ]
}

impl Spawned for SharedChannel {
    type Sender = channel::Sender<'static, u64>;
    type Receiver = channel::Receiver<'static, u64>;

    fn ends(setup: Setup) -> Option<Ends<Self::Sender, Self::Receiver>> {
        SharedChannel::ends(setup)
    }
}

impl SpawnedSend for channel::Sender<'static, u64> {
    async fn send(&mut self, item: u64) -> bool {
        channel::Sender::send(self, item).await.is_ok()
    }
}

impl SpawnedRecv for channel::Receiver<'static, u64> {
    async fn recv(&mut self) -> Option<u64> {
        channel::Receiver::recv(self).await.ok()
    }
}

impl Spawned for TokioMpsc {
    type Sender = tokio::sync::mpsc::Sender<u64>;
    type Receiver = tokio::sync::mpsc::Receiver<u64>;

    fn ends(setup: Setup) -> Option<Ends<Self::Sender, Self::Receiver>> {
        TokioMpsc::ends(setup)
    }
}

impl SpawnedSend for tokio::sync::mpsc::Sender<u64> {
    async fn send(&mut self, item: u64) -> bool {
        tokio::sync::mpsc::Sender::send(self, item).await.is_ok()
    }
}

impl SpawnedRecv for tokio::sync::mpsc::Receiver<u64> {
    async fn recv(&mut self) -> Option<u64> {
        tokio::sync::mpsc::Receiver::recv(self).await
    }
}

impl Spawned for AsyncChannel {
    type Sender = async_channel::Sender<u64>;
    type Receiver = async_channel::Receiver<u64>;

    fn ends(setup: Setup) -> Option<Ends<Self::Sender, Self::Receiver>> {
        AsyncChannel::ends(setup)
    }
}

impl SpawnedSend for async_channel::Sender<u64> {
    async fn send(&mut self, item: u64) -> bool {
        async_channel::Sender::send(self, item).await.is_ok()
    }
}

impl SpawnedRecv for async_channel::Receiver<u64> {
    async fn recv(&mut self) -> Option<u64> {
        async_channel::Receiver::recv(self).await.ok()
    }
}

impl Spawned for Flume {
    type Sender = flume::Sender<u64>;
    type Receiver = flume::Receiver<u64>;

    fn ends(setup: Setup) -> Option<Ends<Self::Sender, Self::Receiver>> {
        Flume::ends(setup)
    }
}

impl SpawnedSend for flume::Sender<u64> {
    async fn send(&mut self, item: u64) -> bool {
        self.send_async(item).await.is_ok()
    }
}

impl SpawnedRecv for flume::Receiver<u64> {
    async fn recv(&mut self) -> Option<u64> {
        self.recv_async().await.ok()
    }
}

impl Spawned for Kanal {
    type Sender = kanal::AsyncSender<u64>;
    type Receiver = kanal::AsyncReceiver<u64>;

    fn ends(setup: Setup) -> Option<Ends<Self::Sender, Self::Receiver>> {
        cloned(setup, kanal::bounded_async(setup.capacity))
    }
}

impl SpawnedSend for kanal::AsyncSender<u64> {
    async fn send(&mut self, item: u64) -> bool {
        kanal::AsyncSender::send(self, item).await.is_ok()
    }
}

impl SpawnedRecv for kanal::AsyncReceiver<u64> {
    async fn recv(&mut self) -> Option<u64> {
        kanal::AsyncReceiver::recv(self).await.ok()
    }
}
