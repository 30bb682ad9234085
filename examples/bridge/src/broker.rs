//! What a broker does for us.

use std::future::Future;

use thiserror::Error;

use crate::settings::Settings;

/// What travels. The id is the sender's: two messages with the same are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub payload: Vec<u8>,
}

/// Why a broker did not do what it was asked to.
#[derive(Debug, Error)]
pub enum BrokerError {
    #[error("{0}")]
    Settings(String),
    #[error("the broker does not accept the credentials, or wants some: {0}")]
    Credentials(String),
    #[error("TLS: {0}")]
    Tls(String),
    #[error("the broker is away: {0}")]
    Away(String),
    #[error("the broker refused: {0}")]
    Refused(String),
}

impl BrokerError {
    /// Whether it may go another time, without anybody changing the settings.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Refused(_))
    }
}

/// A broker that keeps messages until they are received.
pub trait Broker: Sized + Send {
    /// Connects, and makes the stream if it does not exist.
    fn connect(settings: &Settings) -> impl Future<Output = Result<Self, BrokerError>> + Send;

    /// Returns when the broker has acknowledged all messages; how many of them it knew already.
    ///
    /// After an error any of them may be in the stream, or none. Then publish all of them again.
    fn publish(&mut self, messages: &[Message]) -> impl Future<Output = Result<usize, BrokerError>> + Send;

    /// The next messages, some of which may have come before. None if there was none for a second.
    fn receive(&mut self) -> impl Future<Output = Result<Vec<Message>, BrokerError>> + Send;

    /// Tells the broker that what [`receive`](Self::receive) gave last is done.
    fn acknowledge(&mut self) -> impl Future<Output = Result<(), BrokerError>> + Send;
}
