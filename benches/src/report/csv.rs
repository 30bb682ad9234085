//! The time of every round, for figures that the tables do not show.

use core::fmt::Write as _;

use crate::harness::rounds::Outcome;
use crate::report::machine;

pub(crate) fn document(outcomes: &[Outcome]) -> String {
    let mut text = format!("# {}\ncase,queue,round,ns\n", machine::description());
    for outcome in outcomes {
        for series in &outcome.series {
            for (round, nanoseconds) in series.rounds.iter().enumerate() {
                let case = &outcome.case.name;
                let _ = writeln!(text, "\"{case}\",\"{}\",{round},{nanoseconds:.3}", series.name);
            }
        }
    }
    text
}
