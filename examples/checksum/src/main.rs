//! `sha256sum` on every core: hashes files and the files of whole trees, and prints what
//! `sha256sum` would print for them, in the order of the arguments.
//!
//! It shows ringway's channels at work. Read `pipeline.rs` first.

mod hash;
mod output;
mod pipeline;
mod plot;
mod stats;
mod stop;
mod walk;

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{self, ExitCode};
use std::thread;
use std::time::Duration;

use clap::Parser;

use crate::output::{Output, complain};
use crate::pipeline::Pipeline;
use crate::stats::{Report, Sampler};
use crate::stop::Stop;

/// Print SHA-256 digests of files, and of all files in directories, as sha256sum does.
///
/// The output is in the order of the arguments, directories sorted by file name, and `sha256sum -c`
/// accepts it. Symbolic links are followed if named here and left out if found in a directory. Exit
/// status: 0 if all went well, 1 if a file could not be read, 130 if interrupted.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Files and directories; none or `-` mean standard input
    paths: Vec<PathBuf>,

    /// Hashing threads [default: one per core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,

    /// Print files, bytes, throughput, waiting time and queue length to standard error
    #[arg(long)]
    stats: bool,

    /// Draw queue length and throughput over time
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

/// Exit statuses; the last two are those a shell reports for the signals SIGINT and SIGPIPE.
const DONE: u8 = 0;
const FAILED: u8 = 1;
const INTERRUPTED: u8 = 130;
const READER_GONE: u8 = program::READER_GONE;

/// How long the printer sleeps when the next line is not ready: too short to be noticed.
const NAP: Duration = Duration::from_millis(1);

/// Why the printing ended before its time.
enum Cut {
    Interrupted,
    Output(io::Error),
}

impl From<io::Error> for Cut {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn main() -> ExitCode {
    let cli = match program::arguments() {
        Ok(cli) => cli,
        Err(status) => return status,
    };
    match run(cli) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            complain("cannot start", &*error);
            ExitCode::from(FAILED)
        }
    }
}

fn run(cli: Cli) -> Result<u8, Box<dyn Error>> {
    let stop = Stop::default();
    stop_on_interrupt(stop.clone())?;
    let jobs = cli.jobs.map_or_else(cores, usize::from);
    let mut pipeline = Pipeline::start(cli.paths, jobs)?;
    let sampler = (cli.stats || cli.plot.is_some()).then(|| Sampler::start(pipeline.gauge()));

    let mut output = Output::new();
    let printed = print_all(&mut pipeline, &mut output, &stop);
    output.end_progress();

    let mut status = status_of(printed, output.failures());
    if let Some(sampler) = sampler {
        let report =
            Report::new(pipeline.meter(), output.failures(), pipeline.work_capacity(), sampler.finish());
        if cli.stats {
            // If standard error is closed, the message is dropped.
            let _ = write!(io::stderr(), "{report}");
        }
        if let Some(path) = cli.plot
            && let Err(error) = plot::draw(&report, &path)
        {
            complain(path.as_os_str().as_encoded_bytes(), &*error);
            status = status.max(FAILED);
        }
    }
    Ok(status)
}

/// The first interrupt ends the program between two lines, the second at once.
fn stop_on_interrupt(stop: Stop) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(move || {
        if stop.request() {
            process::exit(i32::from(INTERRUPTED));
        }
    })
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The printer: takes the outcomes in order until all are printed.
fn print_all(pipeline: &mut Pipeline, output: &mut Output, stop: &Stop) -> Result<(), Cut> {
    while !pipeline.is_finished() {
        if stop.is_requested() {
            output.flush()?;
            return Err(Cut::Interrupted);
        }
        match pipeline.try_next() {
            Some(outcome) => output.write(&outcome)?,
            None => {
                output.flush()?;
                output.show_progress(pipeline.meter());
                thread::sleep(NAP);
            }
        }
    }
    output.flush()?;
    Ok(())
}

fn status_of(printed: Result<(), Cut>, failures: u64) -> u8 {
    match printed {
        Ok(()) if failures == 0 => DONE,
        Ok(()) => FAILED,
        Err(Cut::Interrupted) => INTERRUPTED,
        // The reader closed the pipe: no message.
        Err(Cut::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => READER_GONE,
        Err(Cut::Output(error)) => {
            complain("standard output", &error);
            FAILED
        }
    }
}
