//! Channels whose ends wait.

use std::sync::mpsc;

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;

use crate::interface::channel::{
    AsyncJob, Channel, Ends, cloned, one_each, one_receiver, with_async_calls, with_calls,
};
use crate::interface::queue::{Contender, Item, Job, Pop, Push, Setup, run_cloned, with_const_capacity};

#[derive(Debug)]
pub(crate) struct CrossbeamChannel;

impl Contender for CrossbeamChannel {
    const NAME: &'static str = "crossbeam-channel";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = crossbeam_channel::bounded::<T>(setup.capacity);
        Some(run_cloned(setup, ends, job))
    }
}

impl<T: Item> Push<T> for crossbeam_channel::Sender<T> {
    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Pop<T> for crossbeam_channel::Receiver<T> {
    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.try_recv().ok()
    }
}

impl Channel for CrossbeamChannel {
    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = cloned(setup, crossbeam_channel::bounded(setup.capacity))?;
        Some(with_calls(ends, |end, item| end.send(item).is_ok(), |end| end.recv().ok(), job))
    }
}

#[derive(Debug)]
pub(crate) struct TokioMpsc;

impl TokioMpsc {
    pub(in crate::contenders) fn ends<T>(
        setup: Setup,
    ) -> Option<Ends<tokio::sync::mpsc::Sender<T>, tokio::sync::mpsc::Receiver<T>>> {
        one_receiver(setup, tokio::sync::mpsc::channel(setup.capacity))
    }
}

impl Contender for TokioMpsc {
    const NAME: &'static str = "tokio mpsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for TokioMpsc {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let send = async |end: &mut tokio::sync::mpsc::Sender<_>, item| end.send(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv().await, job))
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.blocking_send(item).is_ok(), |end| end.blocking_recv(), job))
    }
}

#[derive(Debug)]
pub(crate) struct AsyncChannel;

impl AsyncChannel {
    pub(in crate::contenders) fn ends<T>(
        setup: Setup,
    ) -> Option<Ends<async_channel::Sender<T>, async_channel::Receiver<T>>> {
        cloned(setup, async_channel::bounded(setup.capacity))
    }
}

impl Contender for AsyncChannel {
    const NAME: &'static str = "async-channel";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for AsyncChannel {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let send = async |end: &mut async_channel::Sender<_>, item| end.send(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv().await.ok(), job))
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let send = |end: &mut async_channel::Sender<_>, item| end.send_blocking(item).is_ok();
        Some(with_calls(ends, send, |end| end.recv_blocking().ok(), job))
    }
}

#[derive(Debug)]
pub(crate) struct Flume;

impl Flume {
    pub(in crate::contenders) fn ends<T>(setup: Setup) -> Option<Ends<flume::Sender<T>, flume::Receiver<T>>> {
        cloned(setup, flume::bounded(setup.capacity))
    }
}

impl Contender for Flume {
    const NAME: &'static str = "flume";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for Flume {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let send = async |end: &mut flume::Sender<_>, item| end.send_async(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv_async().await.ok(), job))
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.send(item).is_ok(), |end| end.recv().ok(), job))
    }
}

#[derive(Debug)]
pub(crate) struct Kanal;

impl Kanal {
    fn ends<T>(setup: Setup) -> Option<Ends<kanal::Sender<T>, kanal::Receiver<T>>> {
        cloned(setup, kanal::bounded(setup.capacity))
    }
}

impl Contender for Kanal {
    const NAME: &'static str = "kanal";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let push = |end: &mut kanal::Sender<_>, item| matches!(end.try_send(item), Ok(true));
        Some(with_calls(ends, push, |end| end.try_recv().ok().flatten(), job))
    }
}

impl Channel for Kanal {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = cloned(setup, kanal::bounded_async(setup.capacity))?;
        let send = async |end: &mut kanal::AsyncSender<_>, item| end.send(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv().await.ok(), job))
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.send(item).is_ok(), |end| end.recv().ok(), job))
    }
}

#[derive(Debug)]
pub(crate) struct Crossfire;

impl Contender for Crossfire {
    const NAME: &'static str = "crossfire mpmc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = cloned(setup, crossfire::mpmc::bounded_blocking::<T>(setup.capacity))?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for Crossfire {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = cloned(setup, crossfire::mpmc::bounded_async(setup.capacity))?;
        let send = async |end: &mut crossfire::MAsyncTx<_>, item| end.send(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv().await.ok(), job))
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = cloned(setup, crossfire::mpmc::bounded_blocking(setup.capacity))?;
        Some(with_calls(ends, |end, item| end.send(item).is_ok(), |end| end.recv().ok(), job))
    }
}

#[derive(Debug)]
pub(crate) struct CrossfireSpsc;

impl Contender for CrossfireSpsc {
    const NAME: &'static str = "crossfire spsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = one_each(setup, crossfire::spsc::bounded_blocking::<T>(setup.capacity))?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for CrossfireSpsc {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = one_each(setup, crossfire::spsc::bounded_async(setup.capacity))?;
        let send = async |end: &mut crossfire::AsyncTx<_>, item| end.send(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv().await.ok(), job))
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = one_each(setup, crossfire::spsc::bounded_blocking(setup.capacity))?;
        Some(with_calls(ends, |end, item| end.send(item).is_ok(), |end| end.recv().ok(), job))
    }
}

#[derive(Debug)]
pub(crate) struct ThingBufMpsc;

impl Contender for ThingBufMpsc {
    const NAME: &'static str = "thingbuf mpsc";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = one_receiver(setup, thingbuf::mpsc::channel(setup.capacity))?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for ThingBufMpsc {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = one_receiver(setup, thingbuf::mpsc::channel(setup.capacity))?;
        let send = async |end: &mut thingbuf::mpsc::Sender<_>, item| end.send(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv().await, job))
    }

    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = one_receiver(setup, thingbuf::mpsc::blocking::channel(setup.capacity))?;
        Some(with_calls(ends, |end, item| end.send(item).is_ok(), |end| end.recv(), job))
    }
}

#[derive(Debug)]
pub(crate) struct Tachyonix;

impl Tachyonix {
    fn ends<T>(setup: Setup) -> Option<Ends<tachyonix::Sender<T>, tachyonix::Receiver<T>>> {
        one_receiver(setup, tachyonix::channel(setup.capacity))
    }
}

impl Contender for Tachyonix {
    const NAME: &'static str = "tachyonix";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for Tachyonix {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        let send = async |end: &mut tachyonix::Sender<_>, item| end.send(item).await.is_ok();
        Some(with_async_calls(ends, send, async |end| end.recv().await.ok(), job))
    }
}

type Embassy<T, const N: usize> = embassy_sync::channel::Channel<CriticalSectionRawMutex, T, N>;

#[derive(Debug)]
pub(crate) struct EmbassyChannel;

impl Contender for EmbassyChannel {
    const NAME: &'static str = "embassy-sync";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64, 1_024], N => {
            let channel = Box::new(Embassy::<T, N>::new());
            let ends = cloned(setup, (&*channel, &*channel))?;
            Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_receive().ok(), job))
        })
    }
}

impl Channel for EmbassyChannel {
    fn tasks<J: AsyncJob>(setup: Setup, job: J) -> Option<J::Output> {
        with_const_capacity!(setup.capacity, [64, 1_024], N => {
            let channel = Box::new(Embassy::<u64, N>::new());
            let ends = cloned(setup, (&*channel, &*channel))?;
            let send = async |end: &mut &Embassy<u64, N>, item| {
                end.send(item).await;
                true
            };
            Some(with_async_calls(ends, send, async |end| Some(end.receive().await), job))
        })
    }
}

#[derive(Debug)]
pub(crate) struct SyncChannel;

impl SyncChannel {
    fn ends<T>(setup: Setup) -> Option<Ends<mpsc::SyncSender<T>, mpsc::Receiver<T>>> {
        one_receiver(setup, mpsc::sync_channel(setup.capacity))
    }
}

impl Contender for SyncChannel {
    const NAME: &'static str = "std sync_channel";

    fn run<T: Item, J: Job<T>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.try_send(item).is_ok(), |end| end.try_recv().ok(), job))
    }
}

impl Channel for SyncChannel {
    fn threads<J: Job<u64>>(setup: Setup, job: J) -> Option<J::Output> {
        let ends = Self::ends(setup)?;
        Some(with_calls(ends, |end, item| end.send(item).is_ok(), |end| end.recv().ok(), job))
    }
}
