//! A durable queue between standard input and worker threads, and its rate.

use std::io::{self, BufRead, Read, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use ringway::channel::{self, Receiver};
use spool::spool::{Options, Receipt, Spool, Why};

/// A queue that survives its process.
#[derive(Parser)]
#[command(version)]
enum Cli {
    /// Store each line of standard input and work off what is stored.
    ///
    /// Prints `stored NUMBER` when a line is on the disk, `taken NUMBER LINE` when a worker takes it, and
    /// `completed NUMBER` when it is done and will never come again. What a former run left comes first. Ends when
    /// the input has ended and everything is completed.
    Run {
        /// The spool; made if it does not exist
        file: PathBuf,

        /// Threads that take records
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
        workers: u16,

        /// How long a worker pretends to work on a record
        #[arg(long, value_name = "MS", default_value_t = 0)]
        work: u64,
    },
    /// Measure how many records per second are stored, by the size of a commit.
    Bench {
        /// Where the file is made, and removed afterwards
        #[arg(default_value = ".")]
        directory: PathBuf,

        /// Seconds for each size
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=60))]
        seconds: u64,
    },
}

fn main() -> Result<ExitCode> {
    match Cli::parse() {
        Cli::Run { file, workers, work } => run(&file, workers, Duration::from_millis(work)),
        Cli::Bench { directory, seconds } => bench(&directory, Duration::from_secs(seconds)),
    }
}

fn run(file: &Path, workers: u16, work: Duration) -> Result<ExitCode> {
    let open = || Spool::open(file, Options::default());
    let spool = open().with_context(|| file.display().to_string())?;
    let rejected = thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| work_off(&spool, work));
        }
        let rejected = store_lines(&spool, io::stdin().lock());
        spool.end_of_input();
        rejected
    })?;
    spool.close().with_context(|| file.display().to_string())?;
    Ok(ExitCode::from(u8::from(rejected > 0)))
}

/// A worker: takes, works, completes.
fn work_off(spool: &Spool, work: Duration) -> io::Result<()> {
    while let Some(record) = spool.next() {
        say(format_args!("taken {} {}", record.id, String::from_utf8_lossy(&record.payload)))?;
        thread::sleep(work);
        if let Ok(id) = spool.complete(record.id).recv_blocking() {
            say(format_args!("completed {id}"))?;
        }
    }
    Ok(())
}

/// Stores line by line, and returns after the last receipt; how many lines were turned away.
fn store_lines(spool: &Spool, mut input: impl BufRead) -> Result<u64> {
    let longest = Options::default().longest as u64;
    // Lines are stored while others wait for their receipts: only so can many share a commit.
    let (receipts, to_print) = channel::bounded(Options::default().capacity)?;
    thread::scope(move |scope| {
        scope.spawn(move || print_receipts(&to_print));
        let mut rejected = 0;
        while let Some(line) = read_line(&mut input, longest).context("standard input")? {
            match spool.store(line) {
                Ok(receipt) => _ = receipts.send_blocking(receipt),
                Err(rejection) => {
                    eprintln!("a line was turned away: {rejection}");
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

fn print_receipts(receipts: &Receiver<'_, Receipt>) -> io::Result<()> {
    while let Ok(receipt) = receipts.recv_blocking() {
        if let Ok(id) = receipt.recv_blocking() {
            say(format_args!("stored {id}"))?;
        }
    }
    Ok(())
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

fn say(line: std::fmt::Arguments<'_>) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

fn bench(directory: &Path, time: Duration) -> Result<ExitCode> {
    println!("{:>6} {:>12} {:>10}", "batch", "records/s", "commits/s");
    for batch in [1, 32, 256] {
        let file = tempfile::Builder::new().prefix("spool-bench").tempdir_in(directory)?;
        let (records, commits) = store_for(time, &file.path().join("spool"), batch)?;
        println!("{batch:>6} {records:>12.0} {commits:>10.0}");
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
        while start.elapsed() < time {
            let receipt = spool.store(vec![b'x'; 100])?;
            let _ = receipts.send_blocking(receipt);
        }
        drop(receipts);
        Ok::<_, anyhow::Error>(counter.join().expect("only a broken program panics"))
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let commits = spool.commits();
    spool.close()?;
    Ok((stored as f64 / seconds, commits as f64 / seconds))
}
