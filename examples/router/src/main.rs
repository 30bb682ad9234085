//! Reads lines of a topic and a message, and hands each to the threads whose patterns it matches.
//!
//! `topic.rs` has the matching, `router.rs` the queues.

mod router;
mod topic;

use std::io::{self, BufRead, Read};
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use program::OutputError;
use ringway::channel::{self, Receiver};

use crate::router::{Counts, Router};
use crate::topic::{Pattern, Topic};

/// Route lines of the form `TOPIC MESSAGE` from standard input to one thread per pattern.
///
/// Each thread prints `PATTERN<tab>TOPIC MESSAGE`. The counts follow on standard error.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Patterns such as `plant.*.temperature` or `alarm.>`
    #[arg(required = true)]
    patterns: Vec<Pattern>,

    /// Messages that may wait for each thread; what finds no room is counted as rejected
    #[arg(long, value_name = "N", default_value = "1024")]
    capacity: NonZeroUsize,

    /// How long each thread pretends to work on a message
    #[arg(long, value_name = "MS", default_value_t = 0)]
    work: u64,
}

/// Longer lines are malformed.
const LONGEST_LINE: u64 = 64 * 1024;

type Message = Arc<str>;

fn main() -> ExitCode {
    program::main(run)
}

fn run(cli: Cli) -> Result<ExitCode> {
    let mut router = Router::new();
    let threads = cli.patterns.len() + 1;
    // Each thread reports how it ended. The first error ends the program, whatever the others wait
    // for: the next line of standard input may never come.
    let (ended, endings) = channel::bounded(threads)?;
    for pattern in cli.patterns {
        let messages = router.add(pattern.clone(), cli.capacity.get())?;
        let (ended, work) = (ended.clone(), Duration::from_millis(cli.work));
        thread::spawn(move || {
            let printed = print_all(&messages, &pattern, work);
            ended.try_send(printed.map(|()| 0).map_err(Into::into))
        });
    }
    thread::spawn(move || ended.try_send(publish_all(router, io::stdin().lock())));

    let mut malformed = 0;
    for _ in 0..threads {
        malformed += endings.recv_blocking().context("a thread panicked")??;
    }
    Ok(ExitCode::from(u8::from(malformed > 0)))
}

/// Publishes all lines and reports the counts; returns how many were malformed.
fn publish_all(router: Router<Message>, input: impl BufRead) -> Result<u64> {
    let malformed = publish_lines(&router, input)?;
    for counts in router.counts() {
        let Counts { pattern, delivered, rejected } = counts;
        program::complain(format_args!("{pattern}: {delivered} delivered, {rejected} rejected"));
    }
    program::complain(format_args!("{} unmatched, {malformed} malformed", router.unmatched()));
    Ok(malformed) // drops the router, which closes the queues: the threads end after the last message
}

/// Publishes line by line; the number of those that are not a topic and a message.
fn publish_lines(router: &Router<Message>, mut input: impl BufRead) -> Result<u64> {
    let mut malformed = 0;
    let mut line = Vec::new();
    while read_line(&mut input, &mut line).context("standard input")? {
        match parse(&line) {
            Some((topic, message)) => router.publish(&topic, &message),
            None => malformed += 1,
        }
    }
    Ok(malformed)
}

fn parse(line: &[u8]) -> Option<(Topic, Message)> {
    let line = std::str::from_utf8(line).ok()?.trim_end_matches(['\r', '\n']);
    let (topic, _message) = line.split_once(' ')?;
    Some((topic.parse().ok()?, line.into()))
}

/// Reads the next line; `false` at the end. One that is too long comes out empty, which is
/// malformed as well.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let length = input.take(LONGEST_LINE).read_until(b'\n', line)?;
    if length as u64 == LONGEST_LINE && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
        line.clear();
    }
    Ok(length > 0)
}

fn print_all(messages: &Receiver<'_, Message>, pattern: &Pattern, work: Duration) -> Result<(), OutputError> {
    while let Ok(message) = messages.recv_blocking() {
        thread::sleep(work);
        program::say(format_args!("{pattern}\t{message}"))?;
    }
    Ok(())
}
