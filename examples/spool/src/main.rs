//! A durable queue between standard input and worker threads, and its rate.

use std::fmt::Display;
use std::io::{self, BufRead, Read};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use program::OutputError;
use ringway::channel::{self, Receiver, Sender};
use spool::spool::{Options, Receipt, Spool, Why};

/// A queue that survives its process.
#[derive(Parser)]
#[command(version)]
enum Cli {
    /// Store each line of standard input and process the stored records.
    ///
    /// Prints `stored NUMBER` when a line is on the disk, `taken NUMBER LINE` when a worker takes
    /// it, and `completed NUMBER` when it is done and will never come again. What a former run left
    /// comes first. Ends when the input has ended and everything is completed, or when it cannot
    /// print any more: then what it has taken in is stored, and comes with the next run.
    Run {
        /// The spool; created if it does not exist
        file: PathBuf,

        /// Threads that take records
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
        workers: u16,

        /// Simulated processing time of a record
        #[arg(long, value_name = "MS", default_value_t = 0)]
        work: u64,
    },
    /// Measure how many records per second are stored, by the size of a commit.
    Bench {
        /// Directory for the temporary file
        #[arg(default_value = ".")]
        directory: PathBuf,

        /// Seconds for each size
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=60))]
        seconds: u64,
    },
}

fn main() -> ExitCode {
    program::main(|cli| match cli {
        Cli::Run { file, workers, work } => run(&file, workers, Duration::from_millis(work)),
        Cli::Bench { directory, seconds } => bench(&directory, Duration::from_secs(seconds)),
    })
}

fn run(file: &Path, workers: u16, work: Duration) -> Result<ExitCode> {
    let open = || Spool::open(file, Options::default());
    let spool = open().with_context(|| file.display().to_string())?;
    let (sender, lines) = channel::bounded(64)?;
    // A thread, since reading standard input cannot be cancelled. It ends with its input or with
    // the process.
    thread::spawn(move || read_lines(io::stdin().lock(), &sender));
    let output = Output::new(lines.clone());
    let rejected = thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| work_off(&spool, &output, work));
        }
        let rejected = store_lines(&spool, &output, &lines);
        spool.end_of_input();
        rejected
    });
    spool.close().with_context(|| file.display().to_string())?;
    output.into_result()?;
    Ok(ExitCode::from(u8::from(rejected? > 0)))
}

type Line = io::Result<Vec<u8>>;

/// What the threads print. The first line that cannot be printed is the last: no more input is
/// taken then.
struct Output {
    error: OnceLock<OutputError>,
    input: Receiver<'static, Line>,
}

impl Output {
    fn new(input: Receiver<'static, Line>) -> Self {
        Self { error: OnceLock::new(), input }
    }

    /// Prints a line; `None` if this one or another could not be printed, and all is to end.
    fn say(&self, line: impl Display) -> Option<()> {
        if self.error.get().is_none()
            && let Err(error) = program::say(line)
        {
            let _ = self.error.set(error);
            self.input.close();
        }
        self.error.get().is_none().then_some(())
    }

    fn into_result(self) -> Result<(), OutputError> {
        self.error.into_inner().map_or(Ok(()), Err)
    }
}

/// A worker: takes, works, completes. What it cannot say that it took is not worked on, and comes
/// again.
fn work_off(spool: &Spool, output: &Output, work: Duration) -> Option<()> {
    while let Some(record) = spool.next() {
        let payload = String::from_utf8_lossy(&record.payload);
        output.say(format_args!("taken {} {payload}", record.id))?;
        thread::sleep(work);
        if let Ok(id) = spool.complete(record.id).recv_blocking() {
            output.say(format_args!("completed {id}"))?;
        }
    }
    Some(())
}

/// Stores line by line, and returns after the last receipt; how many lines were turned away.
fn store_lines(spool: &Spool, output: &Output, lines: &Receiver<'_, Line>) -> Result<u64> {
    // Lines are stored while others wait for their receipts: only so can many share a commit.
    let (receipts, to_print) = channel::bounded(Options::default().capacity)?;
    thread::scope(move |scope| {
        scope.spawn(move || print_receipts(&to_print, output));
        let mut rejected = 0;
        while let Ok(line) = lines.recv_blocking() {
            match spool.store(line.context("standard input")?) {
                Ok(receipt) => _ = receipts.send_blocking(receipt),
                Err(rejection) => {
                    program::complain(format_args!("rejected a line: {rejection}"));
                    rejected += 1;
                    if rejection.why == Why::Stopped {
                        break;
                    }
                }
            }
        }
        Ok(rejected)
    })
}

fn print_receipts(receipts: &Receiver<'_, Receipt>, output: &Output) -> Option<()> {
    while let Ok(receipt) = receipts.recv_blocking() {
        if let Ok(id) = receipt.recv_blocking() {
            output.say(format_args!("stored {id}"))?;
        }
    }
    Some(())
}

/// Reads until the end of the input, or until `lines` is closed.
fn read_lines(mut input: impl BufRead, lines: &Sender<'_, Line>) {
    let longest = Options::default().longest as u64;
    while let Some(line) = read_line(&mut input, longest).transpose() {
        let is_last = line.is_err();
        if lines.send_blocking(line).is_err() || is_last {
            return;
        }
    }
}

/// The next line without its end. Of one that is too long, just enough to be turned away.
fn read_line(input: &mut impl BufRead, longest: u64) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = input.take(longest + 1).read_until(b'\n', &mut line)?;
    if line.ends_with(b"\n") {
        line.pop();
    } else if read as u64 > longest {
        input.skip_until(b'\n')?;
    }
    Ok((read > 0).then_some(line))
}

fn bench(directory: &Path, time: Duration) -> Result<ExitCode> {
    program::say(format_args!("{:>6} {:>12} {:>10}", "batch", "records/s", "commits/s"))?;
    for batch in [1, 32, 256] {
        let file = tempfile::Builder::new().prefix("spool-bench").tempdir_in(directory)?;
        let (records, commits) = store_for(time, &file.path().join("spool"), batch)?;
        program::say(format_args!("{batch:>6} {records:>12.0} {commits:>10.0}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Stores records of 100 bytes, as fast as it goes; the records and commits per second.
fn store_for(time: Duration, file: &Path, batch: usize) -> Result<(f64, f64)> {
    let options = Options { batch, ..Options::default() };
    let spool = Spool::open(file, options)?;
    let start = Instant::now();
    let stored = thread::scope(|scope| {
        let (receipts, to_count) = channel::bounded::<Receipt>(options.capacity)?;
        let counter = scope.spawn(move || {
            let receipts = iter::from_fn(|| to_count.recv_blocking().ok());
            receipts.filter_map(|receipt| receipt.recv_blocking().ok()).count()
        });
        loop {
            let receipt = spool.store(vec![b'x'; 100])?;
            let _ = receipts.send_blocking(receipt);
            if start.elapsed() >= time {
                break;
            }
        }
        drop(receipts);
        Ok::<_, anyhow::Error>(counter.join().expect("only a broken program panics"))
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let commits = spool.commits();
    spool.close()?;
    Ok((stored as f64 / seconds, commits as f64 / seconds))
}
