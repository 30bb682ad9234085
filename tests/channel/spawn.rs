//! Every future can be spawned, whatever the type of the value. That it compiles is the test.
//!
//! A future whose type names the type of its value twice, tied by a trait, cannot be spawned if
//! there is a lifetime in that type, `'static` included. So each call is made with types that have
//! one.

use futures::{SinkExt, StreamExt};
use ringway::channel::{self, BoxedChannel, Receiver, Sender, View, WeakSender, oneshot, spsc};
use ringway::task::{OwnedTask, SharedTracker, Task, Tracker};
use ringway::wait::CriticalSection;
use ringway::{priority, stack};
use std::borrow::Cow;
use std::error::Error;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;

fn spawn(future: impl Future<Output: Send> + Send + 'static) {
    drop(future);
}

/// Spawns every call that waits, of every kind of channel, for values of one type. Peers first:
/// what they refuse is no fault of ours.
macro_rules! spawn_all {
    ($($name:ident: $value:ty,)*) => { $(
        #[allow(dead_code, reason = "that it compiles is the test")]
        mod $name {
            use super::*;

            type Value = $value;

            fn tokio(sender: tokio::sync::mpsc::Sender<Value>, value: Value) {
                spawn(async move { sender.send(value).await.is_ok() });
            }

            fn handles(sender: Sender<'static, Value>, receiver: Receiver<'static, Value>, values: [Value; 3]) {
                let [a, b, c] = values;
                spawn(async move {
                    let _ = sender.send(a).await;
                    let _ = sender.wait_for_room().await;
                    let _ = pin!(sender.sink()).send(b).await;
                    if let Some(grant) = sender.reserve() {
                        let _ = grant.write(c).send().await;
                    }
                    sender.closed().await;
                });
                spawn(async move {
                    let _ = receiver.recv().await;
                    let mut buffer = Vec::new();
                    let _ = receiver.recv_many(&mut buffer, 2).await;
                    pin!(receiver.stream()).next().await
                });
            }

            fn owned(sender: Sender<'static, Value>, receiver: Receiver<'static, Value>, value: Value) {
                spawn(async move {
                    let mut sink = pin!(sender.into_sink());
                    let _ = sink.send(value).await;
                    sink.sender().closed().await;
                });
                spawn(async move { pin!(receiver.into_stream()).next().await });
            }

            fn owned_of_flavors(
                jobs: priority::Receiver<'static, Value, 2, 2>,
                buffers: (stack::Sender<'static, Value, 2>, stack::Receiver<'static, Value, 2>),
                single: (spsc::Sender<'static, Value>, spsc::Receiver<'static, Value>),
                values: [Value; 2],
            ) {
                let [a, b] = values;
                spawn(async move {
                    let _ = pin!(buffers.0.into_sink()).send(a).await;
                    let _ = single.0.into_sink().send(b).await;
                });
                spawn(async move {
                    let _ = pin!(jobs.into_stream()).next().await;
                    let _ = pin!(buffers.1.into_stream()).next().await;
                    single.1.into_stream().next().await
                });
            }

            fn in_static(channel: &'static channel::Channel<Value, 2>, values: [Value; 2]) {
                let [a, b] = values;
                spawn(async move {
                    let _ = channel.send(a).await;
                    let _ = pin!(channel.sink()).send(b).await;
                    let _ = channel.recv().await;
                    let mut buffer = Vec::new();
                    let _ = channel.recv_many(&mut buffer, 2).await;
                    pin!(channel.stream()).next().await
                });
            }

            fn with_a_lock(channel: &'static channel::Channel<Value, 2, CriticalSection>, value: Value) {
                spawn(async move {
                    let _ = channel.send(value).await;
                    channel.recv().await
                });
            }

            fn on_heap(channel: Arc<BoxedChannel<Value>>, values: [Value; 2]) {
                let [a, b] = values;
                spawn(async move {
                    let _ = channel.send(a).await;
                    let _ = pin!(channel.sink()).send(b).await;
                    let _ = channel.recv().await;
                    let mut buffer = Vec::new();
                    let _ = channel.recv_many(&mut buffer, 2).await;
                    pin!(channel.stream()).next().await
                });
            }

            fn viewed(channel: View<'static, Value>, value: Value) {
                spawn(async move {
                    let _ = channel.send(value).await;
                    channel.recv().await
                });
            }

            fn by_priority(channel: &'static priority::Channel<Value, 2, 2>, value: Value) {
                spawn(async move {
                    let _ = channel.send(1, value).await;
                    let _ = channel.wait_for_room(1).await;
                    channel.closed().await;
                    let _ = channel.recv().await;
                    let mut buffer = Vec::new();
                    let _ = channel.recv_many(&mut buffer, 2).await;
                    pin!(channel.stream()).next().await
                });
            }

            fn stacked(channel: &'static stack::Channel<Value, 2>, values: [Value; 2]) {
                let [a, b] = values;
                spawn(async move {
                    let _ = channel.send(a).await;
                    let _ = pin!(channel.sink()).send(b).await;
                    let _ = channel.recv().await;
                    let mut buffer = Vec::new();
                    let _ = channel.recv_many(&mut buffer, 2).await;
                    pin!(channel.stream()).next().await
                });
            }

            fn ends_of_flavors(
                jobs: (priority::Sender<'static, Value, 2, 2>, priority::Receiver<'static, Value, 2, 2>),
                buffers: (stack::Sender<'static, Value, 2>, stack::Receiver<'static, Value, 2>),
                values: [Value; 2],
            ) {
                let [a, b] = values;
                spawn(async move {
                    let _ = jobs.0.send(1, a).await;
                    let _ = jobs.0.wait_for_room(1).await;
                    let _ = buffers.0.send(b).await;
                    let _ = buffers.0.wait_for_room().await;
                    jobs.0.closed().await;
                    buffers.0.closed().await;
                });
                spawn(async move {
                    let _ = jobs.1.recv().await;
                    buffers.1.recv().await
                });
            }

            fn spsc_ends(
                mut sender: spsc::Sender<'static, Value>,
                mut receiver: spsc::Receiver<'static, Value>,
                values: [Value; 2],
            ) {
                let [a, b] = values;
                spawn(async move {
                    let _ = sender.send(a).await;
                    let _ = sender.wait_for_room().await;
                    let _ = sender.sink().send(b).await;
                    sender.closed().await;
                });
                spawn(async move {
                    let _ = receiver.recv().await;
                    receiver.stream().next().await
                });
            }

            fn many(
                sender: Sender<'static, Value>,
                channel: &'static channel::Channel<Value, 2>,
                jobs: priority::Sender<'static, Value, 2, 2>,
                mut ends: (spsc::Sender<'static, Value>, spsc::Receiver<'static, Value>),
                values: [Vec<Value>; 4],
            ) {
                let [a, b, c, d] = values;
                spawn(async move { sender.send_many(a).await.is_ok() });
                spawn(async move { channel.send_many(b).await.is_ok() });
                spawn(async move { jobs.send_many(1, c).await.is_ok() });
                spawn(async move {
                    let _ = ends.0.send_many(d).await;
                    let mut buffer = Vec::new();
                    ends.1.recv_many(&mut buffer, 2).await
                });
            }

            fn weak(
                sender: WeakSender<'static, Value>,
                jobs: priority::WeakReceiver<'static, Value, 2, 2>,
                value: Value,
            ) {
                spawn(async move {
                    if let Some(sender) = sender.upgrade() {
                        let _ = sender.send(value).await;
                    }
                    match jobs.upgrade() {
                        Some(receiver) => receiver.recv().await.is_ok(),
                        None => false,
                    }
                });
            }

            fn one(mut sender: oneshot::Sender<'static, Value>, receiver: oneshot::Receiver<'static, Value>) {
                spawn(async move { receiver.await.is_ok() });
                spawn(async move { sender.closed().await });
            }

            fn tracked(tracker: &'static Tracker, task: Task<'static, Value>) {
                spawn(async move {
                    drop(task);
                    tracker.join().await;
                });
            }

            fn tracked_with_a_share(tracker: SharedTracker, task: OwnedTask<Value>, value: Value) {
                spawn(tracker.track_future(async move { Some(value) }));
                spawn(async move {
                    drop(task);
                    tracker.join().await;
                });
            }
        }
    )* };
}

spawn_all! {
    text: &'static str,
    cow: Cow<'static, str>,
    shared_function: Arc<dyn Fn(u32) -> u32 + Send + Sync>,
    boxed_function: Box<dyn FnOnce() + Send>,
    boxed_future: Pin<Box<dyn Future<Output = ()> + Send>>,
    result: Result<u32, Box<dyn Error + Send + Sync>>,
    task: Task<'static, &'static str>,
    owned_task: OwnedTask<&'static str>,
    job: (String, oneshot::Sender<'static, Cow<'static, str>>),
}

#[tokio::test]
async fn a_task_receives_text_that_another_sent() {
    let (sender, receiver) = channel::bounded::<&'static str>(1).unwrap();
    let task = tokio::spawn(async move { receiver.recv().await });
    sender.send("hello").await.unwrap();
    assert_eq!(task.await.unwrap(), Ok("hello"));
}
