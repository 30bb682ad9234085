//! Runs the loom models, then every mutant: each weakens one ordering or leaves out one step, and a model must fail
//! on it.
//!
//! * `cargo loom`: at most 2 preemptions in the queues, 3 in the channels; a few minutes.
//! * `cargo loom deep`: one more, and the models that are too large for every day, and the schedules.
//! * `cargo loom models`: the models alone, without the mutants.
//! * `cargo loom schedules`: larger scenarios in schedules that shuttle draws at random.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p ringway-loom-tests` runs the models too, with at most 2 preemptions unless
//! `LOOM_MAX_PREEMPTIONS` says otherwise, and in the layout of this machine.

use std::env;
use std::iter;
use std::process::{Command, ExitCode, Output};
use std::sync::Mutex;
use std::thread;

/// The files of models, with the preemptions of the quick and of the deep tier. Closing shows its errors at 3 only.
const FILES: &[(&str, [&str; 2])] = &[
    ("gates", ["2", "3"]),
    ("mpmc", ["2", "3"]),
    ("spsc", ["2", "3"]),
    ("wait", ["3", "4"]),
    ("channel", ["3", "4"]),
    ("spsc_channel", ["3", "4"]),
    ("oneshot", ["3", "4"]),
    ("task", ["3", "4"]),
    ("ordered", ["3", "4"]),
    ("priority", ["2", "3"]),
    ("stack", ["2", "3"]),
];

/// Every ordering and step that `src/sync.rs` names, by the files of the models that must catch what is without it.
const MUTANTS: &[(&str, &str)] = &[
    ("mpmc", "E1-link"),
    ("mpmc", "E1-walk"),
    ("mpmc", "E1-see"),
    ("mpmc", "E1-count"),
    ("mpmc", "E2-free"),
    ("mpmc", "E2-room"),
    ("mpmc", "E2-claim"),
    ("mpmc", "E3-hint"),
    ("mpmc", "E3-start"),
    ("mpmc", "E4-take"),
    ("mpmc", "E4-follow"),
    ("mpmc", "E4-full"),
    ("mpmc", "E5-link"),
    ("mpmc", "E5-take"),
    ("mpmc", "E5-see"),
    ("mpmc", "E5-full"),
    ("mpmc", "E5-count"),
    ("mpmc", "E6-claim"),
    ("spsc", "S1-publish"),
    ("spsc", "S1-observe"),
    ("spsc", "S2-vacate"),
    ("spsc", "S2-reuse"),
    ("stack", "L1-link"),
    ("stack", "L1-see"),
    ("stack", "L1-follow"),
    ("stack", "L2-take"),
    ("stack", "L3-link"),
    ("stack", "L3-take"),
    ("stack", "L3-see"),
    ("stack", "L4-set"),
    ("stack", "L4-get"),
    ("stack", "L5-link"),
    ("stack", "L5-see"),
    ("stack", "L5-follow"),
    ("wait", "W1-raise"),
    ("wait", "W1-look"),
    ("wait", "W3-tell"),
    ("wait", "W3-hear"),
    ("wait", "P-try-again"),
    ("wait", "P-pass-on"),
    ("wait", "P-front"),
    ("channel", "C1-close"),
    ("channel", "C1-closed"),
    ("channel", "C1-wake"),
    ("channel", "C2-gone"),
    ("channel", "C2-last"),
    ("channel", "P-tell-all"),
    ("channel", "P-end-mark"),
    ("channel", "P-room"),
    ("spsc_channel", "C1-close"),
    ("spsc_channel", "C1-closed"),
    ("spsc_channel", "W1-raise"),
    ("spsc_channel", "W1-change"),
    ("spsc_channel", "W2-leave"),
    ("spsc_channel", "W2-tell"),
    ("spsc_channel", "W2-back"),
    ("spsc_channel", "P-other-place"),
    ("task", "T1-done"),
    ("task", "T1-join"),
    ("task", "T1-exact"),
    ("task", "T1-track"),
    ("task", "T1-wake"),
    ("ordered", "P-end-mark"),
    ("oneshot", "O1-finish"),
    ("oneshot", "O1-look"),
    ("oneshot", "O1-change"),
    ("oneshot", "O1-ready"),
    ("oneshot", "O1-gone"),
    ("oneshot", "W1-raise"),
    ("oneshot", "P-other-place"),
];

/// The same on microcontrollers, where accesses of the MPMC ring share barriers: each ordering that is behind an access
/// there, and others that matter there too.
const MUTANTS_COMPACT: &[(&str, &str)] = &[
    ("mpmc", "E1-link"),
    ("mpmc", "E1-behind-walk"),
    ("mpmc", "E1-behind-take"),
    ("mpmc", "E2-free"),
    ("mpmc", "E2-behind-claim"),
    ("mpmc", "E3-behind-link"),
    ("mpmc", "E4-follow"),
    ("mpmc", "E4-behind-see"),
    ("mpmc", "E5-behind-link"),
    ("mpmc", "E5-behind-take"),
    ("wait", "E5-behind-take"),
    ("mpmc", "E6-behind-walk"),
];

/// The files that are run on both layouts.
const LAID_OUT: [&str; 6] = ["mpmc", "spsc", "wait", "channel", "ordered", "priority"];

/// What is too large for loom, and what it must catch. Shuttle runs one thread at a time and knows no weak memory: it
/// shows steps that are missing, no orderings.
const SCHEDULES: &str = "schedules";
const STEPS: [&str; 4] = ["P-try-again", "P-pass-on", "P-tell-all", "P-end-mark"];

/// How the library is built for the models, and a target folder of its own.
#[derive(Clone, Copy)]
struct Build {
    flags: &'static str,
    target: &'static str,
    /// The end of the folder's name: two mutants are built and run at a time.
    worker: &'static str,
}

const SPREAD: Build =
    Build { flags: "--cfg loom --cfg ringway_caches=\"yes\"", target: "target/loom", worker: "" };
const COMPACT: Build =
    Build { flags: "--cfg loom --cfg ringway_caches=\"no\"", target: "target/loom-compact", worker: "" };
const RANDOM: Build = Build { flags: "--cfg shuttle", target: "target/shuttle", worker: "" };

/// A mutant, and where it has to be caught.
#[derive(Clone, Copy, Debug)]
struct Mutant {
    file: &'static str,
    name: &'static str,
    is_compact: bool,
}

fn mutants() -> impl Iterator<Item = Mutant> {
    let listed = |list: &'static [(&str, &str)], is_compact| {
        list.iter().map(move |&(file, name)| Mutant { file, name, is_compact })
    };
    listed(MUTANTS, false).chain(listed(MUTANTS_COMPACT, true))
}

/// The mutants that `src/sync.rs` knows: none may be missing above.
const ORDERINGS: &str = include_str!("../../src/sync.rs");

fn main() -> ExitCode {
    let tier = env::args().nth(1).unwrap_or_else(|| "quick".into());
    let (tier, with_mutants, ignored) = match tier.as_str() {
        "quick" => (0, true, "--skip=four_threads"),
        "models" => (0, false, "--skip=four_threads"),
        "deep" => (1, true, "--include-ignored"),
        "schedules" => return if schedules() { ExitCode::SUCCESS } else { ExitCode::FAILURE },
        other => {
            eprintln!("cargo loom: `{other}` is not one of quick, deep, models, schedules");
            return ExitCode::FAILURE;
        }
    };
    for (file, bounds) in FILES {
        println!("models of {file}, at most {} preemptions:", bounds[tier]);
        if !passes(file, bounds[tier], SPREAD, ignored) {
            return ExitCode::FAILURE;
        }
    }
    for (file, bounds) in FILES.iter().filter(|(file, _)| LAID_OUT.contains(file)) {
        println!("models of {file}, laid out for microcontrollers:");
        if !passes(file, bounds[tier], COMPACT, ignored) {
            return ExitCode::FAILURE;
        }
    }
    if !with_mutants {
        return ExitCode::SUCCESS;
    }
    println!("mutants, each of which a model must catch:");
    let missing = unlisted_mutants();
    let escaped = escaped_mutants(tier);
    let all = mutants().count();
    println!("{} of {all} mutants caught", all - escaped.len());
    if !escaped.is_empty() || !missing.is_empty() {
        eprintln!("escaped: {escaped:?}; in src/sync.rs and not run: {missing:?}");
        return ExitCode::FAILURE;
    }
    if tier == 1 && !schedules() {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Those that no model catches.
fn escaped_mutants(tier: usize) -> Vec<Mutant> {
    let bound = |file| FILES.iter().find(|(name, _)| *name == file).map(|(_, bounds)| bounds[tier]);
    let left = Mutex::new(mutants());
    let next = || left.lock().expect("no panic with the lock").next();
    let work = |worker| {
        let mutants = iter::from_fn(next);
        let escaped = mutants.filter(|&Mutant { file, name, is_compact }| {
            let build = Build { worker, ..if is_compact { COMPACT } else { SPREAD } };
            !is_caught(file, name, bound(file).expect("each file has its bounds"), build)
        });
        escaped.collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let workers = ["", "-too"].map(|worker| scope.spawn(move || work(worker)));
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    })
}

/// Runs the scenarios under shuttle, then without each of the steps that they must miss.
fn schedules() -> bool {
    println!("schedules drawn at random:");
    if !passes(SCHEDULES, "0", RANDOM, "--include-ignored") {
        return false;
    }
    let caught = STEPS.iter().filter(|step| is_caught(SCHEDULES, step, "0", RANDOM)).count();
    println!("{caught} of {} missing steps caught", STEPS.len());
    caught == STEPS.len()
}

/// Runs the models of a file, and prints how many executions each took, or what went wrong.
fn passes(file: &str, bound: &str, build: Build, ignored: &str) -> bool {
    let models = cargo(None, bound, build, &["--test", file, "--", "--nocapture", ignored]);
    print!("{}", executions(&models));
    if !models.status.success() {
        eprintln!("{}{}", text(&models.stdout), text(&models.stderr));
    }
    models.status.success()
}

/// Builds with the mutant and runs the models of its file; says which of them failed.
fn is_caught(file: &str, mutant: &str, bound: &str, build: Build) -> bool {
    let built = cargo(Some(mutant), bound, build, &["--test", file, "--no-run"]);
    assert!(built.status.success(), "{mutant} does not build:\n{}", text(&built.stderr));
    let run = cargo(Some(mutant), bound, build, &["--test", file]);
    let errors = text(&run.stderr) + &text(&run.stdout);
    let mut models: Vec<&str> = errors
        .lines()
        .filter_map(|line| line.trim().strip_prefix("thread '")?.split('\'').next())
        .filter(|name| name.contains("__cap"))
        .collect();
    models.sort_unstable();
    models.dedup();
    let caught = !run.status.success() && !models.is_empty();
    println!("{} {mutant:<13} by {}", if caught { "caught " } else { "ESCAPED" }, models.join(", "));
    caught
}

/// The mutants named in the source and not listed here.
fn unlisted_mutants() -> Vec<&'static str> {
    let named = ORDERINGS.split("(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let is_listed = |name: &str| {
        mutants().any(|mutant| mutant.name == name && mutant.is_compact == name.contains("-behind-"))
    };
    named.filter(|name| name.contains('-') && !is_listed(name)).collect()
}

/// `cargo test` of this package, built for models.
fn cargo(mutant: Option<&str>, bound: &str, build: Build, args: &[&str]) -> Output {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut command = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command
        .current_dir(root)
        .args(["test", "--profile=loom", "--package=ringway-loom-tests", "--no-fail-fast"])
        .args(args)
        .env("CARGO_TARGET_DIR", format!("{}{}", build.target, build.worker))
        .env("RUSTFLAGS", build.flags)
        .env("RUST_BACKTRACE", "0")
        .env("LOOM_MAX_PREEMPTIONS", bound)
        .env_remove("RINGWAY_MUTANT");
    if let Some(mutant) = mutant {
        command.env("RINGWAY_MUTANT", mutant);
    }
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
    use super::{FILES, SCHEDULES, unlisted_mutants};
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn every_mutant_that_the_source_names_is_run() {
        assert_eq!(unlisted_mutants(), [""; 0]);
    }

    #[test]
    fn every_file_of_models_is_run() {
        let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap();
        let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
        let found: BTreeSet<_> = names.filter(|name| name != "without_flags").collect();
        let run = FILES.iter().map(|&(name, _)| name).chain([SCHEDULES]);
        assert_eq!(found, run.map(str::to_owned).collect());
    }
}
