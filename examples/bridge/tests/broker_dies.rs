//! The broker is killed, and every message arrives.

mod support;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use async_nats::jetstream;
use bridge::broker::{Broker, Message};
use bridge::forward::{BATCH, Counts, forward};
use bridge::nats::{self, Nats};
use bridge::receive::{Seen, acknowledge, receive};
use bridge::streams::Streams;
use ringway::channel::{self, Sender, TrySendError};
use support::{Guard, Kind, PATIENCE, Server, until};
use tokio::time::timeout;

const MESSAGES: u64 = 50_000;
const PRODUCERS: u64 = 4;

fn message(number: u64) -> Message {
    Message { id: format!("m-{number}"), payload: format!("payload of {number}").into_bytes() }
}

fn push_all(ring: &Sender<'_, Message>) {
    thread::scope(|scope| {
        for producer in 0..PRODUCERS {
            let numbers = (producer..MESSAGES).step_by(PRODUCERS as usize);
            scope.spawn(|| numbers.for_each(|number| ring.send_blocking(message(number)).unwrap()));
        }
    });
}

/// Receives until all have come and nothing more comes; the payloads and how many came twice.
async fn receive_all<B: Broker>(broker: &mut B, expected: u64) -> (HashSet<Vec<u8>>, u64) {
    let (mut seen, mut payloads) = (Seen::default(), HashSet::new());
    loop {
        let is_complete = payloads.len() as u64 >= expected;
        // Bounds the time without progress, not the whole: that depends on the machine.
        let messages = timeout(PATIENCE, next(broker, &mut seen, is_complete)).await;
        let messages = messages.unwrap_or_else(|_| {
            let (arrived, duplicates) = (payloads.len(), seen.duplicates());
            panic!(
                "{arrived} of {expected} arrived, {duplicates} duplicates; no new message for {PATIENCE:?}"
            )
        });
        if messages.is_empty() {
            return (payloads, seen.duplicates());
        }
        payloads.extend(messages.into_iter().map(|message| message.payload));
        acknowledge(broker).await;
    }
}

/// The next new messages, or none after a second without any if none need come.
async fn next<B: Broker>(broker: &mut B, seen: &mut Seen, may_be_none: bool) -> Vec<Message> {
    loop {
        let messages = receive(broker, seen).await;
        if may_be_none || !messages.is_empty() {
            return messages;
        }
    }
}

async fn fifty_thousand_arrive<B: Broker + 'static>(kind: Kind) {
    let mut server = Server::start(kind, Guard::Open);
    let (mut publisher, mut receiver) =
        (B::connect(&server.settings()).await.unwrap(), B::connect(&server.settings()).await.unwrap());
    let (sender, ring) = channel::bounded(1024).unwrap();
    let counts = Arc::new(Counts::default());

    let producers = thread::spawn(move || push_all(&sender));
    let killer = thread::spawn({
        let counts = Arc::clone(&counts);
        move || {
            for moment in [MESSAGES / 3, MESSAGES * 2 / 3] {
                until("messages to be acknowledged", || counts.acknowledged() >= moment);
                server.kill();
                thread::sleep(Duration::from_millis(200));
                server.restart();
            }
            server
        }
    });
    let forwarding = tokio::spawn({
        let counts = Arc::clone(&counts);
        async move { forward(&ring, &mut publisher, &counts).await }
    });

    let (payloads, duplicates) = receive_all(&mut receiver, MESSAGES).await;
    forwarding.await.unwrap();
    producers.join().unwrap();
    let _server = killer.join().unwrap();

    println!(
        "{kind:?}: {} of {MESSAGES} arrived; twice: {} known to the broker, {duplicates} removed by the receiver",
        payloads.len(),
        counts.duplicates()
    );
    assert_eq!(counts.acknowledged(), MESSAGES);
    assert!((0..MESSAGES).all(|number| payloads.contains(&message(number).payload)));
    assert_eq!(payloads.len() as u64, MESSAGES);
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_killed_twice_loses_none_of_fifty_thousand() {
    fifty_thousand_arrive::<Nats>(Kind::Nats).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_killed_twice_loses_none_of_fifty_thousand() {
    fifty_thousand_arrive::<Streams>(Kind::Redis).await;
}

const CAPACITY: usize = 64;

async fn while_it_is_away_the_ring_fills<B: Broker + 'static>(kind: Kind) {
    let mut server = Server::start(kind, Guard::Open);
    let mut publisher = B::connect(&server.settings()).await.unwrap();
    let (sender, ring) = channel::bounded(CAPACITY).unwrap();
    let counts = Arc::new(Counts::default());
    let forwarding = tokio::spawn({
        let counts = Arc::clone(&counts);
        async move { forward(&ring, &mut publisher, &counts).await }
    });
    sender.send(message(0)).await.unwrap();
    until("the first to arrive", || counts.acknowledged() == 1);
    server.kill();

    let mut accepted = 1;
    let mut full = 0;
    for _ in 0..1000 {
        match sender.try_send(message(accepted)) {
            Ok(()) => accepted += 1,
            Err(TrySendError::Full(rejected)) => {
                assert_eq!(rejected, message(accepted), "what finds no room comes back");
                full += 1;
            }
            Err(error) => panic!("{error}"),
        }
        tokio::task::yield_now().await;
    }
    assert!(accepted as usize <= 1 + CAPACITY + BATCH, "{accepted}: what waits is bounded");
    assert_eq!(full + accepted, 1001, "all others found it full");
    assert_eq!(counts.acknowledged(), 1);

    server.restart();
    drop(sender);
    forwarding.await.unwrap();
    let mut receiver = B::connect(&server.settings()).await.unwrap();
    let (payloads, _) = receive_all(&mut receiver, accepted).await;
    assert_eq!(counts.acknowledged(), accepted);
    assert_eq!(payloads, (0..accepted).map(|number| message(number).payload).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_away_fills_the_ring_and_loses_nothing() {
    while_it_is_away_the_ring_fills::<Nats>(Kind::Nats).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_away_fills_the_ring_and_loses_nothing() {
    while_it_is_away_the_ring_fills::<Streams>(Kind::Redis).await;
}

/// A message that a publisher repeats, for example after a crash of its own, is detected by its id.
async fn the_same_id_arrives_once<B: Broker>(kind: Kind) {
    let server = Server::start(kind, Guard::Open);
    let mut broker = B::connect(&server.settings()).await.unwrap();
    let messages: Vec<_> = (0..10).map(message).collect();
    let mut known = broker.publish(&messages).await.unwrap();
    assert_eq!(known, 0);
    known += broker.publish(&messages[5..]).await.unwrap();
    known += broker.publish(&[message(10)]).await.unwrap();
    let (payloads, duplicates) = receive_all(&mut broker, 11).await;
    assert_eq!(payloads.len(), 11);
    assert_eq!(known as u64 + duplicates, 5, "each counted where it was detected");
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_delivers_the_same_id_once() {
    the_same_id_arrives_once::<Nats>(Kind::Nats).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_delivers_the_same_id_once() {
    the_same_id_arrives_once::<Streams>(Kind::Redis).await;
}

/// Publishes the messages with these numbers.
async fn publish<B: Broker>(broker: &mut B, numbers: Range<u64>) {
    let messages: Vec<_> = numbers.map(message).collect();
    for batch in messages.chunks(BATCH) {
        broker.publish(batch).await.unwrap();
    }
}

/// Receives this many messages. Acknowledges all but the last batch.
async fn receive_without_the_last_acknowledgement<B: Broker>(broker: &mut B, count: usize) {
    let mut received = 0;
    while received < count {
        broker.acknowledge().await.unwrap();
        received += timeout(PATIENCE, some(broker)).await.expect("no message is lost");
    }
}

/// Receives until there are messages. Returns their number.
async fn some<B: Broker>(broker: &mut B) -> usize {
    loop {
        let count = broker.receive().await.unwrap().len();
        if count > 0 {
            return count;
        }
    }
}

/// What a receiver took and did not acknowledge comes to the next one, even if that acknowledges
/// later messages first.
async fn unacknowledged_comes_again<B: Broker>(kind: Kind) {
    let server = Server::start(kind, Guard::Open);
    let mut broker = B::connect(&server.settings()).await.unwrap();
    publish(&mut broker, 0..20).await;
    receive_without_the_last_acknowledgement(&mut broker, 20).await;
    drop(broker);
    let mut broker = B::connect(&server.settings()).await.unwrap();
    publish(&mut broker, 20..40).await;
    let (payloads, _) = receive_all(&mut broker, 40).await;
    assert_eq!(payloads.len(), 40);
    let mut broker = B::connect(&server.settings()).await.unwrap();
    assert_eq!(broker.receive().await.unwrap(), [], "acknowledged does not come again");
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_delivers_again_what_was_not_acknowledged() {
    unacknowledged_comes_again::<Nats>(Kind::Nats).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_delivers_again_what_was_not_acknowledged() {
    unacknowledged_comes_again::<Streams>(Kind::Redis).await;
}

/// A crash may destroy the position of the receiver. NATS delivers from the first message again
/// then, while the receiver still acknowledges what it received before the crash.
#[tokio::test(flavor = "multi_thread")]
async fn nats_without_the_position_of_the_receiver_delivers_all_again() {
    // More than NATS delivers without an acknowledgement, 1000.
    const COUNT: u64 = 2000;
    let mut server = Server::start(Kind::Nats, Guard::Open);
    let mut broker = Nats::connect(&server.settings()).await.unwrap();
    publish(&mut broker, 0..COUNT).await;
    receive_without_the_last_acknowledgement(&mut broker, COUNT as usize).await;
    server.kill();
    server.forget_positions();
    server.restart();
    acknowledge(&mut broker).await;
    let (payloads, _) = receive_all(&mut broker, COUNT).await;
    assert_eq!(payloads.len() as u64, COUNT);
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_without_its_consumer_delivers_all_again() {
    let server = Server::start(Kind::Nats, Guard::Open);
    let mut broker = Nats::connect(&server.settings()).await.unwrap();
    publish(&mut broker, 0..20).await;
    receive_without_the_last_acknowledgement(&mut broker, 20).await;
    let client = nats::connect(&server.settings()).await.unwrap();
    let stream = jetstream::new(client).get_stream("ringway").await.unwrap();
    stream.delete_consumer("bridge").await.unwrap();
    let (payloads, _) = receive_all(&mut broker, 20).await;
    assert_eq!(payloads.len(), 20);
}
