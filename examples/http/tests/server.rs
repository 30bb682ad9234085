//! The server as its clients meet it, the bad ones too.

mod support;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use http_server::pulse::Pulse;
use support::{Answer, Gated, PATIENCE, Server, connect, job, post_of, read_answer, request, until};

/// More beats of the server's pulse than any test waits for.
const BEATS: usize = 600;

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

/// Connects from an address of its own.
fn connect_from(client: &str, server: SocketAddr) -> TcpStream {
    let client: SocketAddr = format!("{client}:0").parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(client).unwrap();
        socket.connect(server).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Posts from an address of its own, and does not wait for the answer.
fn post_from(client: &'static str, server: SocketAddr) -> thread::JoinHandle<Answer> {
    thread::spawn(move || {
        let mut stream = connect_from(client, server);
        stream.write_all(job("x").as_bytes()).unwrap();
        read_answer(stream)
    })
}

#[test]
fn one_client_has_its_quota_and_others_have_theirs() {
    let mut server = Gated::start(10, 1, 2, None);
    let mut clients = vec![post_from("127.0.0.1", server.address), post_from("127.0.0.1", server.address)];
    server.wait_for(1, 1);
    let refused = request(server.address, &job("a third"));
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
    clients.push(post_from("127.0.0.2", server.address));
    server.wait_for(2, 1);
    server.open_the_gate();
    assert!(clients.into_iter().all(|answer| answer.join().unwrap().status == 200));
    assert_eq!(request(server.address, &job("now there is a seat")).status, 200);
    assert_eq!(server.finish(), (4, 4));
}

#[test]
fn the_quota_is_the_one_that_was_asked_for() {
    let server = Server::start(&["--per-client", "0"]);
    assert_eq!(server.post("x").status, 429);
    assert_eq!(server.terminate(), (0, 0));
}

#[test]
fn when_it_is_full_it_says_when_to_come_back() {
    let pulse = Pulse { service_ms: 150.0, ..Pulse::default() };
    let mut server = Gated::start(20, 1, 64, Some(pulse));
    let mut clients = vec![post_from("127.0.0.1", server.address)];
    server.wait_for(0, 1);
    clients.extend((0..20).map(|_| post_from("127.0.0.1", server.address)));
    server.wait_for(20, 1);
    for _ in 0..3 {
        let refused = request(server.address, &job("one too many"));
        assert_eq!(refused.status, 503);
        // 21 jobs of 150 ms are ahead: 3.15 s, and in whole seconds 4.
        assert_eq!(refused.header("retry-after"), Some("4"));
    }
    server.open_the_gate();
    assert!(clients.into_iter().all(|answer| answer.join().unwrap().status == 200));
    assert_eq!(server.finish(), (21, 21));
}

/// Begins a request and goes no further.
fn slow_clients(server: &Server) -> Vec<TcpStream> {
    let half_a_body = job("x").replace("Content-Length: ", "Content-Length: 1");
    let begin = |text: &&str| {
        let mut stream = connect(server.address);
        stream.write_all(text.as_bytes()).unwrap();
        stream
    };
    ["POST /jobs HTTP/1.1\r\nHo", "GET / HTTP/1.1\r\n", &half_a_body]
        .iter()
        .cycle()
        .take(60)
        .map(begin)
        .collect()
}

#[test]
fn slow_clients_delay_no_other_client() {
    let server = Server::start(&["--work", "1", "--patience", "3600"]);
    let slow = slow_clients(&server);
    assert_eq!(server.post("quick").status, 200);
    for mut stream in slow {
        stream.set_nonblocking(true).unwrap();
        let nothing = stream.read(&mut [0]).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock, "they are all still there");
    }
    assert_eq!(server.terminate(), (1, 1));
}

#[test]
fn slow_clients_are_dropped() {
    let server = Server::start(&["--work", "1", "--patience", "1"]);
    for mut stream in slow_clients(&server) {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
    assert_eq!(server.terminate(), (0, 0));
}

#[test]
fn no_more_connections_than_allowed_and_the_others_wait() {
    let server = Server::start(&["--work", "1", "--patience", "3600", "--connections", "3"]);
    let mut idle: Vec<_> = (0..3).map(|_| connect(server.address)).collect();
    let mut patient = connect(server.address);
    patient.write_all(job("patient").as_bytes()).unwrap();
    patient.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let nothing = patient.read(&mut [0]).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock, "all places are taken");
    idle.pop();
    patient.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(read_answer(patient).status, 200, "it gets its turn when an idle one is gone");
    drop(idle);
    assert_eq!(server.terminate(), (1, 1));
}

#[test]
fn jobs_of_dropped_connections_are_completed() {
    let server = Gated::start(100, 2, 64, None);
    let clients: Vec<_> = (0..30)
        .map(|_| {
            let mut stream = connect(server.address);
            stream.write_all(job("x").as_bytes()).unwrap();
            stream
        })
        .collect();
    server.wait_for(28, 2);
    drop(clients);
    // And some that disconnect before a worker takes their jobs.
    for _ in 0..30 {
        connect(server.address).write_all(job("x").as_bytes()).unwrap();
    }
    let (accepted, completed) = server.finish();
    assert!((30..=60).contains(&accepted) && accepted == completed, "{accepted}, {completed}");
}

#[test]
fn on_sigterm_it_completes_what_it_accepted() {
    let mut server = Gated::start(64, 2, 64, None);
    let clients: Vec<_> = (0..40).map(|_| post_from("127.0.0.1", server.address)).collect();
    server.wait_for(38, 2);
    server.request_stop();
    until("it to take no more connections", || TcpStream::connect(server.address).is_err());
    assert_eq!(server.desk.completed(), 0, "it is stopped in the middle of it");
    server.open_the_gate();
    assert!(clients.into_iter().all(|client| client.join().unwrap().status == 200), "each got its reply");
    assert_eq!(server.finish(), (40, 40));
}

#[test]
fn a_signal_lets_it_complete_what_it_accepted() {
    for signal in ["TERM", "INT"] {
        let server = Server::start(&["--work", "200", "--workers", "1"]);
        let clients: Vec<_> = (0..4).map(|_| post_from("127.0.0.1", server.address)).collect();
        until("all to be accepted", || server.metric("ringway_offered_total") == 4.0);
        server.signal(signal);
        let statuses = clients.into_iter().map(|client| client.join().unwrap().status);
        // The last may have come too late.
        let served = statuses.filter(|&status| status == 200).count();
        assert_eq!(server.finish(), (served, served), "each that was accepted got its reply");
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for (first, second, status) in [("TERM", "TERM", 143), ("INT", "INT", 130), ("TERM", "INT", 130)] {
        let mut server = Server::start(&["--work", "3600000", "--workers", "1"]);
        let mut client = connect(server.address);
        client.write_all(job("x").as_bytes()).unwrap();
        until("the job to begin", || server.metric("ringway_in_service") == 1.0);
        server.signal(first);
        until("it to take no more connections", || TcpStream::connect(server.address).is_err());
        server.signal(second);
        assert_eq!(server.wait().code(), Some(status));
    }
}

fn http_server(stdout: Stdio) -> Child {
    Command::new(env!("CARGO_BIN_EXE_http-server"))
        .args(["--listen", "127.0.0.1:0"])
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_server_that_cannot_say_where_it_listens_does_not_serve() {
    program::testing::check_failing_output(
        "http-server",
        |_| false,
        |stdout| http_server(stdout).wait_with_output().unwrap(),
    );
}

#[test]
fn a_reader_that_leaves_after_the_first_line_does_not_disturb_it() {
    let mut child = http_server(Stdio::piped());
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    drop(stdout);
    let address: SocketAddr = line.trim().strip_prefix("listening on http://").unwrap().parse().unwrap();
    assert_eq!(request(address, &job("x")).status, 200);
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(program::READER_GONE.into()), &b""[..])
    );
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
    // However many beats old what is on its way is.
    assert!(pulses.by_ref().take(BEATS).any(|pulse| completed(pulse) == 1), "the page sees it");
    server.signal("TERM");
    assert!(pulses.take(BEATS).count() < BEATS, "the stream ends");
    assert_eq!(server.finish(), (1, 1));
}

/// Begins to watch from an address of its own; the status, and what keeps its place.
fn watch_from(client: &str, server: SocketAddr) -> (u16, TcpStream) {
    let mut stream = connect_from(client, server);
    stream.write_all(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    (std::str::from_utf8(&first[9..]).unwrap().parse().unwrap(), stream)
}

#[test]
fn so_many_may_watch_and_no_more_and_no_client_keeps_the_others_out() {
    let server = Server::start(&[]);
    let clients = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"];
    let mut watchers = Vec::new();
    for client in clients {
        for _ in 0..4 {
            let (status, stream) = watch_from(client, server.address);
            assert_eq!(status, 200);
            watchers.push(stream);
        }
        assert_eq!(watch_from(client, server.address).0, 429, "four are enough for one");
    }
    assert_eq!(watch_from("127.0.0.5", server.address).0, 503, "sixteen are enough for all");
    drop(watchers);
    until("a place to be free", || watch_from("127.0.0.1", server.address).0 == 200);
    server.terminate();
}
