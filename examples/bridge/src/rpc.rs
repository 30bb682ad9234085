//! Requests and replies over NATS: a bounded ring between the subscription and the threads that
//! answer.
//!
//! When the ring is full, the caller receives an error at once, in the headers that NATS services
//! use.

use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use async_nats::{Client, HeaderMap, Message, RequestErrorKind, Subject};
use futures_util::StreamExt;
use ringway::CapacityError;
use ringway::channel::{self, Receiver};
use thiserror::Error;
use tokio::runtime::Handle;

const ERROR: &str = "Nats-Service-Error";
const ERROR_CODE: &str = "Nats-Service-Error-Code";
const BUSY: &str = "503";

/// How many requests may wait, and how many threads answer them: at least one each.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub capacity: usize,
    pub workers: usize,
}

#[derive(Debug, Error)]
pub enum ServeError {
    #[error(transparent)]
    Capacity(#[from] CapacityError),
    #[error("at least one worker thread is required")]
    NoWorkers,
    #[error(transparent)]
    Subscribe(#[from] async_nats::SubscribeError),
    #[error(transparent)]
    Publish(#[from] async_nats::PublishError),
    #[error(transparent)]
    Thread(#[from] io::Error),
}

#[derive(Debug, Error, PartialEq, Eq)]
pub enum CallError {
    #[error("no server for this subject")]
    NobodyThere,
    #[error("the server is busy")]
    Busy,
    #[error("no answer in time")]
    TimedOut,
    #[error("{0}")]
    Other(String),
}

/// A request that waits for a thread.
struct Request {
    reply_to: Subject,
    payload: Vec<u8>,
}

/// Answers requests on this subject, together with all others that serve it, until the subscription
/// ends.
///
/// A request that was accepted is answered once, or not at all if this process or the connection
/// dies: then the caller's time runs out, and it may ask again.
pub async fn serve(
    client: Client,
    subject: &str,
    limits: Limits,
    answer: impl Fn(&[u8]) -> Vec<u8> + Clone + Send + 'static,
) -> Result<(), ServeError> {
    if limits.workers == 0 {
        return Err(ServeError::NoWorkers);
    }
    let (accepted, requests) = channel::bounded(limits.capacity)?;
    for worker in 0..limits.workers {
        spawn_worker(worker, client.clone(), requests.clone(), answer.clone())?;
    }
    let mut subscription = client.queue_subscribe(subject.to_owned(), "ringway".into()).await?;
    while let Some(Message { reply, payload, .. }) = subscription.next().await {
        // Without it no caller waits for a reply.
        let Some(reply_to) = reply else { continue };
        let request = Request { reply_to: reply_to.clone(), payload: payload.into() };
        if accepted.try_send(request).is_err() {
            let mut headers = HeaderMap::new();
            headers.insert(ERROR, "busy");
            headers.insert(ERROR_CODE, BUSY);
            client.publish_with_headers(reply_to, headers, "".into()).await?;
        }
    }
    Ok(())
}

fn spawn_worker(
    number: usize,
    client: Client,
    requests: Receiver<'static, Request>,
    answer: impl Fn(&[u8]) -> Vec<u8> + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let runtime = Handle::current();
    thread::Builder::new().name(format!("worker {number}")).spawn(move || {
        while let Ok(Request { reply_to, payload }) = requests.recv_blocking() {
            let reply = answer(&payload);
            // If the connection does not come back, the caller times out.
            let _ = runtime.block_on(client.publish(reply_to, reply.into()));
        }
    })
}

/// Sends a request to the server of this subject.
pub async fn call(
    client: &Client,
    subject: &str,
    payload: &[u8],
    patience: Duration,
) -> Result<Vec<u8>, CallError> {
    // Without a time of its own, which would be ten seconds.
    let request = async_nats::Request::new().payload(payload.to_vec().into()).timeout(None);
    let request = client.send_request(subject.to_owned(), request);
    let reply = tokio::time::timeout(patience, request).await.map_err(|_| CallError::TimedOut)?;
    let reply = reply.map_err(|error| match error.kind() {
        RequestErrorKind::NoResponders => CallError::NobodyThere,
        RequestErrorKind::TimedOut => CallError::TimedOut,
        _ => CallError::Other(error.to_string()),
    })?;
    let code = reply.headers.as_ref().and_then(|headers| headers.get(ERROR_CODE));
    match code.map(|code| code.as_str()) {
        None => Ok(reply.payload.to_vec()),
        Some(BUSY) => Err(CallError::Busy),
        // Another server's, of any length.
        Some(code) => Err(CallError::Other(format!("error {code:.64}"))),
    }
}
