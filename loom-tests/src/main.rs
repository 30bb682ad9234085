//! Runs the loom models, then every mutant: each weakens one ordering or leaves out one step, in a
//! copy of the library, and a model must fail on it.
//!
//! * `cargo loom`: at most 2 preemptions in the queues, 3 in the channels; a few minutes.
//! * `cargo loom deep`: one more, and the models that are too large for every day, and the
//!   schedules.
//! * `cargo loom models`: the models alone, without the mutants.
//! * `cargo loom mutants NAME...`: these mutants alone, without the models.
//! * `cargo loom schedules`: larger scenarios in schedules that shuttle draws at random.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p ringway-loom-tests` runs the models too, with at most 2
//! preemptions unless `LOOM_MAX_PREEMPTIONS` says otherwise, and in the layout of this machine.

mod check;
mod copy;
mod mutants;

use copy::{Copy, workspace};
use mutants::{Layout, Mutant};
use std::env;
use std::iter;
use std::path::Path;
use std::process::{Command, ExitCode, Output};
use std::sync::Mutex;
use std::thread;

/// The files of models, with the preemptions of the quick and of the deep tier. Closing shows its
/// errors at 3 only.
const FILES: &[(&str, [&str; 2])] = &[
    ("gates", ["2", "3"]),
    ("mpmc", ["2", "3"]),
    ("spsc", ["2", "3"]),
    ("wait", ["3", "4"]),
    ("channel", ["3", "4"]),
    ("weak", ["3", "4"]),
    ("spsc_channel", ["3", "4"]),
    ("oneshot", ["3", "4"]),
    ("task", ["3", "4"]),
    ("ordered", ["3", "4"]),
    ("priority", ["2", "3"]),
    ("stack", ["2", "3"]),
    ("pool", ["3", "3"]),
];

/// The models that use no queue, and so are run in one layout.
const WITHOUT_LAYOUT: &str = "gates";

/// What is too large for loom.
const SCHEDULES: &str = "schedules";

/// Each worker builds and runs one mutant at a time, in a copy and with target folders of its own.
/// The first runs the models too.
const WORKERS: [&str; 2] = ["", "-too"];

/// What a run with a mutant may allocate, in KiB: under some a queue drops values without end.
const MEMORY: u32 = 4_000_000;

impl Layout {
    fn flags(self) -> &'static str {
        match self {
            Self::Cached => "--cfg loom --cfg ringway_caches=\"yes\"",
            Self::Compact => "--cfg loom --cfg ringway_caches=\"no\"",
            Self::Schedules => "--cfg shuttle",
        }
    }

    fn target(self) -> &'static str {
        match self {
            Self::Cached => "loom",
            Self::Compact => "loom-compact",
            Self::Schedules => "shuttle",
        }
    }
}

/// What is built, and how.
#[derive(Clone, Copy)]
struct Build<'a> {
    root: &'a Path,
    worker: &'a str,
    layout: Layout,
    models: &'a str,
    bound: &'a str,
}

fn main() -> ExitCode {
    let tier = env::args().nth(1).unwrap_or_else(|| "quick".into());
    let passed = match tier.as_str() {
        "quick" => models(0) && mutants_of_loom(0, |_| true),
        "models" => models(0),
        "mutants" => mutants_of_loom(0, |mutant| env::args().skip(2).any(|name| name == mutant.name)),
        "deep" => models(1) && mutants_of_loom(1, |_| true) && schedules(),
        "schedules" => schedules(),
        other => {
            eprintln!("cargo loom: `{other}` is not one of quick, deep, models, mutants, schedules");
            false
        }
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs all models of loom in both layouts.
fn models(tier: usize) -> bool {
    let ignored = if tier == 0 { "--skip=four_threads" } else { "--include-ignored" };
    let run = |layout, (models, bounds): &(&str, [&str; 2])| {
        println!("models of {models}, at most {} preemptions ({layout:?}):", bounds[tier]);
        passes(models, bounds[tier], layout, ignored)
    };
    FILES.iter().all(|file| run(Layout::Cached, file))
        && FILES.iter().filter(|file| file.0 != WITHOUT_LAYOUT).all(|file| run(Layout::Compact, file))
}

/// Runs the scenarios under shuttle, then without each of the steps that they must miss.
fn schedules() -> bool {
    println!("schedules drawn at random:");
    passes(SCHEDULES, "0", Layout::Schedules, "--include-ignored")
        && are_caught(|mutant| mutant.layout == Layout::Schedules, |_| "0")
}

fn mutants_of_loom(tier: usize, is_asked: impl Fn(&Mutant) -> bool) -> bool {
    let bound =
        |models: &str| FILES.iter().find(|file| file.0 == models).expect("each file has its bounds").1[tier];
    are_caught(|mutant| mutant.layout != Layout::Schedules && is_asked(mutant), bound)
}

/// Whether the list of mutants is right, and its models catch each of those that are asked for.
fn are_caught(is_asked: impl Fn(&Mutant) -> bool, bound: impl Fn(&str) -> &'static str + Sync) -> bool {
    let faults = check::faults();
    for fault in &faults {
        eprintln!("loom-tests/src/mutants.rs: {fault}");
    }
    if !faults.is_empty() {
        return false;
    }
    println!("mutants, each of which a model must catch:");
    let asked: Vec<_> = mutants::all().filter(is_asked).collect();
    let escaped = escaped(&asked, bound);
    println!("{} of {} mutants caught", asked.len() - escaped.len(), asked.len());
    if !escaped.is_empty() {
        eprintln!("escaped: {escaped:?}");
    }
    escaped.is_empty() && !asked.is_empty()
}

fn copy_for(worker: &str) -> Copy {
    Copy::new(&format!("copy{worker}")).expect("the workspace can be copied")
}

/// Those that no model catches.
fn escaped(mutants: &[Mutant], bound: impl Fn(&str) -> &'static str + Sync) -> Vec<Mutant> {
    let left = Mutex::new(mutants.iter().copied());
    let next = || left.lock().expect("no panic with the lock").next();
    let work = |worker| {
        let copy = copy_for(worker);
        let is_caught = |mutant: &Mutant| is_caught(mutant, bound(mutant.models), worker, &copy);
        iter::from_fn(next).filter(|mutant| !is_caught(mutant)).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let workers = WORKERS.map(|worker| scope.spawn(move || work(worker)));
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    })
}

/// Runs the models of a file, and prints how many executions each took, or what went wrong.
fn passes(models: &str, bound: &str, layout: Layout, ignored: &str) -> bool {
    let copy = copy_for(WORKERS[0]);
    let build = Build { root: copy.root(), worker: WORKERS[0], layout, models, bound };
    let models = output(build.cargo(&["--", "--nocapture", ignored]));
    print!("{}", executions(&models));
    if !models.status.success() {
        eprintln!("{}{}", text(&models.stdout), text(&models.stderr));
    }
    models.status.success()
}

/// Builds with the mutant and runs its models; returns which of them failed.
fn is_caught(mutant: &Mutant, bound: &str, worker: &str, copy: &Copy) -> bool {
    let &Mutant { models, layout, .. } = mutant;
    let build = Build { root: copy.root(), worker, layout, models, bound };
    let replacement = mutant.replacement().expect("each mutant is defined");
    let run = copy.with(&replacement, || {
        let built = output(build.cargo(&["--no-run"]));
        assert!(built.status.success(), "{mutant:?} does not build:\n{}", text(&built.stderr));
        // One at a time, so that the name of a model is known that takes the whole run down.
        output(limited(&build.cargo(&["--", "--test-threads=1"])))
    });
    let run = run.unwrap_or_else(|error| panic!("{mutant:?}: {error}"));
    let failed = failed_models(&run);
    let caught = !run.status.success() && !failed.is_empty();
    println!(
        "{} {:<35} by {}",
        if caught { "caught " } else { "ESCAPED" },
        format!("{mutant:?}"),
        failed.join(", ")
    );
    caught
}

/// The models that failed, or were the last to begin before the run was aborted.
fn failed_models(run: &Output) -> Vec<String> {
    let failed = |line: &str| {
        let (name, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
        (!result.starts_with("ok") && !result.starts_with("ignored")).then(|| name.to_owned())
    };
    text(&run.stdout).lines().filter_map(failed).filter(|name| name.contains("__cap")).collect()
}

impl Build<'_> {
    /// `cargo test` of the models.
    fn cargo(&self, args: &[&str]) -> Command {
        let target = format!("target/{}{}", self.layout.target(), self.worker);
        let mut command = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        command
            .current_dir(self.root)
            .args(["test", "--profile=loom", "--package=ringway-loom-tests", "--no-fail-fast"])
            .args(["--test", self.models])
            .args(args)
            .env("CARGO_TARGET_DIR", workspace().join(target))
            .env("RUSTFLAGS", self.layout.flags())
            // One constant changes from mutant to mutant: a quarter of the time.
            .env("CARGO_INCREMENTAL", "1")
            .env("RUST_BACKTRACE", "0")
            .env("LOOM_MAX_PREEMPTIONS", self.bound);
        command
    }
}

/// The same command, in a shell that limits its memory.
fn limited(command: &Command) -> Command {
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -v {MEMORY}; exec \"$@\""), "sh"]);
    limited.arg(command.get_program()).args(command.get_args());
    limited.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited.current_dir(command.get_current_dir().expect("cargo runs in a copy"));
    limited
}

fn output(mut command: Command) -> Output {
    command.output().expect("cargo runs")
}

/// The lines that count the executions of each model.
fn executions(output: &Output) -> String {
    text(&output.stdout)
        .lines()
        .filter_map(|line| line.find("executions:").map(|at| format!("{}\n", &line[at..])))
        .collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{FILES, SCHEDULES};
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn every_file_of_models_is_run() {
        let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap();
        let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
        let found: BTreeSet<_> = names.filter(|name| name != "without_flags").collect();
        let run = FILES.iter().map(|&(name, _)| name).chain([SCHEDULES]);
        assert_eq!(found, run.map(str::to_owned).collect());
    }
}
