//! Features are additive: a crate that compiles with the features that it asks for compiles with
//! those that the other crates of its program add, and its types are the same. Cargo builds the
//! library once, with the features of all.

#[path = "../support/library.rs"]
mod library;

use std::path::{Path, PathBuf};

const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/features");

/// From no feature to all.
const SETS: [&str; 5] = [
    "default",
    "async,critical-section",
    "alloc,async,critical-section",
    "alloc,async,std",
    "alloc,async,critical-section,defmt,embedded-io-07,futures,loom,metrics,portable-atomic,shuttle,std",
];

/// The crates of `tests/features`, and the features that each asks for.
const CRATES: [(&str, &str); 3] =
    [("queues.rs", "default"), ("driver.rs", "async,critical-section"), ("service.rs", "alloc,async,std")];

fn includes(set: &str, asked: &str) -> bool {
    asked == "default" || asked.split(',').all(|feature| set.split(',').any(|other| other == feature))
}

/// The library with these features; the next call builds it anew at the same place.
fn build(set: &str) -> PathBuf {
    library::build(set, "dev", Path::new(TARGET))
}

/// Compiles a crate; gives the errors back.
fn compile(library: &Path, name: &str, more: &[&str]) -> Result<(), String> {
    let output = library::rustc(library)
        .args(["--crate-type=lib", "--emit=link", "--error-format=human"])
        .args(more)
        .arg(format!("--out-dir={TARGET}"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features").join(name))
        .output()
        .expect("rustc runs");
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(messages) }
}

/// One test, as all builds have one place.
#[test]
fn what_compiles_alone_compiles_with_the_features_of_others() {
    for set in SETS {
        let library = build(set);
        for (name, _) in CRATES.into_iter().filter(|(_, asked)| includes(set, asked)) {
            compile(&library, name, &[]).unwrap_or_else(|errors| panic!("{name} with {set}:\n{errors}"));
        }
        if includes(set, "async") {
            let compiled = compile(&library, "unnamed_lock.rs", &[]);
            check_unnamed_lock(set, compiled);
        }
        if includes(set, "async,critical-section,std") {
            compile_program_of_both(&library);
        }
    }
}

/// Only `std` gives channels a default lock: no other feature will do.
fn check_unnamed_lock(set: &str, compiled: Result<(), String>) {
    match compiled {
        Ok(()) => assert!(includes(set, "std"), "a channel without a lock compiles with {set}"),
        Err(errors) => {
            let advises = errors.contains("must name the lock of its waiters");
            assert!(!includes(set, "std") && advises, "with {set}:\n{errors}");
        }
    }
}

/// The two crates were compiled with the features of both, as Cargo does it.
fn compile_program_of_both(library: &Path) {
    let externs = ["driver", "service"].map(|name| format!("--extern={name}={TARGET}/lib{name}.rlib"));
    let more = [&externs[0], &externs[1]].map(String::as_str);
    compile(library, "program.rs", &more).unwrap_or_else(|errors| panic!("program.rs:\n{errors}"));
}
