//! Redis Streams.
//!
//! An entry has two fields, `id` and `data`. A message that is published twice is in the stream
//! twice; the receiver drops the duplicate.

use std::fmt;
use std::fs;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::streams::{StreamId, StreamReadOptions, StreamReadReply};
use redis::{
    AsyncCommands, AsyncConnectionConfig, Client, ErrorKind, IntoConnectionInfo, RedisError, TlsCertificates,
};
use tracing::warn;

use crate::broker::{Broker, BrokerError, Message};
use crate::forward::BATCH;
use crate::settings::Settings;

/// How long we wait for a connection, and for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The name of the group whose place in the stream is ours, and of its only member.
const GROUP: &str = "bridge";

pub struct Streams {
    client: Client,
    stream: String,
    /// None after an error: then the next call makes a new one.
    connection: Option<MultiplexedConnection>,
    /// Whether what was received before the connection was made has been asked for.
    is_caught_up: bool,
    /// Entries received and not acknowledged.
    received: Vec<String>,
}

impl Broker for Streams {
    async fn connect(settings: &Settings) -> Result<Self, BrokerError> {
        let client = client(settings)?;
        let stream = settings.stream.clone();
        let mut this = Self { client, stream, connection: None, is_caught_up: false, received: Vec::new() };
        let connection = this.connection().await?;
        let persistence: String =
            redis::cmd("INFO").arg("persistence").query_async(connection).await.map_err(broker_error)?;
        if persistence.contains("aof_enabled:0") {
            warn!(
                "this Redis acknowledges messages that are only in memory (appendonly no): it loses them in a crash"
            );
        }
        Ok(this)
    }

    async fn publish(&mut self, messages: &[Message]) -> Result<usize, BrokerError> {
        let mut pipeline = redis::pipe();
        for Message { id, payload } in messages {
            let fields = [("id", id.as_bytes()), ("data", payload)];
            pipeline.xadd(&self.stream, "*", &fields).ignore();
        }
        let connection = self.connection().await?;
        let result = pipeline.query_async::<()>(connection).await;
        self.note(result)?;
        Ok(0) // it does not say
    }

    async fn receive(&mut self) -> Result<Vec<Message>, BrokerError> {
        self.received.clear();
        let mut entries = Vec::new();
        if !self.is_caught_up {
            entries = self.read("0").await?;
            self.is_caught_up = entries.is_empty();
        }
        if self.is_caught_up {
            entries = self.read(">").await?;
        }
        self.received.extend(entries.iter().map(|entry| entry.id.clone()));
        Ok(entries.into_iter().map(ours).collect())
    }

    async fn acknowledge(&mut self) -> Result<(), BrokerError> {
        if self.received.is_empty() {
            return Ok(());
        }
        let (stream, received) = (self.stream.clone(), std::mem::take(&mut self.received));
        let result = self.connection().await?.xack(stream, GROUP, &received).await;
        self.note(result)
    }
}

impl Streams {
    async fn connection(&mut self) -> Result<&mut MultiplexedConnection, BrokerError> {
        if self.connection.is_none() {
            let config = AsyncConnectionConfig::new()
                .set_connection_timeout(Some(PATIENCE))
                .set_response_timeout(Some(PATIENCE));
            let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
            let mut connection = connecting.await.map_err(connect_error)?;
            // A first answer: a connection alone says nothing of credentials or TLS.
            let group = connection.xgroup_create_mkstream(&self.stream, GROUP, "0").await;
            match group {
                Err(error) if error.code() == Some("BUSYGROUP") => {}
                group => group.map_err(connect_error)?,
            }
            self.is_caught_up = false;
            self.connection = Some(connection);
        }
        self.connection.as_mut().ok_or_else(|| BrokerError::Away("no connection".into()))
    }

    /// Entries of the group: those after `>` are new, those after `0` are received and not
    /// acknowledged.
    async fn read(&mut self, after: &str) -> Result<Vec<StreamId>, BrokerError> {
        let options = StreamReadOptions::default().group(GROUP, GROUP).count(BATCH).block(1000);
        let stream = self.stream.clone();
        let reply = self.connection().await?.xread_options(&[stream], &[after], &options).await;
        let reply: Option<StreamReadReply> = self.note(reply)?;
        Ok(reply.into_iter().flat_map(|reply| reply.keys).flat_map(|key| key.ids).collect())
    }

    /// After an error the state of the connection is unknown, so it is replaced.
    fn note<T>(&mut self, result: Result<T, RedisError>) -> Result<T, BrokerError> {
        result.map_err(|error| {
            self.connection = None;
            broker_error(error)
        })
    }
}

fn client(settings: &Settings) -> Result<Client, BrokerError> {
    let url = settings.address("redis://127.0.0.1:6379", ("redis", "rediss"))?;
    let wrong = |error: RedisError| BrokerError::Settings(error.to_string());
    let mut info = url.as_str().into_connection_info().map_err(wrong)?;
    if let Some((user, password)) = settings.credentials()? {
        let redis = info.redis_settings().clone().set_username(user).set_password(password.reveal());
        info = info.set_redis_settings(redis);
    }
    match &settings.ca {
        None => Client::open(info).map_err(wrong),
        Some(file) => {
            let root_cert = fs::read(file)
                .map_err(|error| BrokerError::Settings(format!("{}: {error}", file.display())))?;
            let certificates = TlsCertificates { client_tls: None, root_cert: Some(root_cert) };
            Client::build_with_tls(info, certificates).map_err(wrong)
        }
    }
}

/// What is wrong when the first answer is an error.
fn connect_error(error: RedisError) -> BrokerError {
    let why = error.to_string();
    match error.kind() {
        // It answered, but not as Redis does.
        ErrorKind::Parse => BrokerError::Tls(format!("unexpected protocol; try rediss:// ({why})")),
        _ if error.is_connection_refusal() || error.is_timeout() => BrokerError::Away(why),
        ErrorKind::Io if why.contains("certificate") => BrokerError::Tls(why),
        // It accepted the connection and dropped it at once.
        ErrorKind::Io => BrokerError::Away(format!("{why} (if it requires TLS: rediss://)")),
        _ => broker_error(error),
    }
}

fn broker_error(error: RedisError) -> BrokerError {
    let why = error.to_string();
    match error.code() {
        Some("WRONGPASS" | "NOAUTH" | "NOPERM") => BrokerError::Credentials(why),
        _ if error.kind() == ErrorKind::AuthenticationFailed => BrokerError::Credentials(why),
        _ if error.is_io_error() => BrokerError::Away(why),
        _ => BrokerError::Refused(why),
    }
}

/// A message as its sender made it. Of one that others published, its number in the stream is the
/// id.
fn ours(entry: StreamId) -> Message {
    let id = entry.get("id").unwrap_or_else(|| entry.id.clone());
    Message { id, payload: entry.get("data").unwrap_or_default() }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").field("stream", &self.stream).finish_non_exhaustive()
    }
}
