//! What the tables say of a case in one state. A run writes it as Markdown and reads back what
//! other runs have written, so that the cases of a file may come from several runs.

use core::fmt;
use std::collections::HashMap;

use crate::harness::case::Case;
use crate::harness::entry;
use crate::harness::entry::AGAIN;
use crate::harness::sorting::{Outcome, Series};
use crate::harness::stats::{self, Estimate};

/// The times of all contenders in a case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) case: String,
    pub(crate) origin: Origin,
    /// From the fastest to the slowest.
    pub(crate) rows: Vec<Row>,
    pub(crate) notes: String,
}

/// When, of what, on what and how a case was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Origin {
    pub(crate) date: String,
    /// Version, machine, compiler, rounds.
    pub(crate) conditions: String,
    /// Nanoseconds of the round trip of a line, with the interval; `-` where it is not known.
    pub(crate) trip: String,
}

/// One contender.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) queue: String,
    pub(crate) nanoseconds: Estimate,
    /// The time of ringway divided by that of this one; `None` for ringway itself.
    pub(crate) ratio: Option<Estimate>,
}

impl Row {
    pub(crate) fn is_ringway(&self) -> bool {
        entry::is_ringway(&self.queue)
    }
}

const HEAD: &str = "| queue | ns | 95 % | ratio | 95 % |\n|---|---:|---|---:|---|\n";
const TRIP: &str = "; round trip of a line, ns: ";

impl Record {
    /// `date` and `conditions` are those of the run.
    pub(crate) fn new(outcome: &Outcome, date: &str, conditions: &str) -> Self {
        let trip = (!outcome.trips.is_empty()).then(|| stats::estimate(outcome.trips.iter().copied()));
        let origin = Origin {
            date: date.into(),
            conditions: format!("{conditions}, {} rounds", outcome.rounds()),
            trip: trip.map_or_else(|| "-".into(), |trip| with_interval(trip, 0)),
        };
        let reference = outcome.reference();
        let row = |series: &Series| Row {
            queue: series.name.into(),
            nanoseconds: series.nanoseconds(),
            ratio: reference
                .filter(|reference| reference.name != series.name)
                .map(|reference| reference.relative_to(series)),
        };
        let mut rows: Vec<Row> = outcome.series.iter().map(row).collect();
        rows.sort_by(|a, b| a.nanoseconds.median.total_cmp(&b.nanoseconds.median));
        Self { case: outcome.case.name.clone(), origin, rows, notes: notes(outcome) }
    }

    /// The row the ratios refer to: that of ringway, unless it failed.
    pub(crate) fn reference(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.is_ringway() && row.ratio.is_none())
    }

    /// The fastest other queue, and the ratio to it.
    pub(crate) fn best_peer(&self) -> Option<(&Row, Estimate)> {
        self.rows.iter().find(|row| !row.is_ringway()).and_then(|row| Some((row, row.ratio?)))
    }

    /// ringway against the same code.
    pub(crate) fn noise(&self) -> Option<Estimate> {
        self.rows.iter().find(|row| row.queue == AGAIN)?.ratio
    }

    /// The geometric means of the contenders that are in each of the records. The intervals are
    /// those of the records, averaged in the same way.
    pub(crate) fn mean(case: String, points: &[&Self]) -> Option<Self> {
        let first = points.first()?;
        let oldest = points.iter().min_by(|a, b| a.origin.date.cmp(&b.origin.date))?;
        let mean_of = |row: &Row| {
            let everywhere: Option<Vec<&Row>> =
                points.iter().map(|point| point.rows.iter().find(|other| other.queue == row.queue)).collect();
            let everywhere = everywhere?;
            let nanoseconds = mean_estimate(everywhere.iter().map(|row| row.nanoseconds));
            let ratios: Option<Vec<Estimate>> = everywhere.iter().map(|row| row.ratio).collect();
            Some(Row { queue: row.queue.clone(), nanoseconds, ratio: ratios.map(mean_estimate) })
        };
        let mut rows: Vec<Row> = first.rows.iter().filter_map(mean_of).collect();
        rows.sort_by(|a, b| a.nanoseconds.median.total_cmp(&b.nanoseconds.median));
        Some(Self { case, origin: oldest.origin.clone(), rows, notes: String::new() })
    }
}

fn mean_estimate(estimates: impl IntoIterator<Item = Estimate>) -> Estimate {
    let estimates: Vec<Estimate> = estimates.into_iter().collect();
    let mean = |part: fn(&Estimate) -> f64| {
        let values: Vec<f64> = estimates.iter().map(part).collect();
        stats::geometric_mean(&values)
    };
    Estimate { median: mean(|e| e.median), low: mean(|e| e.low), high: mean(|e| e.high) }
}

/// The new records and, of the cases that have none, the old ones, in the order of the cases.
/// Records of cases that no longer exist are left out.
pub(crate) fn merge(old: Vec<Record>, new: Vec<Record>, cases: &[Case]) -> Vec<Record> {
    let mut latest: HashMap<String, Record> =
        old.into_iter().chain(new).map(|record| (record.case.clone(), record)).collect();
    cases.iter().filter_map(|case| latest.remove(&case.name)).collect()
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin { date, conditions, trip } = &self.origin;
        write!(f, "\n## {}\n\n{date}; {conditions}{TRIP}{trip}\n\n{HEAD}", self.case)?;
        for Row { queue, nanoseconds, ratio } in &self.rows {
            let (ratio, range) =
                ratio.map_or(("1".into(), "-".into()), |ratio| (number(ratio.median, 2), interval(ratio, 2)));
            let decimals = decimals(nanoseconds.median);
            let range_of_time = interval(*nanoseconds, decimals);
            let median = number(nanoseconds.median, decimals);
            writeln!(f, "| {queue} | {median} | {range_of_time} | {ratio} | {range} |")?;
        }
        if self.notes.is_empty() { Ok(()) } else { write!(f, "\n{}\n", self.notes) }
    }
}

/// The records in a file that a run wrote; of another file, none.
pub(crate) fn parse(text: &str) -> Vec<Record> {
    text.split("\n## ").skip(1).filter_map(parse_section).collect()
}

fn parse_section(section: &str) -> Option<Record> {
    let (title, rest) = section.split_once("\n\n")?;
    let (origin, rest) = rest.split_once(&format!("\n\n{HEAD}"))?;
    let (date, origin) = origin.split_once("; ")?;
    let (conditions, trip) = origin.split_once(TRIP)?;
    let (table, notes) = rest.split_once("\n\n").unwrap_or((rest, ""));
    Some(Record {
        case: title.into(),
        origin: Origin { date: date.into(), conditions: conditions.into(), trip: trip.into() },
        rows: table.lines().map(parse_row).collect::<Option<_>>()?,
        notes: notes.trim().into(),
    })
}

fn parse_row(line: &str) -> Option<Row> {
    let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let [queue, median, range, ratio, ratio_range]: [&str; 5] =
        cells.split(" | ").collect::<Vec<_>>().try_into().ok()?;
    let ratio = match ratio_range {
        "-" => None,
        range => Some(parse_estimate(ratio, range)?),
    };
    Some(Row { queue: queue.into(), nanoseconds: parse_estimate(median, range)?, ratio })
}

fn parse_estimate(median: &str, range: &str) -> Option<Estimate> {
    let (low, high) = range.split_once(" to ")?;
    Some(Estimate { median: median.parse().ok()?, low: low.parse().ok()?, high: high.parse().ok()? })
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
    notes.join(" ")
}

/// As many digits of a time as are worth reading.
pub(crate) fn decimals(nanoseconds: f64) -> usize {
    if nanoseconds < 10.0 { 2 } else { 1 }
}

pub(crate) fn number(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}")
}

pub(crate) fn interval(estimate: Estimate, decimals: usize) -> String {
    format!("{:.decimals$} to {:.decimals$}", estimate.low, estimate.high)
}

pub(crate) fn with_interval(estimate: Estimate, decimals: usize) -> String {
    format!("{:.decimals$} ({})", estimate.median, interval(estimate, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::case::STREAM;
    use crate::harness::line::State;
    use crate::interface::queue::Setup;

    fn estimate(median: f64) -> Estimate {
        Estimate { median, low: median / 2.0, high: median * 2.0 }
    }

    /// A record in which ringway takes this time, and the other one twice as much.
    fn record(case: &str, date: &str, nanoseconds: f64) -> Record {
        let row = |queue: &str, nanoseconds, ratio: Option<f64>| Row {
            queue: queue.into(),
            nanoseconds: estimate(nanoseconds),
            ratio: ratio.map(estimate),
        };
        Record {
            case: case.into(),
            origin: Origin {
                date: date.into(),
                conditions: "ringway 1.0.0; a machine; 40 rounds".into(),
                trip: "62 (61 to 64)".into(),
            },
            rows: vec![
                row("ringway", nanoseconds, None),
                row(AGAIN, nanoseconds, Some(1.0)),
                row("other", 2.0 * nanoseconds, Some(0.5)),
            ],
            notes: "other holds 63 items.".into(),
        }
    }

    fn cases(names: &[&str]) -> Vec<Case> {
        names.iter().map(|&name| Case::new(name.into(), Setup::pair(64), STREAM)).collect()
    }

    #[test]
    fn a_document_is_read_back_as_it_was_written() {
        let without_notes = Record { notes: String::new(), ..record("b/load/64", "2026-12-01", 31_853.0) };
        let records = vec![without_notes, record("a/load/64", "2026-11-30", 4.0)];
        let document = crate::report::markdown::document("family", State::Far, &records);
        assert_eq!(parse(&document), records);
    }

    #[test]
    fn other_text_holds_no_records() {
        let old = "# Benchmarks\n\n## a/load/64\n\n| queue | ns | ratio | 95 % |\n|---|---:|---:|---|\n| x | 1.00 | 1 | - |\n";
        assert_eq!(parse(old), []);
        assert_eq!(parse(""), []);
    }

    #[test]
    fn a_run_replaces_its_cases_and_keeps_the_others() {
        let old = ["a", "b", "gone"].map(|case| record(case, "2026-11-01", 4.0)).to_vec();
        let new = vec![record("c", "2026-11-30", 8.0), record("b", "2026-11-30", 8.0)];
        let merged = merge(old, new, &cases(&["a", "b", "c", "never measured"]));
        let found: Vec<_> = merged.iter().map(|record| (&*record.case, &*record.origin.date)).collect();
        assert_eq!(found, [("a", "2026-11-01"), ("b", "2026-11-30"), ("c", "2026-11-30")]);
    }

    #[test]
    fn the_mean_is_geometric_and_as_old_as_its_oldest_point() {
        let points = [record("a", "2026-11-30", 2.0), record("b", "2026-11-01", 8.0)];
        let mean = Record::mean("mean".into(), &points.each_ref()).unwrap();
        assert!((mean.reference().unwrap().nanoseconds.median - 4.0).abs() < 1e-9);
        assert_eq!(mean.best_peer().unwrap().0.queue, "other");
        assert_eq!(mean.origin.date, "2026-11-01");
    }

    #[test]
    fn the_mean_leaves_out_contenders_that_lack_a_point() {
        let mut points = [record("a", "2026-11-30", 2.0), record("b", "2026-11-30", 8.0)];
        points[1].rows.pop();
        let mean = Record::mean("mean".into(), &points.each_ref()).unwrap();
        assert_eq!(mean.best_peer(), None);
    }
}
