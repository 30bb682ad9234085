//! What the figures were taken on, and of which code.

use std::fs;
use std::process::Command;
use std::thread;

/// One line: processor, cores, compiler.
pub(crate) fn description() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores, {}", processor(), compiler())
}

/// The version of ringway, and the commit: marked as dirty if files other than results differ.
pub(crate) fn version() -> String {
    let commit = output("git", &["describe", "--always", "--exclude", "*"]).map(|commit| {
        let changes = output("git", &["status", "--porcelain", "--", ":/", ":(exclude,top)benches/results"]);
        if changes.is_some_and(|changes| !changes.is_empty()) { format!("{commit}-dirty") } else { commit }
    });
    let version = env!("CARGO_PKG_VERSION");
    commit.map_or_else(|| format!("ringway {version}"), |commit| format!("ringway {version} at {commit}"))
}

/// Year, month and day.
pub(crate) fn date() -> String {
    output("date", &["-u", "+%F"]).unwrap_or_else(|| "date unknown".into())
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    info.lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or_else(|| std::env::consts::ARCH.into(), |(_, name)| name.into())
}

fn compiler() -> String {
    output("rustc", &["--version"]).unwrap_or_else(|| "rustc unknown".into())
}

/// What a program prints, unless it fails.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
