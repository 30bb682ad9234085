//! A run of paired measurements, from the command line to the files.

use std::panic::resume_unwind;
use std::process::ExitCode;
use std::thread;

use crate::harness::case::Case;
use crate::harness::entry::Contenders;
use crate::harness::options::Options;
use crate::harness::rounds;
use crate::harness::sorting::{Mixed, Outcome};
use crate::report::{self, machine, markdown, results};

/// Runs the cases the command line selects, prints their tables and, after a full run, writes
/// the family's files.
pub(crate) fn run(family: &str, cases: Vec<Case>, contenders: Contenders) -> ExitCode {
    let options = Options::from_arguments();
    let selected: Vec<Case> = cases.iter().filter(|case| options.selects(&case.name)).cloned().collect();
    if selected.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("{}\n", machine::description());
    let (tables, mixed) = measure(selected, contenders, &options);
    let new = results::records(&tables, &options);
    for (state, records) in &new {
        println!("{}", markdown::document(family, *state, &markdown::with_curve(records.clone(), &cases)));
    }
    print!("{}", markdown::mixed(&mixed));
    report::keep(options.directory(), |directory| results::write(directory, family, &cases, new, &tables))
}

/// The cases with a table, a table for each state, and those without.
fn measure(cases: Vec<Case>, contenders: Contenders, options: &Options) -> (Vec<Outcome>, Vec<Mixed>) {
    let (mut tables, mut mixed) = (Vec::new(), Vec::new());
    for sorted in with_large_stack(|| rounds::run_all(cases, contenders, options)) {
        match sorted.finish() {
            Ok(outcomes) => tables.extend(outcomes),
            Err(case) => mixed.push(case),
        }
    }
    (tables, mixed)
}

/// A build that is not optimised makes the largest queues, of 4 MiB, on the stack before it boxes
/// them.
fn with_large_stack<R: Send>(run: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| {
        let runner = thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, run);
        runner.expect("there is memory for the thread").join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
