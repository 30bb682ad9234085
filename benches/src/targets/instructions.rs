//! Instructions per push and pop, counted by callgrind.
//!
//! The program starts itself twice per contender under valgrind, with n and with 2n pairs: what
//! the second run executes more than the first is n pairs and nothing else.

use core::fmt::Write as _;
use core::hint::black_box;
use core::marker::PhantomData;
use std::env;
use std::fs;
use std::io;
use std::process::{Command, ExitCode};

use crate::contenders;
use crate::harness::case::{ONE_THREAD, Placement};
use crate::harness::cores::Cores;
use crate::harness::options::Options;
use crate::harness::progress;
use crate::harness::workloads::completion::track_and_finish;
use crate::harness::workloads::pairs::push_pop_pairs;
use crate::harness::workloads::tasks::{PingPong, SendRecv};
use crate::harness::workloads::{pool, priority};
use crate::interface::channel::Channel;
use crate::interface::completion::Completion;
use crate::interface::pool::ObjectPool;
use crate::interface::priority::PriorityQueue;
use crate::interface::queue::{Contender, Item, Job, Pop, Push, Setup};
use crate::interface::row::{ChannelRow, CompletionRow, PoolRow, PriorityRow, QueueRow};
use crate::report::machine;

/// What a child process is to run, and how often: `family/name/pairs`.
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
    let sum = rows(family.unwrap_or_default())
        .into_iter()
        .find(|row| Some(row.name) == name)
        .and_then(|row| (row.count)(pairs));
    if sum == Some((0..pairs).sum()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const SPSC: &str = "spsc";
const MPMC: &str = "mpmc";
const CHANNEL: &str = "channel, try_send + try_recv";
const TASK: &str = "channel, async send + recv in one task";
const TASKS: &str = "channel, async ping-pong between two tasks";
const COMPLETION: &str = "completion, a task counted and done";
const PRIORITY: &str = "priority, push + pop with 32 waiting on 8 levels";
const METRICS: &str = "metrics, push + pop";
const POOL: &str = "pool, take + return";

fn rows(family: &str) -> Vec<Row> {
    match family {
        SPSC => contenders::spsc_queues(),
        MPMC => contenders::mpmc_queues(),
        CHANNEL => contenders::bare_rings().into_iter().chain(contenders::channels()).collect(),
        TASK => contenders::channels().into_iter().map(|OneTask(row)| row).collect(),
        TASKS => contenders::channels().into_iter().map(|TwoTasks(row)| row).collect(),
        COMPLETION => contenders::completions(),
        PRIORITY => contenders::priorities(),
        METRICS => contenders::metered(),
        POOL => contenders::pools(),
        _ => Vec::new(),
    }
}

/// A contender and what is counted: it sends the numbers `0..n` through the contender and returns
/// their sum.
struct Row {
    name: &'static str,
    count: fn(u64) -> Option<u64>,
}

/// Hidden from the optimiser, or the queues on the heap would know their capacity as well.
fn setup() -> Setup {
    black_box(ONE_THREAD)
}

impl QueueRow for Row {
    fn of_queue<K: Contender>() -> Self {
        Self { name: K::NAME, count: |pairs| K::run::<u64, _>(setup(), Count { pairs }) }
    }
}

impl ChannelRow for Row {
    fn of_channel<K: Channel>() -> Self {
        Self::of_queue::<K>()
    }
}

struct OneTask(Row);

impl ChannelRow for OneTask {
    fn of_channel<K: Channel>() -> Self {
        Self(Row { name: K::NAME, count: |pairs| K::tasks(setup(), SendRecv { pairs }) })
    }
}

struct TwoTasks(Row);

impl ChannelRow for TwoTasks {
    fn of_channel<K: Channel>() -> Self {
        let count = |items| {
            let cores = &Cores::available();
            let (placement, kind) = (Placement::OneThread, PhantomData);
            K::tasks(setup(), PingPong::<K> { cores, placement, setup: setup(), items, kind })
                .flatten()?
                .is_ok()
                .then(|| (0..items).sum())
        };
        Self(Row { name: K::NAME, count })
    }
}

impl CompletionRow for Row {
    fn of_completion<K: Completion>() -> Self {
        let count = |tasks| {
            track_and_finish(&K::new(), tasks);
            Some((0..tasks).sum())
        };
        Self { name: K::NAME, count }
    }
}

impl PriorityRow for Row {
    fn of_priority<K: PriorityQueue>() -> Self {
        Self { name: K::NAME, count: |pairs| Some(priority::count::<K>(pairs)) }
    }
}

impl PoolRow for Row {
    fn of_pool<K: ObjectPool>() -> Self {
        Self { name: K::NAME, count: |pairs| Some(pool::count::<K>(pairs)) }
    }
}

fn count_all(options: &Options) -> io::Result<()> {
    let families: Vec<&str> = [SPSC, MPMC, CHANNEL, TASK, TASKS, COMPLETION, PRIORITY, METRICS, POOL]
        .into_iter()
        .filter(|family| options.selects(&format!("{family}/instructions")))
        .collect();
    if families.is_empty() {
        return Ok(());
    }
    let mut text = format!(
        "# Instructions per push and pop\n\n{}.\n\
         One thread, queue of {} u64, counted by callgrind as the difference of two runs; the loop around the pair \
         (about 4 instructions) is included, and the executor where there are two tasks.\n",
        machine::description(),
        ONE_THREAD.capacity,
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
    let entries = rows(family);
    let progress = progress::bar(entries.len(), "{pos}/{len}");
    let (mut counts, mut absent) = (Vec::new(), Vec::new());
    for entry in entries {
        progress.set_message(entry.name);
        progress.inc(1);
        if (entry.count)(0).is_none() {
            absent.push(entry.name);
            continue;
        }
        let more = executed(family, entry.name, 2 * PAIRS)? - executed(family, entry.name, PAIRS)?;
        counts.push((more as f64 / PAIRS as f64, entry.name));
    }
    progress.finish_and_clear();
    counts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut text = format!("\n## {family}\n\n| queue | instructions |\n|---|---:|\n");
    for (count, name) in counts {
        let _ = writeln!(text, "| {name} | {count:.1} |");
    }
    if !absent.is_empty() {
        let _ = writeln!(text, "\nHas no such case: {}.", absent.join(", "));
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
