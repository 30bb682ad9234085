//! Runs the loom models, then every mutant: each weakens one ordering, and a model must fail on it.
//!
//! * `cargo loom`: at most 2 preemptions, about two minutes.
//! * `cargo loom deep`: at most 3, and the models that are too large for every day.
//! * `cargo loom models`: the models alone, without the mutants.

use std::env;
use std::process::{Command, ExitCode, Output};

/// Every ordering that `src/sync.rs` names, by the file of the models that must catch its weakening.
const MUTANTS: &[(&str, &str)] = &[
    ("mpmc", "E1-link"),
    ("mpmc", "E1-walk"),
    ("mpmc", "E1-see"),
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
];

/// The mutants that `src/sync.rs` knows: none may be missing above.
const ORDERINGS: &str = include_str!("../../src/sync.rs");

fn main() -> ExitCode {
    let tier = env::args().nth(1).unwrap_or_else(|| "quick".into());
    let (bound, ignored) = match tier.as_str() {
        "quick" | "models" => ("2", "--skip=four_threads"),
        "deep" => ("3", "--include-ignored"),
        other => {
            eprintln!("cargo loom: `{other}` is not one of quick, deep, models");
            return ExitCode::FAILURE;
        }
    };
    println!("models, at most {bound} preemptions:");
    let models = cargo(None, bound, &["--tests", "--", "--nocapture", ignored]);
    print!("{}", executions(&models));
    if !models.status.success() {
        eprintln!("{}{}", text(&models.stdout), text(&models.stderr));
        return ExitCode::FAILURE;
    }
    if tier == "models" {
        return ExitCode::SUCCESS;
    }
    println!("mutants, each of which a model must catch:");
    let missing = unlisted_mutants();
    let escaped: Vec<&str> =
        MUTANTS.iter().filter(|(file, name)| !is_caught(file, name, bound)).map(|(_, name)| *name).collect();
    let caught = MUTANTS.len() - escaped.len();
    println!("{caught} of {} mutants caught", MUTANTS.len());
    if escaped.is_empty() && missing.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("escaped: {escaped:?}; in src/sync.rs and not run: {missing:?}");
    ExitCode::FAILURE
}

/// Builds with the mutant and runs the models of its file; says which of them failed.
fn is_caught(file: &str, mutant: &str, bound: &str) -> bool {
    let built = cargo(Some(mutant), bound, &["--test", file, "--no-run"]);
    assert!(built.status.success(), "{mutant} does not build:\n{}", text(&built.stderr));
    let run = cargo(Some(mutant), bound, &["--test", file]);
    let errors = text(&run.stderr) + &text(&run.stdout);
    let mut models: Vec<&str> = errors
        .lines()
        .filter_map(|line| line.trim().strip_prefix("thread '")?.split('\'').next())
        .filter(|name| name.contains("__cap"))
        .collect();
    models.sort_unstable();
    models.dedup();
    let caught = !run.status.success() && !models.is_empty();
    println!("{} {mutant:<10} by {}", if caught { "caught " } else { "ESCAPED" }, models.join(", "));
    caught
}

/// The mutants named in the source and not listed here.
fn unlisted_mutants() -> Vec<&'static str> {
    let named = ORDERINGS.split("(\"").skip(1).filter_map(|rest| rest.split('"').next());
    named.filter(|name| name.contains('-') && !MUTANTS.iter().any(|(_, listed)| listed == name)).collect()
}

/// `cargo test` of this package under loom, in a target folder of its own.
fn cargo(mutant: Option<&str>, bound: &str, args: &[&str]) -> Output {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut command = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command
        .current_dir(root)
        .args(["test", "--profile=loom", "--package=ringway-loom-tests", "--no-fail-fast"])
        .args(args)
        .env("CARGO_TARGET_DIR", "target/loom")
        .env("RUSTFLAGS", "--cfg loom")
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
