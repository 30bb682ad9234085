//! Twice the load that the server can handle: with a bounded queue every accepted client is served
//! in time, with an unbounded one no client is.

mod support;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_server::desk::{Desk, Request, count_words};
use http_server::quota::Quota;
use ringway::channel;
use support::{Answer, Server, job};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const WORKERS: usize = 4;
const WORK_MS: u64 = 20;
const CAPACITY: usize = 40;
/// What the workers can do, in requests per second.
const RATE: u64 = WORKERS as u64 * 1000 / WORK_MS;
/// So long that there are 800 clients, each with an open file: fewer than a process may have
/// anywhere.
const TIME: Duration = Duration::from_secs(2);

/// One client, with a connection of its own; the status and the time from when it was to begin.
async fn ask(address: SocketAddr, begin: Instant) -> (u16, Duration) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(job("x").as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    (Answer::parse(&text).unwrap().status, begin.elapsed())
}

/// Open loop: clients come at this rate, however long others wait.
async fn offer(address: SocketAddr, rate: u64) -> Vec<(u16, Duration)> {
    let begin = Instant::now();
    let total = rate * TIME.as_secs();
    let mut clients = Vec::new();
    for number in 0..total {
        let due = begin + TIME * number as u32 / total as u32;
        tokio::time::sleep_until(due.into()).await;
        clients.push(tokio::spawn(ask(address, due)));
    }
    let mut outcomes = Vec::new();
    for client in clients {
        outcomes.push(client.await.unwrap());
    }
    outcomes
}

fn quantile(times: &[Duration], q: f64) -> Duration {
    times[((times.len() - 1) as f64 * q) as usize]
}

/// Offers twice the capacity; the sorted times of the accepted, how many were turned away, and the
/// mean service time.
fn overload(capacity: usize) -> (Vec<Duration>, usize, Duration) {
    let (workers, work, capacity) = (WORKERS.to_string(), WORK_MS.to_string(), capacity.to_string());
    let mut arguments = vec!["--workers", &workers, "--work", &work, "--capacity", &capacity];
    arguments.extend(["--per-client", "1000000", "--connections", "5000"]);
    let server = Server::start(&arguments);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let outcomes = runtime.block_on(offer(server.address, 2 * RATE));

    let mut times: Vec<_> =
        outcomes.iter().filter(|(status, _)| *status == 200).map(|(_, time)| *time).collect();
    times.sort_unstable();
    let turned_away = outcomes.iter().filter(|(status, _)| *status == 503).count();
    assert_eq!(times.len() + turned_away, outcomes.len(), "each was answered");
    let service =
        server.metric("ringway_service_seconds_sum") / server.metric("ringway_service_seconds_count");
    assert_eq!(
        server.terminate(),
        (times.len(), times.len()),
        "what was accepted was completed and answered"
    );
    (times, turned_away, Duration::from_secs_f64(service))
}

/// Measured by the clock, so the figures are those of this machine; what holds on every machine is
/// checked by the other test.
#[test]
fn at_twice_the_capacity_each_request_is_answered() {
    let (times, turned_away, service) = overload(CAPACITY);
    let bound = service * (CAPACITY + WORKERS) as u32 / WORKERS as u32;
    println!(
        "bounded by {CAPACITY}: {} served, p50 {:?}, p99 {:?} (bound {bound:?}), {turned_away} turned away",
        times.len(),
        quantile(&times, 0.5),
        quantile(&times, 0.99)
    );
    // The same with room for every request.
    let (times, turned_away, _) = overload(1_000_000);
    println!(
        "unbounded: {} served, p50 {:?}, p99 {:?}",
        times.len(),
        quantile(&times, 0.5),
        quantile(&times, 0.99)
    );
    assert_eq!(turned_away, 0);
}

/// The desk without a clock: in each step twice as many jobs come as are done. What each job
/// waited, in steps, in the order in which they were begun, and how many were turned away.
fn overload_step_by_step(capacity: usize, steps: usize) -> (Vec<usize>, usize) {
    let (begins, begun) = channel::bounded::<usize>(WORKERS).unwrap();
    let (step, steps_done) = channel::bounded::<()>(WORKERS).unwrap();
    let desk = Desk::start(capacity, WORKERS, move |request| {
        let _ = begins.send_blocking(request.text.parse().unwrap());
        let _ = steps_done.recv_blocking();
        count_words(request, Duration::ZERO)
    });
    let (desk, quota) = (desk.unwrap(), Arc::new(Quota::new(usize::MAX)));
    let (mut waits, mut turned_away) = (Vec::new(), 0);
    for now in 0..steps {
        for _ in 0..2 * WORKERS {
            let seat = quota.enter(IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap();
            turned_away += usize::from(desk.submit(Request { text: now.to_string() }, seat).is_err());
        }
        if now > 0 {
            (0..WORKERS).for_each(|_| step.send_blocking(()).unwrap());
        }
        // As many as were done are begun.
        waits.extend((0..WORKERS).map(|_| now - begun.recv_blocking().unwrap()));
    }
    drop((step, begun));
    desk.close();
    desk.join();
    assert_eq!(desk.completed(), 2 * WORKERS * steps - turned_away, "what was accepted was completed");
    (waits, turned_away)
}

#[test]
fn at_twice_the_capacity_a_bounded_queue_serves_in_time_and_an_unbounded_one_does_not() {
    const STEPS: usize = 200;
    // A service time is a step.
    let bound = (CAPACITY + WORKERS) / WORKERS;
    let (waits, turned_away) = overload_step_by_step(CAPACITY, STEPS);
    assert!(waits.iter().all(|&wait| wait <= bound), "{waits:?}, bound {bound}");
    assert!(turned_away > WORKERS * STEPS - 2 * CAPACITY, "{turned_away}: it was twice the capacity");

    // The same with room for every request.
    let (waits, turned_away) = overload_step_by_step(2 * WORKERS * STEPS, STEPS);
    assert_eq!(turned_away, 0);
    assert!(waits.is_sorted(), "all wait, and ever longer");
    assert!(waits.last().is_some_and(|&wait| wait >= STEPS / 2 - 1), "{waits:?}");
}
