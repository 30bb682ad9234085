//! NATS JetStream.
//!
//! The id travels in `Nats-Msg-Id`, by which the broker leaves out what is published twice within
//! two minutes.

use std::error::Error;
use std::str::FromStr;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::context::{ContextBuilder, PublishErrorKind};
use async_nats::jetstream::message::{Acker, PublishMessage};
use async_nats::jetstream::stream::{Config, DiscardPolicy};
use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectErrorKind, ConnectOptions, HeaderValue};
use futures_util::StreamExt;

use crate::broker::{Broker, BrokerError, Message};
use crate::forward::BATCH;
use crate::settings::Settings;

/// How long we wait for a connection.
const CONNECTING: Duration = Duration::from_secs(10);

/// How long we wait for an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bytes that are received together: more than the largest message that any NATS takes, 64 MiB.
const RECEIVED_BYTES: usize = 66 * 1024 * 1024;

/// Bytes that the stream may take on the broker's disk. Then it refuses more; it does not forget
/// the oldest.
const LARGEST: i64 = 256 * 1024 * 1024;

pub struct Nats {
    client: Client,
    jetstream: Context,
    stream: jetstream::stream::Stream,
    subject: String,
    consumer: Option<PullConsumer>,
    /// What the last messages are acknowledged with.
    received: Vec<Acker>,
}

/// A connection, which comes back by itself when it is lost.
pub async fn connect(settings: &Settings) -> Result<Client, BrokerError> {
    let url = settings.address("nats://127.0.0.1:4222", ("nats", "tls"))?;
    let mut options = ConnectOptions::new()
        .name("ringway bridge")
        .connection_timeout(CONNECTING)
        .max_reconnects(None)
        .reconnect_delay_callback(|_| Duration::from_millis(100))
        .require_tls(url.scheme() == "tls");
    if let Some((user, password)) = settings.credentials()? {
        options = options.user_and_password(user, password.reveal().into());
    }
    if let Some(ca) = &settings.ca {
        options = options.add_root_certificates(ca.clone());
    }
    options.connect(url.as_str()).await.map_err(|error| {
        let why = with_sources(&error);
        match error.kind() {
            ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
                BrokerError::Credentials(why)
            }
            // A failed handshake comes as an error of input and output.
            _ if error.kind() == ConnectErrorKind::Tls || why.contains("certificate") => {
                BrokerError::Tls(why)
            }
            ConnectErrorKind::ServerParse => BrokerError::Settings(why),
            _ => BrokerError::Away(why),
        }
    })
}

/// An error and what caused it.
fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        // Some errors say what their source says.
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = error.source();
    }
    text
}

fn refused(error: impl Error) -> BrokerError {
    BrokerError::Refused(with_sources(&error))
}

impl Broker for Nats {
    async fn connect(settings: &Settings) -> Result<Self, BrokerError> {
        let client = connect(settings).await?;
        let jetstream =
            ContextBuilder::new().timeout(PATIENCE).max_ack_inflight(4 * BATCH).build(client.clone());
        let config = Config {
            name: settings.stream.clone(),
            subjects: vec![settings.stream.clone()],
            max_bytes: LARGEST,
            discard: DiscardPolicy::New,
            duplicate_window: Duration::from_secs(120),
            ..Config::default()
        };
        let stream = jetstream.get_or_create_stream(config).await.map_err(refused)?;
        let subject = settings.stream.clone();
        Ok(Self { client, jetstream, stream, subject, consumer: None, received: Vec::new() })
    }

    async fn publish(&mut self, messages: &[Message]) -> Result<usize, BrokerError> {
        // Otherwise the client would keep them and send them later, as well as again.
        if self.client.connection_state() != State::Connected {
            return Err(BrokerError::Away("no connection".into()));
        }
        let mut acknowledgements = Vec::with_capacity(messages.len());
        for Message { id, payload } in messages {
            let id = HeaderValue::from_str(id).map_err(refused)?;
            let message = PublishMessage::build().header(NATS_MESSAGE_ID, id).payload(payload.clone().into());
            let publish = self.jetstream.send_publish(self.subject.clone(), message);
            acknowledgements.push(publish.await.map_err(|error| publish_error(&error))?);
        }
        let mut duplicates = 0;
        for acknowledgement in acknowledgements {
            let acknowledgement = acknowledgement.await.map_err(|error| publish_error(&error))?;
            duplicates += usize::from(acknowledgement.duplicate);
        }
        Ok(duplicates)
    }

    async fn receive(&mut self) -> Result<Vec<Message>, BrokerError> {
        self.received.clear();
        // After an error or a quiet second it is looked up, and created if it no longer exists:
        // NATS does not answer requests to a consumer that is gone.
        let consumer = match self.consumer.take() {
            Some(consumer) => consumer,
            None => consumer(&self.stream).await?,
        };
        let fetch = consumer.fetch().max_messages(BATCH).max_bytes(RECEIVED_BYTES);
        let fetch = fetch.expires(Duration::from_secs(1));
        let mut batch = fetch.messages().await.map_err(refused)?;
        let mut messages = Vec::new();
        while let Some(message) = batch.next().await {
            let message = message.map_err(|error| BrokerError::Away(error.to_string()))?;
            messages.push(ours(&message));
            self.received.push(message.split().1);
        }
        self.consumer = Some(consumer).filter(|_| !messages.is_empty());
        Ok(messages)
    }

    async fn acknowledge(&mut self) -> Result<(), BrokerError> {
        let away = |error: async_nats::Error| BrokerError::Away(error.to_string());
        let Some(last) = self.received.pop() else { return Ok(()) };
        // Only the last waits for an answer: the broker takes them in order.
        for message in self.received.drain(..) {
            message.ack().await.map_err(away)?;
        }
        last.double_ack().await.map_err(away)
    }
}

/// Where receiving continues after a restart.
///
/// Each message is acknowledged by itself. To acknowledge all before it as well (`AckPolicy::All`)
/// would lose what was delivered but never arrived, and does nothing for messages that come again
/// below the last acknowledgement: after 1000 of those, no other is delivered.
async fn consumer(stream: &jetstream::stream::Stream) -> Result<PullConsumer, BrokerError> {
    let config = pull::Config {
        durable_name: Some("bridge".into()),
        ack_policy: AckPolicy::Explicit,
        ack_wait: Duration::from_secs(5),
        ..pull::Config::default()
    };
    stream.get_or_create_consumer("bridge", config).await.map_err(refused)
}

fn publish_error(error: &jetstream::context::PublishError) -> BrokerError {
    let why = with_sources(error);
    match error.kind() {
        PublishErrorKind::TimedOut | PublishErrorKind::BrokenPipe => BrokerError::Away(why),
        _ => BrokerError::Refused(why),
    }
}

/// A message as its sender made it. Of one that others published, its number in the stream is the
/// id.
fn ours(message: &jetstream::Message) -> Message {
    let id = message.headers.as_ref().and_then(|headers| headers.get(NATS_MESSAGE_ID));
    let number = || message.info().map(|info| info.stream_sequence.to_string()).unwrap_or_default();
    Message { id: id.map_or_else(number, ToString::to_string), payload: message.payload.to_vec() }
}

impl std::fmt::Debug for Nats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nats").field("subject", &self.subject).finish_non_exhaustive()
    }
}
