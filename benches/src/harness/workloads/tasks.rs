//! The timed loops of tasks that wait for each other.
//!
//! One executor for all, which belongs to none of them: `FuturesUnordered` under `block_on`, the
//! two parts that futures' `LocalPool` is made of. It polls what was woken in the order of waking.

use core::marker::PhantomData;
use core::ops::Range;

use futures_executor::block_on;
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::harness::case::Placement;
use crate::harness::cores::Cores;
use crate::harness::gate::{Joined, Task, run_threads, task};
use crate::harness::workloads::transfer::share;
use crate::harness::workloads::{Timed, verified};
use crate::interface::channel::{AsyncJob, AsyncRecv, AsyncSend, Channel};
use crate::interface::queue::Setup;

/// Items stream from the senders to the receivers.
#[derive(Debug)]
pub(crate) struct Stream<'a> {
    pub(crate) cores: &'a Cores,
    pub(crate) placement: Placement,
    /// Items sent and received before the clock starts.
    pub(crate) capacity: usize,
    pub(crate) items: u64,
}

impl Stream<'_> {
    /// Each receiver collects what it gets in an `A`.
    pub(crate) fn run<A: Collection, S: AsyncSend, R: AsyncRecv>(
        self,
        mut senders: Vec<S>,
        mut receivers: Vec<R>,
    ) -> Joined<A> {
        block_on(warm_up(&mut senders[0], &mut receivers[0], self.capacity));
        let sent = self.items / senders.len() as u64;
        let received = self.items / receivers.len() as u64;
        let senders = senders.into_iter().enumerate().map(|(index, end)| (end, share(index, sent)));
        let threads = match self.placement {
            Placement::OneThread => {
                let ends = (senders.collect::<Vec<_>>(), receivers);
                vec![task(ends, move |(senders, receivers), _| {
                    let sending = senders.into_iter().map(|(end, numbers)| boxed(send_all(end, numbers)));
                    let receiving = receivers.into_iter().map(|end| boxed(receive_all(end, received)));
                    run_together(sending.chain(receiving))
                })]
            }
            Placement::ThreadPerTask => {
                let sending = senders.map(|(end, numbers)| thread(end, |end| send_all(end, numbers)));
                let receiving =
                    receivers.into_iter().map(|end| thread(end, move |end| receive_all(end, received)));
                sending.chain(receiving).collect()
            }
        };
        let (sample, collected) = run_threads(self.cores, threads)?;
        Ok((sample, collected.into_iter().flatten().collect()))
    }
}

/// What a receiver makes of the items.
pub(crate) trait Collection: Default + Send {
    fn add(&mut self, number: u64);
}

impl Collection for Vec<u64> {
    fn add(&mut self, number: u64) {
        self.push(number);
    }
}

/// The sum, which is all that a timed run checks.
impl Collection for u64 {
    #[inline]
    fn add(&mut self, number: u64) {
        *self = self.wrapping_add(number);
    }
}

impl AsyncJob for Stream<'_> {
    type Output = Timed;

    fn run<S: AsyncSend, R: AsyncRecv>(self, senders: Vec<S>, receivers: Vec<R>) -> Timed {
        let items = self.items;
        let (sample, sums) = Stream::run::<u64, _, _>(self, senders, receivers)?;
        verified(sample, sums, items)
    }
}

fn boxed<'a, A>(future: impl Future<Output = A> + 'a) -> LocalBoxFuture<'a, A> {
    Box::pin(future)
}

fn run_together<'a, A: 'a>(tasks: impl Iterator<Item = LocalBoxFuture<'a, A>>) -> Vec<A> {
    block_on(tasks.collect::<FuturesUnordered<_>>().collect())
}

/// A task that has a thread for itself.
fn thread<'a, E: Send + 'a, A, F: Future<Output = A>>(
    end: E,
    run: impl FnOnce(E) -> F + Send + 'a,
) -> Task<'a, Vec<A>> {
    task(end, |end, _| vec![block_on(run(end))])
}

async fn warm_up(sender: &mut impl AsyncSend, receiver: &mut impl AsyncRecv, capacity: usize) {
    for _ in 0..capacity {
        sender.send(0).await;
    }
    for _ in 0..capacity {
        receiver.recv().await;
    }
}

async fn send_all<A: Collection>(mut end: impl AsyncSend, numbers: Range<u64>) -> A {
    for number in numbers {
        end.send(number).await;
    }
    A::default()
}

async fn receive_all<A: Collection>(mut end: impl AsyncRecv, items: u64) -> A {
    let mut received = A::default();
    for _ in 0..items {
        let Some(number) = end.recv().await else { break };
        received.add(number);
    }
    received
}

/// One item at a time there through one channel and back through another of the same kind.
#[derive(Debug)]
pub(crate) struct PingPong<'a, K> {
    pub(crate) cores: &'a Cores,
    pub(crate) placement: Placement,
    pub(crate) setup: Setup,
    pub(crate) items: u64,
    pub(crate) kind: PhantomData<K>,
}

impl<K: Channel> AsyncJob for PingPong<'_, K> {
    type Output = Option<Timed>;

    fn run<S: AsyncSend, R: AsyncRecv>(self, there_in: Vec<S>, there_out: Vec<R>) -> Option<Timed> {
        let Self { cores, placement, items, .. } = self;
        K::tasks(self.setup, ReturnPath { cores, placement, items, there_in, there_out })
    }
}

struct ReturnPath<'a, S, R> {
    cores: &'a Cores,
    placement: Placement,
    items: u64,
    there_in: Vec<S>,
    there_out: Vec<R>,
}

impl<S: AsyncSend, R: AsyncRecv> AsyncJob for ReturnPath<'_, S, R> {
    type Output = Timed;

    fn run<S2: AsyncSend, R2: AsyncRecv>(self, back_in: Vec<S2>, back_out: Vec<R2>) -> Timed {
        let items = self.items;
        let mut returning = self.there_out.into_iter().zip(back_in);
        let mut asking = self.there_in.into_iter().zip(back_out);
        let (Some(returning), Some(asking)) = (returning.next(), asking.next()) else {
            return Err("no ends".into());
        };
        let threads = match self.placement {
            Placement::OneThread => vec![task((returning, asking), move |(returning, asking), _| {
                run_together([boxed(echo(returning, items)), boxed(ask(asking, items))].into_iter())
            })],
            Placement::ThreadPerTask => vec![
                thread(returning, move |ends| echo(ends, items)),
                thread(asking, move |ends| ask(ends, items)),
            ],
        };
        let (sample, sums) = run_threads(self.cores, threads)?;
        verified(sample, sums.into_iter().flatten().collect(), items)
    }
}

async fn echo((mut receiver, mut sender): (impl AsyncRecv, impl AsyncSend), items: u64) -> u64 {
    for _ in 0..items {
        let Some(number) = receiver.recv().await else { break };
        sender.send(number).await;
    }
    0
}

async fn ask((mut sender, mut receiver): (impl AsyncSend, impl AsyncRecv), items: u64) -> u64 {
    let mut sum = 0;
    for number in 0..items {
        sender.send(number).await;
        sum.add(receiver.recv().await.unwrap_or_default());
    }
    sum
}

/// Send and receive in turn in one task, which never waits: what the instruction counts are taken
/// from.
#[derive(Debug)]
pub(crate) struct SendRecv {
    pub(crate) pairs: u64,
}

impl AsyncJob for SendRecv {
    type Output = u64;

    fn run<S: AsyncSend, R: AsyncRecv>(self, mut senders: Vec<S>, mut receivers: Vec<R>) -> u64 {
        let (sender, receiver) = (&mut senders[0], &mut receivers[0]);
        block_on(async {
            let mut sum = 0;
            for number in 0..self.pairs {
                sender.send(number).await;
                sum.add(receiver.recv().await.unwrap_or_default());
            }
            sum
        })
    }
}
