//! The table and the figure.

use core::fmt::Write as _;

use super::{CAPACITY, StallOptions, VALUES};
use crate::contenders;
use crate::harness::line::State;
use crate::harness::stats::Estimate;
use crate::report::bars::{self, Bar, Panel};
use crate::report::machine;
use crate::report::plot::Drawn;
use crate::targets::circulation::meter::CALLS_PER_STRETCH;
use crate::targets::circulation::rounds::{self, Series};

pub(super) fn document(case: &str, series: &[Series], options: &StallOptions) -> String {
    let mut text = format!("# Benchmarks: a stalled thread\n\n{}.\n", machine::description());
    let _ = writeln!(
        text,
        "Pinned threads, one per core, pop a value and push it back, through a queue of {CAPACITY} with {VALUES} \
         values: it is never empty and never full.\n\
         A signal stops one thread wherever it is, for {} ms, every {} ms on average; the figures are those of the \
         others.\n\
         {} rounds of {} ms per queue, random order, the stopped thread on another core every other round, values \
         counted after each.\n\
         \"Calls over 1 ms\": in all rounds, as many as the stops that a queue passes on. The clock is read every \
         {CALLS_PER_STRETCH} calls. A refused call is repeated at once, and takes until it succeeds.\n\
         \"False refusals\": full or empty, although the queue was neither. \"Repeated\": refused again when repeated.\n",
        options.stop().as_millis(),
        options.every().as_millis(),
        options.rounds(),
        options.window().as_millis(),
    );
    text += &table(case, series);
    let _ = writeln!(
        text,
        "\n\"{}\" shows the pauses of the machine itself: they are in the figures of all. \"{}\" blocks by design: \
         it shows what the method sees. tokio's channel has one receiver, so its stopped thread only sends.\n{}",
        super::CLOCK_ONLY,
        contenders::BLOCKING,
        rounds::states(series),
    );
    text += &rounds::notes(series);
    for state in State::ALL {
        let within: Vec<Series> = series.iter().map(|one| one.in_state(state)).collect();
        if within.iter().any(|one| !one.samples.is_empty()) {
            let _ = write!(
                text,
                "\n{}\n{}\n",
                table(&format!("{case}, {}", state.name()), &within),
                state.description()
            );
        }
    }
    text
}

fn table(title: &str, series: &[Series]) -> String {
    let head = "| queue | million calls/s | range | calls over 1 ms | stops | longest call, ms | false refusals | repeated |\n\
                |---|---:|---|---:|---:|---:|---:|---:|\n";
    let rows: String = series.iter().filter_map(row).collect();
    format!("## {title}\n\n{head}{rows}")
}

fn row(series: &Series) -> Option<String> {
    let rate = series.median(|sample| sample.rate / 1e6)?;
    Some(format!(
        "| {} | {} | {} | {} | {} | {:.2} | {} | {} |\n",
        series.name,
        rate_of(series, rate.median),
        range(series, rate),
        series.total(|sample| sample.wall.long),
        series.total(|sample| sample.stops),
        series.most(|sample| sample.wall.longest) as f64 / 1e6,
        series.total(|sample| sample.refused),
        series.total(|sample| sample.refused_again),
    ))
}

/// The clock alone makes no calls.
fn rate_of(series: &Series, rate: f64) -> String {
    if series.name == super::CLOCK_ONLY { "-".into() } else { format!("{rate:.1}") }
}

fn range(series: &Series, rate: Estimate) -> String {
    if series.name == super::CLOCK_ONLY { "-".into() } else { format!("{:.1} to {:.1}", rate.low, rate.high) }
}

/// Calls per second, and long calls per 100 stops.
pub(super) fn plot(series: &[Series]) -> Drawn<String> {
    let queues: Vec<&Series> = series.iter().filter(|one| one.name != super::CLOCK_ONLY).collect();
    let panel = |title, figure: &dyn Fn(&Series) -> Option<f64>| Panel {
        title,
        bars: queues
            .iter()
            .filter_map(|one| Some(Bar { name: one.name, value: figure(one)?, is_ringway: one.is_ringway() }))
            .collect(),
    };
    let title =
        format!("One thread is stopped again and again: what the others see. {}", machine::description());
    bars::panels(
        &title,
        &[
            panel("calls over 1 ms per 100 stops: less is better", &long_per_stops),
            panel("million calls per second: more is better", &|one| {
                Some(one.median(|sample| sample.rate / 1e6)?.median)
            }),
        ],
    )
}

fn long_per_stops(series: &Series) -> Option<f64> {
    let stops = series.total(|sample| sample.stops);
    (stops > 0).then(|| 100.0 * series.total(|sample| sample.wall.long) as f64 / stops as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::circulation::tally::Sample;

    #[test]
    fn long_calls_are_related_to_stops() {
        let mut series = Series::new("queue");
        assert_eq!(long_per_stops(&series), None);
        let mut sample = Sample { stops: 50, ..Sample::default() };
        sample.wall.long = 10;
        series.samples = vec![sample.clone(), sample];
        assert_eq!(long_per_stops(&series), Some(20.0));
    }

    #[test]
    fn a_queue_without_a_sample_has_no_row() {
        assert_eq!(row(&Series::new("queue")), None);
    }
}
