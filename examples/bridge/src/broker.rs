//! The interface of a broker.

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
    #[error("the broker rejected the credentials, or requires some: {0}")]
    Credentials(String),
    #[error("TLS: {0}")]
    Tls(String),
    #[error("the broker is unreachable: {0}")]
    Away(String),
    #[error("the broker rejected the request: {0}")]
    Refused(String),
}

impl BrokerError {
    /// Whether a retry may succeed without a change of the settings.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Refused(_))
    }
}

/// A broker that keeps messages until they are received.
pub trait Broker: Sized + Send {
    /// Connects, and creates the stream if it does not exist.
    fn connect(settings: &Settings) -> impl Future<Output = Result<Self, BrokerError>> + Send;

    /// Publishes messages, and returns after the broker has acknowledged all of them: the number of
    /// duplicates among them.
    ///
    /// After an error, the stream may contain any of them. Publish all of them again then.
    fn publish(&mut self, messages: &[Message]) -> impl Future<Output = Result<usize, BrokerError>> + Send;

    /// Returns the next messages, some of which may have been received before, or none after a
    /// second without any.
    fn receive(&mut self) -> impl Future<Output = Result<Vec<Message>, BrokerError>> + Send;

    /// Acknowledges the messages that [`receive`](Self::receive) returned last.
    fn acknowledge(&mut self) -> impl Future<Output = Result<(), BrokerError>> + Send;
}
