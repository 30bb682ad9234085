//! The command line of the paired benches.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;

/// Where a full run leaves its tables and plots.
const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/results");

/// Compare ringway with its peers, round by round.
#[derive(Parser, Debug)]
pub(crate) struct Options {
    /// Only the cases whose name contains this text
    filter: Option<String>,
    /// Fewer rounds and shorter samples: a look, not a result
    #[arg(long)]
    quick: bool,
    /// Rounds, each with every contender once, in random order
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(10..))]
    rounds: u16,
    /// Milliseconds one contender runs in one round
    #[arg(long, default_value_t = 10)]
    sample: u64,
    /// Write the files here, also after a part or a short run
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What `cargo bench` adds to every command line
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    pub(crate) fn from_arguments() -> Self {
        Self::parse()
    }

    pub(crate) fn selects(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|text| name.contains(text))
    }

    pub(crate) fn rounds(&self) -> usize {
        if self.quick { 12 } else { self.rounds.into() }
    }

    pub(crate) fn sample(&self) -> Duration {
        Duration::from_millis(if self.quick { 3 } else { self.sample })
    }

    /// Where to write, if this run is one to keep.
    pub(crate) fn directory(&self) -> Option<PathBuf> {
        let full = !self.quick && self.filter.is_none();
        self.out.clone().or_else(|| full.then(|| Path::new(RESULTS).to_owned()))
    }
}
