//! The benchmark harness of ringway: contenders side by side, in pairs, with intervals.
//!
//! `README.md` beside this file says how to run it and how to read what it writes.

pub mod case;
pub mod channel;
mod check;
pub mod completion;
pub mod contender;
pub mod instructions;
pub mod jobs;
mod machine;
mod markdown;
pub mod memory;
mod options;
mod ours;
mod peers;
mod plot;
pub mod priority;
pub mod race;
pub mod roster;
mod rounds;
mod stats;
mod wait;
mod watchdog;

use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use case::Case;
use options::Options;
use roster::Entrants;
use rounds::Outcome;

/// Runs the cases the command line selects, prints their tables and, after a full run, writes
/// the family's files.
pub fn run(family: &str, cases: Vec<Case>, entrants: Entrants) -> ExitCode {
    let options = Options::from_arguments();
    let selected: Vec<Case> = cases.into_iter().filter(|case| options.selects(&case.name)).collect();
    if selected.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("{}\n", machine::description());
    let mut outcomes = with_large_stack(|| rounds::run_all(selected, entrants, &options));
    outcomes.extend(rounds::curve_mean(&outcomes));
    let text = markdown::document(family, &outcomes, &options);
    println!("{text}");
    match options.directory() {
        None => {
            println!("Nothing written: a part or a short run. `--out DIR` keeps it.");
            ExitCode::SUCCESS
        }
        Some(directory) => match write(&directory, family, &text, &outcomes) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{}: {error}", directory.display());
                ExitCode::FAILURE
            }
        },
    }
}

/// A build that is not optimised makes the largest queues, of 4 MiB, on the stack before it boxes them.
fn with_large_stack<R: Send>(run: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| {
        let runner = thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, run);
        runner.expect("there is memory for the thread").join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn write(directory: &Path, family: &str, text: &str, outcomes: &[Outcome]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(directory.join(format!("{family}.md")), text)?;
    fs::write(directory.join(format!("{family}.csv")), markdown::raw_rounds(outcomes))?;
    fs::write(directory.join(format!("{family}.svg")), plot::panels(outcomes).map_err(io::Error::other)?)?;
    if let Some(curve) = plot::curve(outcomes).map_err(io::Error::other)? {
        fs::write(directory.join(format!("{family}-curve.svg")), curve)?;
    }
    Ok(())
}
