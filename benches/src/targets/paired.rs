//! A run of paired measurements, from the command line to the files.

use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use crate::harness::case::Case;
use crate::harness::entry::Contenders;
use crate::harness::options::Options;
use crate::harness::rounds::{self, Outcome};
use crate::report::{csv, machine, markdown, plot};

/// Runs the cases the command line selects, prints their tables and, after a full run, writes
/// the family's files.
pub(crate) fn run(family: &str, cases: Vec<Case>, contenders: Contenders) -> ExitCode {
    let options = Options::from_arguments();
    let selected: Vec<Case> = cases.into_iter().filter(|case| options.selects(&case.name)).collect();
    if selected.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("{}\n", machine::description());
    let mut outcomes = with_large_stack(|| rounds::run_all(selected, contenders, &options));
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

/// A build that is not optimised makes the largest queues, of 4 MiB, on the stack before it boxes
/// them.
fn with_large_stack<R: Send>(run: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| {
        let runner = thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, run);
        runner.expect("there is memory for the thread").join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn write(directory: &Path, family: &str, text: &str, outcomes: &[Outcome]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(directory.join(format!("{family}.md")), text)?;
    fs::write(directory.join(format!("{family}.csv")), csv::document(outcomes))?;
    fs::write(directory.join(format!("{family}.svg")), plot::panels(outcomes).map_err(io::Error::other)?)?;
    if let Some(curve) = plot::curve(outcomes).map_err(io::Error::other)? {
        fs::write(directory.join(format!("{family}-curve.svg")), curve)?;
    }
    Ok(())
}
