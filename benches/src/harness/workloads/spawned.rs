//! Items stream between tasks of tokio: many senders, some receivers, one or more workers.

use core::ops::Range;
use core::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::harness::cores::Cores;
use crate::harness::gate::{Joined, run_threads, task};
use crate::harness::workloads::tasks::Collection;
use crate::harness::workloads::transfer::share;
use crate::harness::workloads::{Timed, verified};
use crate::interface::queue::Setup;
use crate::interface::spawned::{Spawned, SpawnedRecv, SpawnedSend};

/// Each sender sends its share, and each receiver receives until the channel is closed.
#[derive(Debug)]
pub(crate) struct SpawnedStream<'a> {
    pub(crate) cores: &'a Cores,
    pub(crate) setup: Setup,
    /// Threads of the runtime. With none, the tasks run on the thread that waits for them.
    pub(crate) workers: usize,
    pub(crate) items: u64,
}

impl SpawnedStream<'_> {
    /// The time, with a checksum; `None` when the contender has no such channel.
    pub(crate) fn time<K: Spawned>(self) -> Option<Timed> {
        let items = self.items;
        let joined = self.run::<K, u64>()?;
        Some(joined.and_then(|(sample, sums)| verified(sample, sums, items)))
    }

    /// Each receiver collects what it gets in an `A`.
    pub(crate) fn run<K: Spawned, A: Collection + 'static>(self) -> Option<Joined<A>> {
        let Self { cores, setup, workers, items } = self;
        let ends = K::ends(setup)?;
        let runtime = runtime(workers, cores);
        let wait = task(ends, |(senders, receivers), _| {
            runtime.block_on(async {
                let receiving: Vec<_> =
                    receivers.into_iter().map(|end| tokio::spawn(receive_all::<A, _>(end))).collect();
                let share_of = |index| share(index, items / setup.producers as u64);
                let sending: Vec<_> = senders
                    .into_iter()
                    .enumerate()
                    .map(|(index, end)| tokio::spawn(send_all(end, share_of(index))))
                    .collect();
                all(sending).await;
                all(receiving).await
            })
        });
        let joined = run_threads(cores, vec![wait]);
        Some(joined.map(|(sample, collected)| (sample, collected.into_iter().flatten().collect())))
    }
}

/// The workers are pinned, one after another, so that they are the same in each round.
fn runtime(workers: usize, cores: &Cores) -> Runtime {
    let mut builder = if workers == 0 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    if workers > 0 {
        let (started, cores) = (AtomicUsize::new(0), cores.clone());
        builder.worker_threads(workers);
        builder.on_thread_start(move || cores.pin(started.fetch_add(1, Ordering::Relaxed)));
    }
    builder.build().expect("there are threads for the runtime")
}

async fn all<A>(tasks: Vec<JoinHandle<A>>) -> Vec<A> {
    let mut outputs = Vec::with_capacity(tasks.len());
    for task in tasks {
        outputs.push(task.await.expect("no task panics"));
    }
    outputs
}

async fn send_all(mut end: impl SpawnedSend, numbers: Range<u64>) {
    for number in numbers {
        assert!(end.send(number).await, "the receivers are there");
    }
}

async fn receive_all<A: Collection, R: SpawnedRecv>(mut end: R) -> A {
    let mut received = A::default();
    while let Some(number) = end.recv().await {
        received.add(number);
    }
    received
}
