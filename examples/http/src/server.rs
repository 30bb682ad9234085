//! Routes and connections.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::header::{
    CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use futures_util::stream::{self, Stream};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use ringway::metrics::prometheus;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyDeadlineLayer;
use tracing::{debug, warn};

use crate::desk::{Desk, Refused, Reply, Request};
use crate::pulse::Pulse;
use crate::quota::{Quota, Seat};

/// What a client may cost us.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Jobs that one client may have waiting and worked on.
    pub jobs_per_client: usize,
    pub connections: usize,
    /// Live pages that are watched.
    pub watchers: usize,
    /// Those of them that one client watches.
    pub watchers_per_client: usize,
    /// Bytes of a job.
    pub body: usize,
    /// How long a client may take to send its headers, and again for the body.
    pub patience: Duration,
    /// How long connections may stay open after SIGTERM or SIGINT.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            jobs_per_client: 64,
            connections: 1024,
            watchers: 16,
            watchers_per_client: 4,
            body: 16 * 1024,
            patience: Duration::from_secs(5),
            drain: Duration::from_secs(30),
        }
    }
}

/// What the routes share.
#[derive(Clone)]
struct House {
    desk: Arc<Desk>,
    quota: Arc<Quota>,
    pulse: watch::Receiver<Pulse>,
    watchers: Arc<Semaphore>,
    watching: Arc<Quota>,
}

const PAGE: &str = include_str!("page.html");

/// The page loads nothing, and connects to this server only.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'",
);

pub fn routes(desk: Arc<Desk>, pulse: watch::Receiver<Pulse>, limits: Limits) -> Router {
    let house = House {
        desk,
        quota: Arc::new(Quota::new(limits.jobs_per_client)),
        pulse,
        watchers: Arc::new(Semaphore::new(limits.watchers)),
        watching: Arc::new(Quota::new(limits.watchers_per_client)),
    };
    Router::new()
        .route("/", get(|| async { Html(PAGE) }))
        .route("/jobs", post(submit))
        .route("/metrics", get(metrics))
        .route("/events", get(events))
        .layer(DefaultBodyLimit::max(limits.body))
        .layer(RequestBodyDeadlineLayer::new(limits.patience))
        .layer(SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, POLICY))
        .layer(SetResponseHeaderLayer::overriding(
            X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .with_state(house)
}

/// `POST /jobs`. The body has been read to its end by now, so a slow client delays only itself.
async fn submit(
    State(house): State<House>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Result<Json<Request>, JsonRejection>,
) -> Result<Json<Reply>, Problem> {
    let Json(request) = request.map_err(Problem::Body)?;
    let retry_after = || house.desk.retry_after(house.pulse.borrow().service());
    let seat = house.quota.enter(client.ip()).ok_or_else(|| Problem::Quota(retry_after()))?;
    let reply = house.desk.submit(request, seat).map_err(|refused| match refused {
        Refused::Full => Problem::Full(retry_after()),
        Refused::Closed => Problem::Closing,
    })?;
    reply.await.map(Json).map_err(|_| Problem::Failed)
}

/// `GET /metrics`, for Prometheus.
async fn metrics(State(house): State<House>) -> Response {
    let mut text = String::new();
    match prometheus::write(&mut text, &[("jobs", house.desk.jobs())]) {
        Ok(()) => ([(CONTENT_TYPE, prometheus::CONTENT_TYPE)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// `GET /events`: a pulse whenever there is one, until the server stops.
async fn events(
    State(house): State<House>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let seat = house.watching.enter(client.ip()).ok_or(Problem::Watching)?;
    let place = house.watchers.try_acquire_owned().map_err(|_| Problem::Watchers)?;
    let mut pulse = house.pulse;
    pulse.mark_changed(); // the last one at once
    let events = stream::unfold((pulse, (place, seat)), next_event);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// What it watches, and the places that are its own until it leaves.
type Watcher = (watch::Receiver<Pulse>, (OwnedSemaphorePermit, Seat));

async fn next_event((mut pulse, place): Watcher) -> Option<(Result<Event, Infallible>, Watcher)> {
    pulse.changed().await.ok()?;
    let now = *pulse.borrow_and_update();
    let event = Event::default().json_data(now).ok()?;
    Some((Ok(event), (pulse, place)))
}

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
enum Problem {
    Body(JsonRejection),
    Quota(u64),
    Full(u64),
    Closing,
    Failed,
    Watching,
    Watchers,
}

#[derive(Serialize)]
struct Explanation {
    error: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        use StatusCode as S;
        let (status, error) = match &self {
            Self::Body(rejection) => (rejection.status(), rejection.body_text()),
            Self::Quota(_) => (S::TOO_MANY_REQUESTS, "this client has too many unfinished jobs".into()),
            Self::Full(_) => (S::SERVICE_UNAVAILABLE, "the queue is full".into()),
            Self::Closing => (S::SERVICE_UNAVAILABLE, "the server is stopping".into()),
            Self::Failed => (S::INTERNAL_SERVER_ERROR, "the job failed".into()),
            Self::Watching => (S::TOO_MANY_REQUESTS, "this client watches too many live pages".into()),
            Self::Watchers => (S::SERVICE_UNAVAILABLE, "too many live pages are being watched".into()),
        };
        let mut response = (status, Json(Explanation { error })).into_response();
        let headers = response.headers_mut();
        match self {
            Self::Quota(seconds) | Self::Full(seconds) => _ = headers.insert(RETRY_AFTER, seconds.into()),
            Self::Closing => _ = headers.insert(CONNECTION, HeaderValue::from_static("close")),
            // What is left of a body that was refused is not read, so the next request would not be
            // found.
            Self::Body(_) => _ = headers.insert(CONNECTION, HeaderValue::from_static("close")),
            Self::Failed | Self::Watching | Self::Watchers => {}
        }
        response
    }
}

/// Serves until `stop`, then lets the requests that are in the house finish.
///
/// axum's own `serve` would do, but it sets no limits on connections and on the time that headers
/// may take.
pub async fn serve(listener: TcpListener, routes: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.patience).max_buf_size(64 * 1024);
    let places = Arc::new(Semaphore::new(limits.connections));
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = accept(&listener, &places);
        let (stream, client, place) = tokio::select! {
            accepted = next => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, say. It will pass.
                    warn!("{error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let service = TowerToHyperService::new(routes.clone().layer(Extension(ConnectInfo(client))));
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                debug!("{client}: {error}");
            }
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        () = connections.shutdown() => {}
        () = tokio::time::sleep(limits.drain) => warn!("some connections were still open at the deadline"),
    }
}

/// The next connection, when there is a place for it. Until then it waits where the operating
/// system keeps it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(tokio::net::TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, client) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, client, place))
}
