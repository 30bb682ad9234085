//! Standard input to a broker, a broker to standard output; requests and replies.

use std::io::{self, BufRead, Read};
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use bridge::broker::{Broker, Message};
use bridge::forward::{Counts, forward};
use bridge::nats::{self, Nats};
use bridge::receive::{Seen, acknowledge, receive};
use bridge::rpc::{self, Limits};
use bridge::settings::Settings;
use bridge::streams::Streams;
use clap::{Parser, Subcommand, ValueEnum};
use program::printable;
use ringway::channel::{self, Sender};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::Level;

/// A bounded ring in front of a message broker.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[arg(long, value_enum, default_value = "nats")]
    broker: Which,

    #[command(flatten)]
    settings: Settings,

    /// The level of messages on standard error: error, warn, info, debug, trace
    #[arg(long, default_value = "warn")]
    log: Level,

    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    /// NATS JetStream
    Nats,
    /// Redis Streams
    Redis,
}

#[derive(Subcommand)]
enum Command {
    /// Publish each line of standard input
    Send {
        /// Lines that may wait for the broker
        #[arg(long, default_value = "1024")]
        capacity: NonZeroUsize,

        /// Prefix of the message ids; with the same prefix, the same line has the same id
        #[arg(long, value_parser = name)]
        name: Option<String>,

        /// Seconds to wait for the broker on SIGTERM or SIGINT
        #[arg(long, default_value_t = 10)]
        patience: u64,
    },
    /// Print each message once, its id and its content: escaped where it is not printable text, and
    /// truncated after 512 KiB
    Receive {
        /// Exit when no message arrives for this many seconds
        #[arg(long, value_name = "SECONDS")]
        until_quiet: Option<u64>,
    },
    /// Answer requests (NATS): the reply is the request in upper case
    Serve {
        subject: String,

        /// Requests that may wait for a worker thread
        #[arg(long, default_value = "64")]
        capacity: NonZeroUsize,

        /// Worker threads
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1024))]
        workers: u16,
    },
    /// Send a request to a subject (NATS)
    Call { subject: String, request: String },
}

/// Longer lines are refused, and of what others sent no more is printed. It is less than what NATS
/// takes by default.
const LONGEST: usize = 512 * 1024;

/// Of the ids of others no more is printed.
const LONGEST_ID: usize = 256;

/// The beginning of an id: short enough for a number behind it to be printed, and nothing that no
/// header takes.
fn name(text: &str) -> Result<String, &'static str> {
    if text.len() > LONGEST_ID / 2 {
        return Err("longer than 128 bytes");
    }
    if text.chars().any(char::is_control) {
        return Err("a control character in it");
    }
    Ok(text.into())
}

fn main() -> ExitCode {
    program::main(run)
}

#[tokio::main]
async fn run(cli: Cli) -> Result<ExitCode> {
    let Cli { broker, settings, log, command } = cli;
    // A line of the log that cannot be written is lost; it ends nothing.
    tracing_subscriber::fmt().with_writer(io::stderr).log_internal_errors(false).with_max_level(log).init();
    match (command, broker) {
        (Command::Send { capacity, name, patience }, broker) => {
            let patience = Duration::from_secs(patience);
            match broker {
                Which::Nats => send::<Nats>(&settings, capacity.get(), name, patience).await,
                Which::Redis => send::<Streams>(&settings, capacity.get(), name, patience).await,
            }
        }
        (Command::Receive { until_quiet }, Which::Nats) => print_all::<Nats>(&settings, until_quiet).await,
        (Command::Receive { until_quiet }, Which::Redis) => {
            print_all::<Streams>(&settings, until_quiet).await
        }
        (Command::Serve { subject, capacity, workers }, _) => {
            let client = nats::connect(&settings).await?;
            let limits = Limits { capacity: capacity.get(), workers: workers.into() };
            rpc::serve(client, &subject, limits, <[u8]>::to_ascii_uppercase).await?;
            Ok(ExitCode::SUCCESS)
        }
        (Command::Call { subject, request }, _) => {
            let client = nats::connect(&settings).await?;
            let reply = rpc::call(&client, &subject, request.as_bytes(), Duration::from_secs(5)).await?;
            program::say(printable(&reply, LONGEST))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn send<B: Broker>(
    settings: &Settings,
    capacity: usize,
    name: Option<String>,
    patience: Duration,
) -> Result<ExitCode> {
    let stop = StopSignals::new().context("signals")?;
    let mut broker = B::connect(settings).await?;
    let name = name.unwrap_or_else(unique_name);
    let (sender, ring) = channel::bounded(capacity)?;
    // A thread, since reading standard input cannot be cancelled. It ends with its input or with
    // the process.
    thread::spawn(move || push_lines(&sender, &name));

    let counts = Counts::default();
    let patience_ends = async {
        stop.wait().await;
        ring.close();
        tokio::time::sleep(patience).await;
    };
    tokio::select! {
        () = forward(&ring, &mut broker, &counts) => {}
        () = patience_ends => {}
    }
    let accepted = ring.stats().pushed as u64;
    let acknowledged = counts.acknowledged();
    program::complain(format_args!(
        "{accepted} accepted, {acknowledged} acknowledged, {} published twice, {} not delivered",
        counts.duplicates(),
        accepted.saturating_sub(acknowledged)
    ));
    Ok(ExitCode::from(u8::from(acknowledged < accepted)))
}

/// Pushes line by line, and waits while the ring is full, so that the writer of the input waits
/// too.
fn push_lines(ring: &Sender<'_, Message>, name: &str) {
    let mut input = io::stdin().lock();
    for number in 1_u64.. {
        let mut payload = Vec::new();
        match input.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut payload) {
            Ok(0) => return,
            Ok(_) if payload.len() > LONGEST && !payload.ends_with(b"\n") => {
                tracing::error!("line {number} is longer than {LONGEST} bytes: stopped at this line");
                return;
            }
            Ok(_) => {}
            Err(error) => return tracing::error!("standard input: {error}"),
        }
        if payload.ends_with(b"\n") {
            payload.pop();
        }
        if ring.send_blocking(Message { id: format!("{name}-{number}"), payload }).is_err() {
            return; // SIGTERM or SIGINT
        }
    }
}

fn unique_name() -> String {
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", time.as_nanos(), std::process::id())
}

/// Interrupt and terminate, from when this is made.
struct StopSignals(Signal, Signal);

impl StopSignals {
    fn new() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

async fn print_all<B: Broker>(settings: &Settings, until_quiet: Option<u64>) -> Result<ExitCode> {
    let mut broker = B::connect(settings).await?;
    let mut seen = Seen::default();
    let mut quiet = 0;
    while until_quiet.is_none_or(|seconds| quiet < seconds) {
        let messages = receive(&mut broker, &mut seen).await;
        quiet = if messages.is_empty() { quiet + 1 } else { 0 };
        for Message { id, payload } in messages {
            let id = printable(id.as_bytes(), LONGEST_ID);
            program::say(format_args!("{id}\t{}", printable(&payload, LONGEST)))?;
        }
        acknowledge(&mut broker).await; // printed, so they need not come again
    }
    program::complain(format_args!("{} came twice", seen.duplicates()));
    Ok(ExitCode::SUCCESS)
}
