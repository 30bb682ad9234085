//! The files of a family: those of earlier runs, with the cases of the latest.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::harness::case::Case;
use crate::harness::line::State;
use crate::harness::options::Options;
use crate::harness::sorting::Outcome;
use crate::report::plot::Measured;
use crate::report::record::{self, Record};
use crate::report::{csv, machine, markdown, plot};

/// What a run measured, by state.
pub(crate) type ByState = BTreeMap<State, Vec<Record>>;

pub(crate) fn records(outcomes: &[Outcome], options: &Options) -> ByState {
    let sample = options.sample().as_millis();
    let (version, machine) = (machine::version(), machine::description());
    records_of(outcomes, &machine::date(), &format!("{version}; {machine}; {sample} ms per sample"))
}

fn records_of(outcomes: &[Outcome], date: &str, conditions: &str) -> ByState {
    let mut by_state = ByState::new();
    for outcome in outcomes {
        by_state.entry(outcome.state).or_default().push(Record::new(outcome, date, conditions));
    }
    by_state
}

/// Writes a file for each state that the run has met, and those that show near and far side by
/// side.
pub(crate) fn write(
    directory: &Path,
    family: &str,
    cases: &[Case],
    mut new: ByState,
    outcomes: &[Outcome],
) -> io::Result<()> {
    fs::write(directory.join(format!("{family}.csv")), csv::document(outcomes))?;
    let mut merged = ByState::new();
    for state in State::ALL {
        let path = directory.join(format!("{family}.{}.md", state.name()));
        let old = record::parse(&fs::read_to_string(&path).unwrap_or_default());
        let new = new.remove(&state);
        let is_new = new.is_some();
        let records = markdown::with_curve(record::merge(old, new.unwrap_or_default(), cases), cases);
        if is_new {
            fs::write(path, markdown::document(family, state, &records))?;
        }
        merged.insert(state, records);
    }
    let (near, far) = (&*merged[&State::Near], &*merged[&State::Far]);
    if near.is_empty() && far.is_empty() { Ok(()) } else { write_both(directory, family, cases, near, far) }
}

fn write_both(
    directory: &Path,
    family: &str,
    cases: &[Case],
    near: &[Record],
    far: &[Record],
) -> io::Result<()> {
    let table = markdown::both_states(family, &markdown::names(cases), near, far);
    fs::write(directory.join(format!("{family}.md")), table)?;
    let states: [Measured<'_>; 2] = [(State::Near, near), (State::Far, far)];
    let panels = plot::panels(cases, &states).map_err(io::Error::other)?;
    fs::write(directory.join(format!("{family}.svg")), panels)?;
    if let Some(curve) = plot::curve(cases, &states).map_err(io::Error::other)? {
        fs::write(directory.join(format!("{family}-curve.svg")), curve)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::line::State::{Far, Near};
    use crate::harness::sorting::Series;
    use crate::targets::spsc;
    use std::env;
    use std::process;

    /// A directory that is removed in the end.
    struct Directory(std::path::PathBuf);

    impl Directory {
        fn new(name: &str) -> Self {
            let path = env::temp_dir().join(format!("ringway-{name}-{}", process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn read(&self, file: &str) -> String {
            fs::read_to_string(self.0.join(file)).unwrap()
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// ringway takes this time, and the other one twice as much.
    fn outcome(case: &Case, state: State, nanoseconds: f64) -> Outcome {
        let series = |name, nanoseconds| Series {
            rounds: vec![nanoseconds; 10],
            ..Series::new(name, case.setup.capacity)
        };
        Outcome {
            case: case.clone(),
            state,
            trips: vec![65.0; 10],
            series: vec![series("ringway", nanoseconds), series("other", 2.0 * nanoseconds)],
            absent: Vec::new(),
            excluded: Vec::new(),
        }
    }

    fn run(directory: &Directory, cases: &[Case], outcomes: &[Outcome]) {
        let records = records_of(outcomes, "2026-11-30", "ringway 1.0.0");
        write(&directory.0, "spsc", cases, records, outcomes).unwrap();
    }

    #[test]
    fn each_run_adds_the_rows_of_its_state_and_keeps_the_others() {
        let directory = Directory::new("merge");
        let cases = spsc::cases();
        run(&directory, &cases, &[outcome(&cases[0], Near, 4.0), outcome(&cases[1], Near, 5.0)]);
        let near = directory.read("spsc.near.md");
        run(&directory, &cases, &[outcome(&cases[1], Far, 16.0)]);
        assert_eq!(directory.read("spsc.near.md"), near);
        let both = directory.read("spsc.md");
        let rows: Vec<&str> = both.lines().filter(|line| line.starts_with("| spsc/u64")).collect();
        let ratio = "0.50 (0.50 to 0.50)";
        assert_eq!(
            rows,
            [
                format!("| spsc/u64/64 | 4.00 | other 8.00 | {ratio} | – | – | – |"),
                format!("| spsc/u64/1024 | 5.00 | other 10.0 | {ratio} | 16.0 | other 32.0 | {ratio} |"),
                "| spsc/u64/65536 | – | – | – | – | – | – |".into(),
            ]
        );
    }

    #[test]
    fn the_curve_is_drawn_and_averaged_once_all_of_its_points_are_there() {
        let directory = Directory::new("curve");
        let cases = spsc::cases();
        let all: Vec<Outcome> = cases.iter().map(|case| outcome(case, Near, 4.0)).collect();
        let (first, last) = all.split_at(10);
        let mean = "| spsc/imbalance curve, geometric mean | 4.00 |";
        run(&directory, &cases, first);
        assert!(!directory.read("spsc.md").contains(mean));
        assert!(!directory.0.join("spsc-curve.svg").exists());
        run(&directory, &cases, last);
        assert!(directory.read("spsc.md").contains(mean));
        assert!(directory.read("spsc-curve.svg").contains("Imbalance curve"));
        assert!(directory.read("spsc.svg").contains("spsc/one thread/64, near"));
    }

    #[test]
    fn without_a_known_state_no_file_names_one() {
        let directory = Directory::new("unknown");
        let cases = spsc::cases();
        run(&directory, &cases, &[Outcome { trips: Vec::new(), ..outcome(&cases[0], State::Unknown, 4.0) }]);
        assert!(directory.read("spsc.unsorted.md").contains("no two cores to pin threads to"));
        assert!(!directory.0.join("spsc.md").exists());
    }
}
