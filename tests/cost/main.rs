//! A queue that is not metered costs the same whether the feature `metrics` is compiled in or not:
//! the compiler writes the same instructions, one by one. That the comparison sees a difference is
//! shown on the same program with metered queues.
#![cfg(feature = "metrics")]

#[path = "../support/library.rs"]
mod library;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The library, optimised, with and without features.
fn build_library(features: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cost-{features}"));
    library::build(features, "release", &target)
}

/// The instructions of every function of a program, with names that do not depend on the build.
fn instructions(library: &Path, program: &str) -> BTreeMap<String, Vec<String>> {
    let output = library.join(program).with_extension("s");
    let compiled = library::rustc(library)
        .args(["--crate-type=lib", "--emit=asm", "-Copt-level=3", "-Ccodegen-units=1"])
        .arg("-o")
        .arg(&output)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cost").join(program))
        .status();
    assert!(compiled.expect("rustc runs").success(), "{program} compiles");
    let text = std::fs::read_to_string(output).expect("rustc wrote it");
    let mut functions = BTreeMap::<String, Vec<String>>::new();
    let mut function = String::new();
    for line in text.lines() {
        match line.strip_suffix(':') {
            Some(label) if !label.starts_with('.') => function = without_hashes(label),
            _ if line.starts_with('\t') && !line.trim_start().starts_with(['.', '#']) => {
                functions.entry(function.clone()).or_default().push(without_hashes(line.trim()));
            }
            _ => {}
        }
    }
    functions
}

/// Cuts what differs between two builds out of mangled names: `17h` with 16 digits, or a crate's
/// `Cs…_`.
fn without_hashes(line: &str) -> String {
    let mut words = line.split("17h");
    let mut plain = words.next().unwrap_or_default().to_owned();
    for word in words {
        let is_hash = word.len() >= 16 && word.as_bytes()[..16].iter().all(u8::is_ascii_hexdigit);
        plain += if is_hash { &word[16..] } else { word };
    }
    plain
}

const FUNCTIONS: [&str; 4] = ["mpmc_push", "mpmc_pop", "spsc_push", "spsc_pop"];

#[test]
fn a_bare_queue_has_the_same_instructions_with_and_without_metrics() {
    let (with, without) = (build_library("metrics"), build_library("default"));
    let (off, on) = (instructions(&without, "bare.rs"), instructions(&with, "bare.rs"));
    let metered = instructions(&with, "metered.rs");
    for function in FUNCTIONS {
        println!(
            "{function}: {} and {} instructions, {} metered",
            off[function].len(),
            on[function].len(),
            metered[function].len()
        );
        assert!(metered[function].len() > on[function].len() + 5, "{function}: metering is seen");
    }
    assert_eq!(off, on);
}
