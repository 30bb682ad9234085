//! Brokers that want credentials or TLS: what is wrong is said, and no secret is.

mod support;

use std::process::{Command, Output, Stdio};

use bridge::broker::{Broker, BrokerError, Message};
use bridge::nats::Nats;
use bridge::settings::Settings;
use bridge::streams::Streams;
use support::{Guard, Kind, PASSWORD, Server, USER};

async fn can_publish<B: Broker>(settings: &Settings) -> Result<usize, BrokerError> {
    let message = Message { id: "1".into(), payload: b"payload".into() };
    B::connect(settings).await?.publish(&[message]).await
}

async fn wrong_credentials<B: Broker>(kind: Kind) {
    let server = Server::start(kind, Guard::Password);
    let right = server.settings();
    assert_eq!(can_publish::<B>(&right).await.unwrap(), 0);

    let none = Settings { user: None, password: None, ..right.clone() };
    let wrong_password = Settings { password: Some("wrong-guess-41".into()), ..right.clone() };
    let wrong_user = Settings { user: Some("nobody".into()), ..right };
    for settings in [none, wrong_password, wrong_user] {
        let error = can_publish::<B>(&settings).await.unwrap_err();
        assert!(matches!(error, BrokerError::Credentials(_)), "{error:?}");
        assert!(!error.may_pass());
        assert!(!error.to_string().contains("wrong-guess-41"), "{error}");
    }
}

#[tokio::test]
async fn nats_says_that_the_credentials_are_wrong() {
    wrong_credentials::<Nats>(Kind::Nats).await;
}

#[tokio::test]
async fn redis_says_that_the_credentials_are_wrong() {
    wrong_credentials::<Streams>(Kind::Redis).await;
}

async fn tls_required<B: Broker>(kind: Kind) {
    let server = Server::start(kind, Guard::Tls);
    let right = server.settings();
    assert_eq!(can_publish::<B>(&right).await.unwrap(), 0);

    let plain = Settings::at(&server.plain_url()).unwrap();
    let error = can_publish::<B>(&plain).await.unwrap_err();
    assert!(error.to_string().contains("TLS"), "{error}");

    let strangers_authority = Settings { ca: None, ..right };
    let error = can_publish::<B>(&strangers_authority).await.unwrap_err();
    assert!(matches!(error, BrokerError::Tls(_)), "{error:?}");
}

#[tokio::test]
async fn nats_says_that_it_wants_tls() {
    tls_required::<Nats>(Kind::Nats).await;
}

#[tokio::test]
async fn redis_says_that_it_wants_tls() {
    tls_required::<Streams>(Kind::Redis).await;
}

async fn broker_unreachable<B: Broker>(kind: Kind) {
    let mut server = Server::start(kind, Guard::Open);
    server.kill();
    let error = can_publish::<B>(&server.settings()).await.unwrap_err();
    assert!(matches!(error, BrokerError::Away(_)) && error.may_pass(), "{error:?}");
}

#[tokio::test]
async fn nats_that_is_not_there_is_away() {
    broker_unreachable::<Nats>(Kind::Nats).await;
}

#[tokio::test]
async fn redis_that_is_not_there_is_away() {
    broker_unreachable::<Streams>(Kind::Redis).await;
}

/// Runs the program with every log there is.
fn send(kind: Kind, server: &Server, password: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bridge"))
        .args(["--broker", if kind == Kind::Nats { "nats" } else { "redis" }])
        .args(["--url", &server.plain_url(), "--user", USER, "--log", "trace", "send"])
        .env("BRIDGE_PASSWORD", password)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn no_log_shows_a_password_whether_it_is_right_or_wrong() {
    for kind in [Kind::Nats, Kind::Redis] {
        let server = Server::start(kind, Guard::Password);
        for (password, is_right) in [(PASSWORD, true), ("wrong-guess-41", false)] {
            let output = send(kind, &server, password);
            assert_eq!(output.status.success(), is_right, "{output:?}");
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(!said.is_empty() && !said.contains(password), "{kind:?}: {said}");
        }
    }
}

#[test]
fn help_shows_no_password_either() {
    let mut help = Command::new(env!("CARGO_BIN_EXE_bridge"));
    let output = help.arg("--help").env("BRIDGE_PASSWORD", PASSWORD).output().unwrap();
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stdout).contains(PASSWORD));
}
