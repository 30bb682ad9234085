//! The broker is killed, and every message arrives.

mod support;

use std::collections::HashSet;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bridge::broker::{Broker, Message};
use bridge::forward::{BATCH, Counts, forward};
use bridge::nats::Nats;
use bridge::receive::{Seen, receive};
use bridge::streams::Streams;
use ringway::channel::{self, Sender, TrySendError};
use support::{Guard, Kind, PATIENCE, Server, until};

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

/// Receives until nothing comes any more after all have come; the payloads and how many came twice.
async fn receive_all<B: Broker>(broker: &mut B, expected: u64) -> (HashSet<Vec<u8>>, u64) {
    let (mut seen, mut payloads, mut quiet) = (Seen::default(), HashSet::new(), 0);
    // Patient, since the broker is away twice; not for ever, since that would be a test that cannot
    // fail.
    while quiet < if (payloads.len() as u64) < expected { PATIENCE.as_secs() } else { 1 } {
        let messages = receive(broker, &mut seen).await;
        quiet = if messages.is_empty() { quiet + 1 } else { 0 };
        payloads.extend(messages.into_iter().map(|message| message.payload));
        let _ = broker.acknowledge().await; // if it fails, they come again
    }
    (payloads, seen.duplicates())
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

/// What a receiver took and did not acknowledge comes to the next one.
async fn unacknowledged_comes_again<B: Broker>(kind: Kind) {
    let server = Server::start(kind, Guard::Open);
    let mut broker = B::connect(&server.settings()).await.unwrap();
    broker.publish(&(0..20).map(message).collect::<Vec<_>>()).await.unwrap();
    let mut received = 0;
    for _ in 0..PATIENCE.as_secs() {
        received += broker.receive().await.unwrap().len();
        if received == 20 {
            break;
        }
    }
    assert_eq!(received, 20);
    drop(broker);
    let mut broker = B::connect(&server.settings()).await.unwrap();
    let (payloads, _) = receive_all(&mut broker, 20).await;
    assert_eq!(payloads.len(), 20);
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
