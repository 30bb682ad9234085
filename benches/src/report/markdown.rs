//! The tables.

use core::fmt::Write as _;

use crate::harness::entry::AGAIN;
use crate::harness::options::Options;
use crate::harness::rounds::{Outcome, Series};
use crate::harness::stats::Estimate;
use crate::report::machine;

pub(crate) fn document(family: &str, outcomes: &[Outcome], options: &Options) -> String {
    let mut text = format!("# Benchmarks: {family}\n\n{}.\n", machine::description());
    let _ = writeln!(
        text,
        "At most {} rounds, {} ms per contender and round, random order, cores swapped every other round, checksums verified, samples in which another program took a core repeated.\n\
         \"Ratio\" is the time of ringway divided by that of the other in the same round: below 1, ringway is faster. \
         Medians over the rounds; the interval covers the true median with at least 95 %.\n\
         \"Noise\" is ringway against the same code entered a second time.\n",
        options.rounds(),
        options.sample().as_millis(),
    );
    text += "## Against the best of the others\n\n\
             | case | ringway, ns | best of the others | its ns | ratio | 95 % | noise |\n\
             |---|---:|---|---:|---:|---|---:|\n";
    for outcome in outcomes {
        text += &summary(outcome).unwrap_or_default();
    }
    for outcome in outcomes {
        text += &table(outcome);
    }
    text
}

fn summary(outcome: &Outcome) -> Option<String> {
    let reference = outcome.reference()?;
    let best = outcome.best_peer()?;
    let ratio = reference.relative_to(best);
    let noise = outcome
        .series
        .iter()
        .find(|series| series.name == AGAIN)
        .map_or_else(|| "-".into(), |again| within(reference.relative_to(again)));
    Some(format!(
        "| {} | {} | {} | {} | {:.2} | {} | {noise} |\n",
        outcome.case.name,
        nanoseconds(reference),
        best.name,
        nanoseconds(best),
        ratio.median,
        interval(ratio),
    ))
}

fn table(outcome: &Outcome) -> String {
    let mut rows: Vec<&Series> = outcome.series.iter().collect();
    rows.sort_by(|a, b| a.nanoseconds().median.total_cmp(&b.nanoseconds().median));
    let mut text =
        format!("\n## {}\n\n| queue | ns | ratio | 95 % |\n|---|---:|---:|---|\n", outcome.case.name);
    for row in rows {
        let (ratio, range) = match outcome.reference() {
            Some(reference) if reference.name != row.name => {
                let ratio = reference.relative_to(row);
                (format!("{:.2}", ratio.median), interval(ratio))
            }
            _ => ("1".into(), "-".into()),
        };
        let _ = writeln!(text, "| {} | {} | {ratio} | {range} |", row.name, nanoseconds(row));
    }
    text += &notes(outcome);
    text
}

fn notes(outcome: &Outcome) -> String {
    let mut notes: Vec<String> = outcome
        .series
        .iter()
        .filter(|series| series.capacity != outcome.case.setup.capacity)
        .map(|series| format!("{} holds {} items.", series.name, series.capacity))
        .collect();
    if !outcome.absent.is_empty() {
        notes.push(format!("Has no such case: {}.", outcome.absent.join(", ")));
    }
    let disturbed: usize = outcome.series.iter().map(|series| series.disturbed).sum();
    if disturbed > 0 {
        let all: usize = outcome.series.iter().map(|series| series.rounds.len()).sum();
        notes.push(format!(
            "Other programs took a core during {disturbed} of the {all} samples and of every repetition."
        ));
    }
    for (name, reason) in &outcome.excluded {
        notes.push(format!("Failed the check and is left out: {name} ({reason})."));
    }
    if notes.is_empty() { String::new() } else { format!("\n{}\n", notes.join(" ")) }
}

fn nanoseconds(series: &Series) -> String {
    let median = series.nanoseconds().median;
    format!("{median:.*}", if median < 10.0 { 2 } else { 1 })
}

fn interval(estimate: Estimate) -> String {
    format!("{:.2} to {:.2}", estimate.low, estimate.high)
}

fn within(estimate: Estimate) -> String {
    format!("{:.2} ({})", estimate.median, interval(estimate))
}
