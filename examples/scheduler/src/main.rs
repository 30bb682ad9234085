//! Runs one workload through the queues of ringway in several orders of service, and prints queue
//! length, waiting and response times beside theory. `--check` compares with theory where theory is
//! exact.
//!
//! Read `simulate.rs` first, then `policy.rs`.

mod check;
mod line;
mod plot;
mod policy;
mod simulate;
mod theory;
mod workload;

use std::fmt::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::policy::Order;
use crate::simulate::{Outcome, Times};
use crate::workload::{Sizes, Workload};

/// Simulate a server whose jobs wait in ringway's queues, in several orders, beside what queueing
/// theory says.
///
/// Jobs come at random; one server serves one after the other, and interrupts none. All times are
/// in mean jobs. The same seed gives the same jobs in every order. Exit status: 0 if all went well,
/// 1 if not, or if a gate of --check is not met.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// The share of time for which the server has work
    #[arg(long, default_value_t = 0.8, value_parser = load)]
    load: f64,

    /// How the sizes of jobs are distributed
    #[arg(long, value_enum, default_value_t = SizesArg::Lognormal)]
    sizes: SizesArg,

    /// How much sizes vary, if lognormal: the deviation of their logarithm
    #[arg(long, default_value_t = 1.5, value_parser = deviation)]
    sigma: f64,

    /// The share of jobs that are urgent
    #[arg(long, default_value_t = 0.2, value_parser = share)]
    urgent: f64,

    /// How many jobs
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1000..=1_000_000_000))]
    jobs: u64,

    /// Which jobs
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Draw what each order does to short and to long jobs
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,

    /// Compare with theory where it is exact; fail if a gate is not met
    #[arg(long, conflicts_with_all = ["load", "sizes", "sigma", "urgent", "jobs", "plot"])]
    check: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum SizesArg {
    Exponential,
    Lognormal,
}

/// A share; below a thousandth there is more time between two jobs than is worth waiting for, or
/// than can be counted.
fn load(text: &str) -> Result<f64, String> {
    share(text).ok().filter(|&load| load >= 0.001).ok_or("must be between 0 and 1, and at least 0.001".into())
}

/// More than nothing and less than all.
fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        _ => Err("must be between 0 and 1".into()),
    }
}

fn deviation(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(sigma) if sigma > 0.0 && sigma <= 2.5 => Ok(sigma),
        _ => Err("must be above 0, and at most 2.5".into()),
    }
}

fn main() -> ExitCode {
    program::main(|cli: Cli| {
        let is_well = if cli.check { check(&cli) } else { compare(&cli) }?;
        Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// Shown on a terminal only.
fn progress(jobs: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:32} {human_pos} of {human_len} jobs  {msg}");
    ProgressBar::new(jobs).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn check(cli: &Cli) -> Result<bool> {
    let progress = progress(check::JOBS);
    let gates = check::run(cli.seed, &progress);
    progress.finish_and_clear();
    let mut table = check::head() + "\n";
    for gate in &gates {
        writeln!(table, "{gate}")?;
    }
    let met = gates.iter().filter(|gate| gate.is_met()).count();
    program::say(format_args!("{table}{met} of {} gates met, seed {}", gates.len(), cli.seed))?;
    Ok(met == gates.len())
}

fn compare(cli: &Cli) -> Result<bool> {
    let sizes = match cli.sizes {
        SizesArg::Exponential => Sizes::Exponential,
        SizesArg::Lognormal => Sizes::Lognormal { sigma: cli.sigma },
    };
    let workload = Workload { rate: cli.load, sizes, urgent: cli.urgent, jobs: cli.jobs };
    let progress = progress(cli.jobs * Order::ALL.len() as u64);
    let outcomes = Order::ALL.map(|order| (order, order.run(workload, cli.seed, &progress)));
    progress.finish_and_clear();

    let title = match sizes {
        Sizes::Exponential => format!("Exponential sizes, load {}", cli.load),
        Sizes::Lognormal { sigma } => format!("Lognormal sizes (sigma {sigma}), load {}", cli.load),
    };
    let mut table = String::new();
    tabulate(&mut table, &title, workload, cli.seed, &outcomes)?;
    program::say(table)?;
    if let Some(path) = &cli.plot {
        plot::draw(&title, &outcomes, path)?;
    }
    Ok(true)
}

fn tabulate(
    out: &mut String,
    title: &str,
    workload: Workload,
    seed: u64,
    outcomes: &[(Order, Outcome)],
) -> fmt::Result {
    writeln!(out, "{title}; {} jobs, seed {seed}; times in mean jobs, theory in brackets\n", workload.jobs)?;
    writeln!(
        out,
        "{:<32} {:^15} {:^15} {:^15} {:>7} {:>7} {:>7} {:>7} {:>7}",
        "", "queue length", "mean wait", "mean response", "urgent", "other", "short", "long", "p99"
    )?;
    for (order, outcome) in outcomes {
        let wait = order.mean_wait(workload);
        let [length, wait_text, response] = [
            (outcome.length, wait.map(|wait| wait * workload.rate)),
            (outcome.all.mean_wait(), wait),
            (outcome.all.mean_response(), wait.map(|wait| wait + 1.0)),
        ]
        .map(|(measured, theory)| beside(measured, theory));
        let [urgent, other] = outcome.by_urgency.map(Times::mean_wait);
        let (short, long) = outcome.short_and_long();
        writeln!(
            out,
            "{:<32} {length} {wait_text} {response} {urgent:>7.2} {other:>7.2} {:>7.2} {:>7.2} {:>7.2}",
            order.name(),
            short.mean_wait(),
            long.mean_wait(),
            outcome.p99,
        )?;
        if outcome.rejected > 0 {
            writeln!(out, "{:<32} {} of {} jobs turned away", "", outcome.rejected, outcome.offered)?;
        }
    }
    writeln!(
        out,
        "\nurgent … long: mean wait of urgent and of other jobs, of short ones (up to about a mean job) and of long"
    )?;
    write!(out, "ones (from about four on). p99: 99 of 100 jobs wait no longer than that.")
}

fn beside(measured: f64, theory: Option<f64>) -> String {
    let theory = theory.map_or(String::new(), |theory| format!("({theory:.2})"));
    format!("{measured:>7.2} {theory:<7}")
}
