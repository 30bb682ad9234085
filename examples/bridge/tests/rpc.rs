//! Requests and replies over a real NATS.

mod support;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use async_nats::Client;
use bridge::nats;
use bridge::rpc::{CallError, Limits, ServeError, call, serve};
use ringway::channel;
use support::{Guard, Kind, PATIENCE, Server};

async fn client(server: &Server) -> Client {
    nats::connect(&server.settings()).await.unwrap()
}

/// Serves, and returns when it does.
async fn start(
    server: &Server,
    limits: Limits,
    answer: impl Fn(&[u8]) -> Vec<u8> + Clone + Send + 'static,
) -> Client {
    let caller = client(server).await;
    let serving = client(server).await;
    let is_probe = |request: &[u8]| request == b"probe";
    let answer = move |request: &[u8]| if is_probe(request) { Vec::new() } else { answer(request) };
    tokio::spawn(async move { serve(serving, "work", limits, answer).await });
    let begin = Instant::now();
    while call(&caller, "work", b"probe", PATIENCE).await == Err(CallError::NobodyThere) {
        assert!(begin.elapsed() < PATIENCE, "it serves");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    caller
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_gets_its_own_reply() {
    let server = Server::start(Kind::Nats, Guard::Open);
    let caller = start(&server, Limits { capacity: 64, workers: 2 }, <[u8]>::to_ascii_uppercase).await;
    let calls: Vec<_> = (0..50)
        .map(|number| {
            let caller = caller.clone();
            tokio::spawn(async move {
                call(&caller, "work", format!("request {number}").as_bytes(), PATIENCE).await
            })
        })
        .collect();
    let mut replies = HashSet::new();
    for (number, call) in calls.into_iter().enumerate() {
        let reply = call.await.unwrap().unwrap();
        assert_eq!(reply, format!("REQUEST {number}").into_bytes());
        replies.insert(reply);
    }
    assert_eq!(replies.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_ring_is_full_the_caller_receives_an_error_at_once() {
    let server = Server::start(Kind::Nats, Guard::Open);
    let (begins, begun) = channel::bounded(1).unwrap();
    let (gate, opened) = channel::bounded::<()>(1).unwrap();
    let wait = move |_: &[u8]| {
        let _ = begins.try_send(());
        assert!(opened.recv_blocking().is_err(), "nothing is sent: the gate is dropped");
        b"done".to_vec()
    };
    let caller = start(&server, Limits { capacity: 2, workers: 1 }, wait).await;
    let ask = || {
        let caller = caller.clone();
        tokio::spawn(async move { call(&caller, "work", b"request", PATIENCE).await })
    };
    // One is being answered, two wait: three are accepted, and seven are not, before any is
    // answered.
    let mut calls = vec![ask()];
    begun.recv().await.unwrap();
    calls.extend((0..9).map(|_| ask()));
    let begin = Instant::now();
    while calls.iter().filter(|call| call.is_finished()).count() < 7 {
        assert!(begin.elapsed() < PATIENCE, "rejected calls return at once");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(gate);
    let (mut done, mut busy) = (0, 0);
    for call in calls {
        match call.await.unwrap() {
            Ok(reply) => done += usize::from(reply == b"done"),
            Err(CallError::Busy) => busy += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((done, busy), (3, 7));
}

#[tokio::test]
async fn without_a_thread_it_does_not_serve() {
    let server = Server::start(Kind::Nats, Guard::Open);
    let limits = Limits { capacity: 1, workers: 0 };
    let refused = serve(client(&server).await, "work", limits, <[u8]>::to_vec).await;
    assert!(matches!(refused, Err(ServeError::NoWorkers)));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_the_caller_receives_an_error() {
    let server = Server::start(Kind::Nats, Guard::Open);
    let caller = client(&server).await;
    assert_eq!(call(&caller, "nowhere", b"", PATIENCE).await, Err(CallError::NobodyThere));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_broker_is_away_the_callers_time_runs_out_and_then_it_works_again() {
    let mut server = Server::start(Kind::Nats, Guard::Open);
    let caller = start(&server, Limits { capacity: 2, workers: 1 }, <[u8]>::to_vec).await;
    server.kill();
    let outcome = call(&caller, "work", b"request", Duration::from_millis(300)).await;
    assert_eq!(outcome, Err(CallError::TimedOut));
    server.restart();
    let begin = Instant::now();
    while call(&caller, "work", b"request", Duration::from_secs(5)).await != Ok(b"request".to_vec()) {
        assert!(begin.elapsed() < PATIENCE, "both ends come back by themselves");
    }
}
