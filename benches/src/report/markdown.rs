//! The tables.

use core::fmt::Write as _;

use crate::harness::case::Case;
use crate::harness::line::State;
use crate::harness::sorting::Mixed;
use crate::report::record::{Record, Row, decimals, interval, number, with_interval};

const BEST: &str = "## Against the best of the others\n\n";
/// A cell of a case that was not measured in a state.
const NONE: &str = "–";

/// All contenders in one state: first against the best of the others, then case by case.
pub(crate) fn document(family: &str, state: State, records: &[Record]) -> String {
    let mut text = format!("# Benchmarks: {family}, {}\n\n{}\n", state.name(), state.description());
    text += "Random order in each round, cores swapped every other round, checksums verified, samples in which other \
             programs took a core for more than a fiftieth of the time repeated, rounds in which the state changed dropped.\n\
             \"Ratio\" is the time of ringway divided by that of the other in the same round: below 1, ringway is faster. \
             Medians over the rounds; the interval covers the true median with at least 95 %.\n\
             \"Noise\" is ringway against the same code entered a second time. \
             \"Line\" is the round trip of a cache line between the cores, in ns, before, between and after the samples.\n\n";
    text += BEST;
    text += "| case | ringway, ns | best of the others | its ns | ratio | 95 % | noise | line | measured |\n\
             |---|---:|---|---:|---:|---|---:|---:|---|\n";
    for record in records {
        text += &summary(record).unwrap_or_default();
    }
    for record in records {
        let _ = write!(text, "{record}");
    }
    text
}

fn summary(record: &Record) -> Option<String> {
    let reference = record.reference()?;
    let (best, ratio) = record.best_peer()?;
    Some(format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
        record.case,
        nanoseconds(reference),
        best.queue,
        nanoseconds(best),
        number(ratio.median, 2),
        interval(ratio, 2),
        record.noise().map_or_else(|| "-".into(), |noise| with_interval(noise, 2)),
        record.origin.trip,
        record.origin.date,
    ))
}

/// Both states side by side: a row for each name.
pub(crate) fn both_states(family: &str, names: &[&str], near: &[Record], far: &[Record]) -> String {
    // Only to files that exist.
    let links: Vec<String> = [(State::Near, near), (State::Far, far)]
        .iter()
        .filter(|(_, records)| !records.is_empty())
        .map(|(state, _)| format!("[{0}]({family}.{0}.md)", state.name()))
        .collect();
    let mut text = format!(
        "# Benchmarks: {family}\n\n\
         Near: {} Far: {}\n\
         All contenders: {}. \
         Each pair of columns is ringway and the best of the others, in ns; \
         the ratio is the median of the time of ringway divided by that of the other in the same round, with its interval. \
         {NONE}: not measured in this state.\n\n{BEST}\
         | case | near: ringway | best of the others | ratio | far: ringway | best of the others | ratio |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
        State::Near.description(),
        State::Far.description(),
        links.join(", "),
    );
    for name in names {
        let _ = writeln!(text, "| {name} | {} | {} |", half(near, name), half(far, name));
    }
    text
}

/// The three cells of a state.
fn half(records: &[Record], name: &str) -> String {
    let cells = || {
        let record = records.iter().find(|record| record.case == name)?;
        let reference = nanoseconds(record.reference()?);
        let (best, ratio) = record.best_peer()?;
        Some(format!("{reference} | {} {} | {}", best.queue, nanoseconds(best), with_interval(ratio, 2)))
    };
    cells().unwrap_or_else(|| [NONE; 3].join(" | "))
}

fn nanoseconds(row: &Row) -> String {
    let median = row.nanoseconds.median;
    number(median, decimals(median))
}

/// The cases for which there is no table.
pub(crate) fn mixed(mixed: &[Mixed]) -> String {
    let mut text = String::new();
    for Mixed { case, found, dropped, excluded } in mixed {
        let found: Vec<String> =
            found.iter().map(|(state, rounds)| format!("{rounds} {}", state.name())).collect();
        let _ = writeln!(text, "{case}: mixed, no table; rounds: {}, {dropped} dropped.", found.join(", "));
        for (name, reason) in excluded {
            let _ = writeln!(text, "Failed the check and is left out: {name} ({reason}).");
        }
    }
    text
}

/// The names of the rows of a family: its cases, and the mean of the imbalance curve.
pub(crate) fn names(cases: &[Case]) -> Vec<&str> {
    let curve = cases.iter().any(|case| case.imbalance().is_some());
    cases.iter().map(|case| case.name.as_str()).chain(curve.then_some(CURVE)).collect()
}

const CURVE: &str = "spsc/imbalance curve, geometric mean";

/// Appends the imbalance curve as one figure, the geometric mean of its points, if all are there.
pub(crate) fn with_curve(mut records: Vec<Record>, cases: &[Case]) -> Vec<Record> {
    let points: Option<Vec<&Record>> = cases
        .iter()
        .filter(|case| case.imbalance().is_some())
        .map(|case| records.iter().find(|record| record.case == case.name))
        .collect();
    let mean = points.and_then(|points| Record::mean(CURVE.into(), &points));
    records.extend(mean);
    records
}
