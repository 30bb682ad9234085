//! The program as its users meet it.

mod support;

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use support::{Guard, Kind, Server};

fn bridge(kind: Kind, server: &Server, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_bridge"))
        .args(["--broker", if kind == Kind::Nats { "nats" } else { "redis" }, "--url", &server.plain_url()])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
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
        let output = finish(bridge(kind, &server, &["receive", "--until-quiet", "1"]), b"");
        assert_eq!(stdout(&output), "job-1\tone\njob-2\ttwo\njob-3\tthree\n", "{kind:?}");
        let output = finish(bridge(kind, &server, &["receive", "--until-quiet", "1"]), b"");
        assert_eq!(stdout(&output), "", "{kind:?}: what was received does not come again");
    }
}

#[test]
fn told_to_stop_it_says_what_it_could_not_deliver() {
    for kind in [Kind::Nats, Kind::Redis] {
        let mut server = Server::start(kind, Guard::Open);
        let mut child = bridge(kind, &server, &["send", "--patience", "1"]);
        let mut stdin = child.stdin.take().unwrap();
        thread::sleep(Duration::from_millis(500)); // it connects
        server.kill();
        thread::sleep(Duration::from_millis(200));
        stdin.write_all(b"one\ntwo\n").unwrap();
        thread::sleep(Duration::from_millis(200));
        signal(&child, "TERM");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(stderr(&output).contains("2 accepted, 0 acknowledged"), "{output:?}");
        assert!(stderr(&output).contains("2 not delivered"), "{output:?}");
        drop(stdin);
    }
}

#[test]
fn told_to_stop_it_delivers_what_it_accepted() {
    for kind in [Kind::Nats, Kind::Redis] {
        let server = Server::start(kind, Guard::Open);
        let mut child = bridge(kind, &server, &["send"]);
        let mut stdin = child.stdin.take().unwrap();
        let writer = thread::spawn(move || while stdin.write_all(b"line\n").is_ok() {});
        thread::sleep(Duration::from_millis(700));
        signal(&child, "TERM");
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        assert!(output.status.success() && stderr(&output).contains("0 not delivered"), "{output:?}");
        let accepted: usize = stderr(&output).split_once(' ').unwrap().0.parse().unwrap();
        assert!(accepted > 0, "it was stopped in the middle of it");
        let received = finish(bridge(kind, &server, &["receive", "--until-quiet", "1"]), b"");
        assert_eq!(stdout(&received).lines().count(), accepted);
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
