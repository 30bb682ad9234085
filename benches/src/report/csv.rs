//! The time of every round, for figures that the tables do not show.

use core::fmt::Write as _;

use crate::harness::sorting::Outcome;
use crate::report::machine;

pub(crate) fn document(outcomes: &[Outcome]) -> String {
    let mut text = format!("# {}\ncase,state,queue,round,ns\n", machine::description());
    for Outcome { case, state, trips, series, .. } in outcomes {
        let series = series.iter().map(|series| (series.name, &series.rounds));
        for (name, times) in series.chain([("round trips of a line", trips)]) {
            for (round, nanoseconds) in times.iter().enumerate() {
                let (case, state) = (&case.name, state.name());
                let _ = writeln!(text, "\"{case}\",{state},\"{name}\",{round},{nanoseconds:.3}");
            }
        }
    }
    text
}
