//! Instructions per push and pop, counted by callgrind.
//!
//! The program starts itself twice per contender under valgrind, with n and with 2n pairs: what
//! the second run executes more than the first is n pairs and nothing else.

use core::fmt::Write as _;
use std::env;
use std::fs;
use std::io;
use std::process::{Command, ExitCode};

use indicatif::{ProgressBar, ProgressStyle};

use crate::contender::{Item, Job, Pop, Push};
use crate::jobs::pairs::push_pop_pairs;
use crate::machine;
use crate::options::Options;
use crate::roster::{self, AGAIN, Entry};

/// How the program tells its own child whom to run and how often: `family/name/pairs`.
const CHILD: &str = "RINGWAY_BENCH_COUNT";
const PAIRS: u64 = 20_000;

pub fn main() -> ExitCode {
    if let Ok(order) = env::var(CHILD) {
        return child(&order);
    }
    match count_all(&Options::from_arguments()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("instruction counts: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The loop that is counted, on the thread it is called on.
#[derive(Debug)]
pub(crate) struct Count {
    pub(crate) pairs: u64,
}

impl<T: Item> Job<T> for Count {
    /// The sum of the numbers popped.
    type Output = u64;

    fn run<P: Push<T>, C: Pop<T>>(self, mut producers: Vec<P>, mut consumers: Vec<C>) -> u64 {
        push_pop_pairs(&mut producers[0], &mut consumers[0], self.pairs)
    }
}

fn child(order: &str) -> ExitCode {
    let mut parts = order.split('/');
    let (family, name, pairs) = (parts.next(), parts.next(), parts.next());
    let pairs = pairs.and_then(|text| text.parse().ok()).unwrap_or(0);
    let sum = field(family.unwrap_or_default())
        .into_iter()
        .find(|entry| Some(entry.name) == name)
        .and_then(|entry| entry.pairs(pairs));
    if sum == Some((0..pairs).sum()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn field(family: &str) -> Vec<Entry> {
    let mut entries = if family == "spsc" { roster::pairs() } else { roster::many() };
    entries.retain(|entry| entry.name != AGAIN);
    entries
}

fn count_all(options: &Options) -> io::Result<()> {
    let families: Vec<&str> = ["spsc", "mpmc"]
        .into_iter()
        .filter(|family| options.selects(&format!("{family}/instructions")))
        .collect();
    if families.is_empty() {
        return Ok(());
    }
    let mut text = format!(
        "# Instructions per push and pop\n\n{}.\n\
         One thread, queue of {} u64, counted by callgrind as the difference of two runs; the loop around the pair \
         (about 4 instructions) is included.\n",
        machine::description(),
        roster::ONE_THREAD.capacity,
    );
    for family in families {
        text += &table(family)?;
    }
    println!("{text}");
    if let Some(directory) = options.directory() {
        fs::create_dir_all(&directory)?;
        fs::write(directory.join("instructions.md"), text)?;
    }
    Ok(())
}

fn table(family: &str) -> io::Result<String> {
    let entries = field(family);
    let progress = ProgressBar::new(entries.len() as u64).with_style(
        ProgressStyle::with_template("{bar:32} {pos}/{len}  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let mut counts = Vec::new();
    for entry in entries {
        progress.set_message(entry.name);
        let more = executed(family, entry.name, 2 * PAIRS)? - executed(family, entry.name, PAIRS)?;
        counts.push((more as f64 / PAIRS as f64, entry.name));
        progress.inc(1);
    }
    progress.finish_and_clear();
    counts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut text = format!("\n## {family}\n\n| queue | instructions |\n|---|---:|\n");
    for (count, name) in counts {
        let _ = writeln!(text, "| {name} | {count:.1} |");
    }
    Ok(text)
}

/// Instructions of one whole child.
fn executed(family: &str, name: &str, pairs: u64) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .env(CHILD, format!("{family}/{name}/{pairs}"))
        .output()
        .map_err(|error| io::Error::new(error.kind(), format!("valgrind does not start: {error}")))?;
    let report = String::from_utf8_lossy(&output.stderr);
    report
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
        .filter(|_| output.status.success())
        .ok_or_else(|| io::Error::other(format!("no count for {name}:\n{report}")))
}
