//! The program as its users meet it.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Instant;

use bridge::broker::{Broker, Message};
use bridge::nats::{self, Nats};
use bridge::rpc::{self, CallError, Limits};
use bridge::settings::Settings;
use bridge::streams::Streams;
use support::{Guard, Kind, PATIENCE, Server, runtime, until};

fn bridge(kind: Kind, server: &Server, arguments: &[&str]) -> Child {
    bridge_to(Stdio::piped(), kind, server, arguments)
}

fn bridge_to(stdout: Stdio, kind: Kind, server: &Server, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_bridge"))
        .args(["--broker", if kind == Kind::Nats { "nats" } else { "redis" }, "--url", &server.plain_url()])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Receives until so many lines are there, however long the broker takes for them.
fn receive(kind: Kind, server: &Server, lines: usize) -> Vec<String> {
    let (begin, mut received) = (Instant::now(), Vec::new());
    while received.len() < lines {
        assert!(begin.elapsed() < PATIENCE, "{} of {lines} lines", received.len());
        let output = finish(bridge(kind, server, &["receive", "--until-quiet", "1"]), b"");
        assert!(output.status.success(), "{output:?}");
        received.extend(stdout(&output).lines().map(str::to_owned));
    }
    received
}

/// Publishes as others do.
fn publish(kind: Kind, server: &Server, id: &str, payload: &[u8]) {
    async fn publish<B: Broker>(settings: Settings, message: Message) {
        B::connect(&settings).await.unwrap().publish(&[message]).await.unwrap();
    }
    let message = Message { id: id.into(), payload: payload.into() };
    match kind {
        Kind::Nats => runtime().block_on(publish::<Nats>(server.settings(), message)),
        Kind::Redis => runtime().block_on(publish::<Streams>(server.settings(), message)),
    }
}

fn finish(mut child: Child, input: &[u8]) -> Output {
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn lines_go_in_and_come_out_once() {
    for kind in [Kind::Nats, Kind::Redis] {
        let server = Server::start(kind, Guard::Open);
        for expected in ["3 accepted, 3 acknowledged", "3 accepted, 3 acknowledged"] {
            let output = finish(bridge(kind, &server, &["send", "--name", "job"]), b"one\ntwo\nthree");
            assert!(output.status.success() && stderr(&output).contains(expected), "{output:?}");
        }
        assert_eq!(receive(kind, &server, 3), ["job-1\tone", "job-2\ttwo", "job-3\tthree"], "{kind:?}");
        let output = finish(bridge(kind, &server, &["receive", "--until-quiet", "1"]), b"");
        assert_eq!(stdout(&output), "", "{kind:?}: what was received does not come again");
    }
}

/// The numbers that `send` ends with: accepted, acknowledged, published twice, not delivered.
fn counts(said: &str) -> [u64; 4] {
    let last = said.lines().last().unwrap();
    let numbers = last.split(' ').filter_map(|word| word.parse().ok());
    numbers.collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{said}"))
}

#[test]
fn on_sigterm_it_reports_what_it_could_not_deliver() {
    for kind in [Kind::Nats, Kind::Redis] {
        let mut server = Server::start(kind, Guard::Open);
        let mut child = bridge(kind, &server, &["send", "--patience", "1"]);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"one\n").unwrap();
        until("the first line to arrive", || server.stored() == 1);
        server.kill();
        stdin.write_all(b"two\n").unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("retrying") {
            assert!(stderr.read_line(&mut said).unwrap() > 0, "it ended: {said}");
        }
        signal(&child, "TERM");
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{said}");
        let [accepted, acknowledged, _, not_delivered] = counts(&said);
        // Of the first the broker may have died before it could say that it has it.
        assert!(acknowledged <= 1 && (1..=2).contains(&not_delivered), "{said}");
        assert_eq!(accepted, acknowledged + not_delivered, "{said}");
        drop(stdin);
    }
}

#[test]
fn on_sigterm_it_delivers_what_it_accepted() {
    for kind in [Kind::Nats, Kind::Redis] {
        let server = Server::start(kind, Guard::Open);
        let mut child = bridge(kind, &server, &["send", "--patience", "300"]);
        let mut stdin = child.stdin.take().unwrap();
        let writer = thread::spawn(move || while stdin.write_all(b"line\n").is_ok() {});
        until("lines to arrive", || server.stored() > 0);
        signal(&child, "TERM");
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let [accepted, acknowledged, _, not_delivered] = counts(&stderr(&output));
        assert!(output.status.success() && accepted > 0, "{output:?}");
        assert_eq!((acknowledged, not_delivered), (accepted, 0), "{output:?}");
        assert_eq!(receive(kind, &server, accepted as usize).len(), accepted as usize);
    }
}

#[test]
fn what_strangers_sent_is_escaped_and_cut() {
    for kind in [Kind::Nats, Kind::Redis] {
        let server = Server::start(kind, Guard::Open);
        publish(kind, &server, "a\tb\u{1b}[31m", b"x\ny\xff\\ \x1b]0;title\x07");
        publish(kind, &server, &"i".repeat(1000), &vec![b'p'; 600 * 1024]);
        let [first, second] = &receive(kind, &server, 2)[..] else { panic!("a message is a line") };
        assert_eq!(first, "a\\tb\\u{1b}[31m\tx\\ny\\xff\\\\ \\u{1b}]0;title\\u{7}", "{kind:?}");
        let expected =
            format!("{}\\…[1000 bytes]\t{}\\…[614400 bytes]", "i".repeat(256), "p".repeat(512 * 1024));
        assert!(*second == expected, "{kind:?}: {} bytes", second.len());
    }
}

#[test]
fn what_could_not_be_printed_comes_again() {
    for kind in [Kind::Nats, Kind::Redis] {
        let server = Server::start(kind, Guard::Open);
        publish(kind, &server, "1", b"line");
        let is_log = |line: &str| line.contains(" WARN ");
        program::testing::check_failing_output("bridge", is_log, |stdout| {
            bridge_to(stdout, kind, &server, &["receive"]).wait_with_output().unwrap()
        });
        assert_eq!(receive(kind, &server, 1), ["1\tline"], "{kind:?}");
    }
}

#[test]
fn a_reply_that_cannot_be_printed_is_said() {
    let server = Server::start(Kind::Nats, Guard::Open);
    let runtime = runtime();
    let client = runtime.block_on(nats::connect(&server.settings())).unwrap();
    let serving =
        rpc::serve(client.clone(), "work", Limits { capacity: 4, workers: 1 }, |_| b"a\nb".to_vec());
    runtime.spawn(serving);
    until("it to serve", || {
        let call = rpc::call(&client, "work", b"", PATIENCE);
        runtime.block_on(call) != Err(CallError::NobodyThere)
    });
    let call =
        |stdout| bridge_to(stdout, Kind::Nats, &server, &["call", "work", "x"]).wait_with_output().unwrap();
    program::testing::check_failing_output("bridge", |_| false, call);
    assert_eq!(stdout(&call(Stdio::piped())), "a\\nb\n");
}

#[test]
fn what_cannot_work_is_refused() {
    let cases: [(&[&str], &str); 5] = [
        (&["serve", "work", "--workers", "0"], "--workers"),
        (&["serve", "work", "--capacity", "0"], "--capacity"),
        (&["send", "--capacity", "0"], "--capacity"),
        (&["send", "--name", "two\nlines"], "control character"),
        (&["send", "--name", &"x".repeat(200)], "longer than"),
    ];
    for (arguments, why) in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_bridge")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(stderr(&output).contains(why), "{output:?}");
    }
}

#[test]
fn a_redis_that_keeps_nothing_on_disk_is_warned_of() {
    let server = Server::start(Kind::Redis, Guard::Open);
    let quiet = finish(bridge(Kind::Redis, &server, &["send"]), b"");
    assert!(!stderr(&quiet).contains("appendonly"), "{quiet:?}");
    server.redis_cli(&["config", "set", "appendonly", "no"]);
    let warned = finish(bridge(Kind::Redis, &server, &["send"]), b"");
    assert!(stderr(&warned).contains("appendonly no"), "{warned:?}");
}

#[test]
fn an_overlong_line_is_refused_and_said() {
    let server = Server::start(Kind::Nats, Guard::Open);
    let mut child = bridge(Kind::Nats, &server, &["send"]);
    let mut stdin = child.stdin.take().unwrap();
    // The program may stop reading before the end of it.
    let _ = stdin.write_all(b"short\n").and_then(|()| stdin.write_all(&vec![b'x'; 600 * 1024]));
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(stderr(&output).contains("line 2 is longer"), "{output:?}");
    assert!(stderr(&output).contains("1 accepted, 1 acknowledged"), "{output:?}");
}
