//! The server as its clients meet it, the bad ones too.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use support::{Answer, Server, connect, job, post_of, read_answer, request, until};

#[test]
fn a_job_is_answered() {
    let server = Server::start(&["--work", "1"]);
    let answer = server.post("one two three");
    assert_eq!((answer.status, answer.body.as_str()), (200, "{\"words\":3}"));
    assert_eq!(server.terminate(), (1, 1));
}

#[test]
fn malformed_and_oversized_requests_are_refused_and_lose_nothing() {
    let server = Server::start(&["--work", "1"]);
    let json = "application/json";
    let large = format!("{{\"text\":\"{}\"}}", "x".repeat(17 * 1024));
    for (content_type, body, expected) in [
        (json, "", 400),
        (json, "{\"text\":", 400),
        (json, "\u{0}\u{1}", 400),
        (json, "[]", 422),
        (json, "{}", 422),
        (json, "{\"text\":1}", 422),
        (json, "{\"text\":\"x\",\"more\":1}", 422),
        (json, &large, 413),
        ("text/plain", "{\"text\":\"x\"}", 415),
        ("application/x-www-form-urlencoded", "text=x", 415),
    ] {
        let answer = request(server.address, &post_of(content_type, body));
        assert_eq!(answer.status, expected, "{body:.40}: {answer:?}");
        assert!(answer.body.contains("\"error\""), "{answer:?}");
        assert_eq!(server.post("still here").status, 200);
    }
    assert_eq!(server.get("/nowhere").status, 404);
    assert_eq!(server.get("/jobs").status, 405);
    for garbage in ["\r\n\r\n\r\n", "HELO x\r\n\r\n", &"x".repeat(100_000), "GET / HTTP/9.9\r\n\r\n"] {
        let mut stream = connect(server.address);
        let _ = stream.write_all(garbage.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
        assert_eq!(server.post("still here").status, 200);
    }
    assert_eq!(server.terminate(), (14, 14), "the good ones, no more and no less");
}

/// Posts from an address of its own, and does not wait for the answer.
fn post_from(client: &str, server: SocketAddr) -> thread::JoinHandle<Answer> {
    let client: SocketAddr = format!("{client}:0").parse().unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let stream = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind(client).unwrap();
            socket.connect(server).await.unwrap().into_std().unwrap()
        });
        stream.set_nonblocking(false).unwrap();
        (&stream).write_all(job("x").as_bytes()).unwrap();
        read_answer(stream)
    })
}

#[test]
fn one_client_has_its_quota_and_others_have_theirs() {
    let server = Server::start(&["--work", "300", "--workers", "1", "--per-client", "2"]);
    let first = [post_from("127.0.0.1", server.address), post_from("127.0.0.1", server.address)];
    until("both to be accepted", || server.metric("ringway_offered_total") == 2.0);
    let refused = server.post("a third");
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
    assert_eq!(post_from("127.0.0.2", server.address).join().unwrap().status, 200);
    assert!(first.into_iter().all(|answer| answer.join().unwrap().status == 200));
    assert_eq!(server.post("now there is a seat").status, 200);
    assert_eq!(server.terminate(), (4, 4));
}

#[test]
fn when_it_is_full_it_says_when_to_come_back() {
    let server = Server::start(&["--capacity", "20", "--workers", "1", "--work", "150"]);
    assert_eq!(server.post("measured").status, 200);
    let mut clients: Vec<_> = (0..21).map(|_| post_from("127.0.0.1", server.address)).collect();
    until("it to be full", || {
        let is_full = server.metric("ringway_queue_length") == 20.0;
        if !is_full {
            // However slow this machine is, more come than go.
            clients.push(post_from("127.0.0.1", server.address));
        }
        is_full
    });
    // One beat after the first job, so that its time is known. Meanwhile it is kept full.
    let begin = Instant::now();
    let mut more = Vec::new();
    while begin.elapsed() < Duration::from_millis(700) {
        more.push(post_from("127.0.0.1", server.address));
        thread::sleep(Duration::from_millis(20));
    }
    let refused = loop {
        let answer = server.post("one too many");
        if answer.status == 503 {
            break answer;
        }
    };
    // 21 jobs of 150 ms are ahead: 3.15 s, and in whole seconds 4.
    let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((4..=5).contains(&seconds), "{seconds}");
    let (mut served, mut turned_away) = (0, 0);
    for answer in clients.into_iter().chain(more) {
        match answer.join().unwrap().status {
            200 => served += 1,
            503 => turned_away += 1,
            status => panic!("{status}"),
        }
    }
    assert!(served >= 21 && turned_away > 0);
    let (accepted, completed) = server.terminate();
    assert!(accepted > served && accepted == completed);
}

#[test]
fn slow_clients_hold_up_nobody_and_are_dropped() {
    let server = Server::start(&["--work", "1", "--patience", "1"]);
    let half_a_body = job("x").replace("Content-Length: ", "Content-Length: 1");
    let slow: Vec<_> = ["POST /jobs HTTP/1.1\r\nHo", "GET / HTTP/1.1\r\n", &half_a_body]
        .iter()
        .cycle()
        .take(60)
        .map(|begin| {
            let mut stream = connect(server.address);
            stream.write_all(begin.as_bytes()).unwrap();
            stream
        })
        .collect();
    let begin = Instant::now();
    assert_eq!(server.post("quick").status, 200);
    assert!(begin.elapsed() < Duration::from_millis(800), "{:?}", begin.elapsed());
    for mut stream in slow {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
        assert!(begin.elapsed() < Duration::from_secs(6), "{:?}", begin.elapsed());
    }
    assert_eq!(server.terminate(), (1, 1));
}

#[test]
fn no_more_connections_than_allowed_and_the_others_wait() {
    let server = Server::start(&["--work", "1", "--patience", "1", "--connections", "3"]);
    let _idle: Vec<_> = (0..3).map(|_| connect(server.address)).collect();
    let begin = Instant::now();
    assert_eq!(server.post("patient").status, 200, "it gets its turn when the idle ones are dropped");
    assert!(begin.elapsed() > Duration::from_millis(500), "{:?}", begin.elapsed());
    assert_eq!(server.terminate(), (1, 1));
}

#[test]
fn jobs_of_dropped_connections_are_completed() {
    let server = Server::start(&["--work", "50", "--workers", "2"]);
    let clients: Vec<_> = (0..30)
        .map(|_| {
            let mut stream = connect(server.address);
            stream.write_all(job("x").as_bytes()).unwrap();
            stream
        })
        .collect();
    until("all to be accepted", || server.metric("ringway_offered_total") == 30.0);
    drop(clients);
    assert!(server.metric("ringway_queue_length") > 10.0, "most of them wait while their clients are gone");
    // And some that are gone before anybody could look at their jobs.
    for _ in 0..30 {
        connect(server.address).write_all(job("x").as_bytes()).unwrap();
    }
    let (accepted, completed) = server.terminate();
    assert!((30..=60).contains(&accepted) && accepted == completed, "{accepted}, {completed}");
}

#[test]
fn told_to_stop_it_completes_what_it_accepted() {
    let server = Server::start(&["--work", "30", "--workers", "2", "--capacity", "64"]);
    let clients: Vec<_> = (0..40).map(|_| post_from("127.0.0.1", server.address)).collect();
    until("all to be accepted", || server.metric("ringway_offered_total") == 40.0);
    assert!(server.metric("ringway_queue_length") > 10.0, "it is stopped in the middle of it");
    let address = server.address;
    server.signal("TERM");
    thread::sleep(Duration::from_millis(100));
    assert!(std::net::TcpStream::connect(address).is_err(), "it takes no more connections");
    assert_eq!(server.finish(), (40, 40));
    assert!(clients.into_iter().all(|client| client.join().unwrap().status == 200), "each got its reply");
}

#[test]
fn prometheus_can_read_the_metrics() {
    let server = Server::start(&["--work", "2"]);
    for _ in 0..5 {
        server.post("x");
    }
    let answer = server.get("/metrics");
    assert!(answer.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    for line in answer.body.lines().filter(|line| !line.starts_with("# ")) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("ringway_") && name.contains("{queue=\"jobs\""), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
    assert_eq!(server.metric("ringway_offered_total"), 5.0);
    assert_eq!(server.metric("ringway_service_seconds_count"), 5.0);
    assert!(server.metric("ringway_service_seconds_sum") >= 0.01);
    assert_eq!(server.terminate(), (5, 5));
}

#[test]
fn events_come_until_the_server_stops() {
    let server = Server::start(&["--work", "1"]);
    let mut stream = connect(server.address);
    stream.write_all(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let mut pulses = lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
    for _ in 0..3 {
        let pulse: serde_json::Value = serde_json::from_str(&pulses.next().unwrap()).unwrap();
        assert_eq!(pulse["capacity"], 100);
    }
    server.post("x");
    let completed =
        |pulse: String| serde_json::from_str::<serde_json::Value>(&pulse).unwrap()["completed"].clone();
    assert!(pulses.by_ref().take(4).any(|pulse| completed(pulse) == 1), "the page sees it");
    server.signal("TERM");
    assert!(pulses.count() < 3, "the stream ends");
    assert_eq!(server.finish(), (1, 1));
}

#[test]
fn so_many_may_watch_and_no_more() {
    let server = Server::start(&[]);
    let watchers: Vec<_> = (0..16)
        .map(|_| {
            let mut stream = connect(server.address);
            stream.write_all(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            let mut first = [0; 15];
            stream.read_exact(&mut first).unwrap();
            assert_eq!(&first, b"HTTP/1.1 200 OK");
            stream
        })
        .collect();
    assert_eq!(server.get("/events").status, 503);
    drop(watchers);
    until("a place to be free", || {
        let mut stream = connect(server.address);
        stream.write_all(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut first = [0; 15];
        stream.read_exact(&mut first).is_ok() && &first == b"HTTP/1.1 200 OK"
    });
    server.terminate();
}
