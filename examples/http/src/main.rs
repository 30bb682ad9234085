//! The server: accepts jobs as long as there is room, and on SIGTERM completes what it accepted.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::process::{self, ExitCode};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use http_server::desk::{Desk, count_words};
use http_server::pulse;
use http_server::server::{self, Limits};
use http_server::signals::StopSignals;
use tokio::net::TcpListener;

/// Count words, for as many clients as there is room for.
///
/// `POST /jobs` with `{"text": "…"}` is a job, `/` a live page, `/metrics` for Prometheus. SIGTERM
/// and SIGINT end it: what was accepted is completed, unless a second of them ends it at once.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Jobs that may wait: a job waits for at most this many service times, divided by the number
    /// of workers
    #[arg(long, default_value = "100")]
    capacity: NonZeroUsize,

    /// Worker threads [default: one per core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Option<u16>,

    /// Simulated service time of each job
    #[arg(long, value_name = "MS", default_value_t = 10)]
    work: u64,

    /// Unfinished jobs that one client may have
    #[arg(long, default_value_t = Limits::default().jobs_per_client)]
    per_client: usize,

    /// Connections that may be open
    #[arg(long, default_value_t = Limits::default().connections)]
    connections: usize,

    /// Seconds that a client may take to send headers, and again to send a body
    #[arg(long, default_value_t = Limits::default().patience.as_secs())]
    patience: u64,
}

fn main() -> ExitCode {
    program::main(run)
}

#[tokio::main]
async fn run(cli: Cli) -> Result<ExitCode> {
    // A line of the log that cannot be written is lost; it does not end the server.
    let log = tracing_subscriber::fmt().with_writer(io::stderr).log_internal_errors(false);
    log.with_max_level(tracing::Level::WARN).init();
    let mut signals = StopSignals::new()?;
    let limits = Limits {
        jobs_per_client: cli.per_client,
        connections: cli.connections,
        patience: Duration::from_secs(cli.patience),
        ..Limits::default()
    };

    let work = Duration::from_millis(cli.work);
    let workers = cli.workers.map_or_else(cores, usize::from);
    let desk = Desk::start(cli.capacity.get(), workers, move |request| count_words(request, work))?;
    let (pulse, beating) = pulse::start(desk.clone());

    let listener = TcpListener::bind(cli.listen).await.with_context(|| cli.listen.to_string())?;
    program::say(format_args!("listening on http://{}", listener.local_addr()?))?;
    let stop = async {
        signals.next().await;
        desk.close();
        beating.abort(); // the live pages end
        tokio::spawn(async move { process::exit(signals.next().await) });
    };
    server::serve(listener, server::routes(desk.clone(), pulse, limits), limits, stop).await;

    desk.join();
    let (accepted, completed) = (desk.accepted(), desk.completed());
    program::say(format_args!("{accepted} accepted, {completed} completed"))?;
    Ok(ExitCode::from(u8::from(accepted != completed)))
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
