//! The library as a program sees it, for tests that compile programs.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the library with features into a target folder of its own, and says where it is.
pub(crate) fn build(features: &str, profile: &str, target: &Path) -> PathBuf {
    let built = Command::new(env!("CARGO"))
        // No other package: that of the benchmarks has a library too.
        .args(["build", "--quiet", "--offline", "--package=ringway", "--lib"])
        .args(["--features", features, "--profile", profile])
        .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), "--target-dir"])
        .arg(target)
        // This build is to be a plain one, whatever is special about the one around it.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .status();
    assert!(built.expect("cargo runs").success(), "the library builds");
    target.join(if profile == "dev" { "debug" } else { profile })
}

/// `rustc` for a program with that library.
pub(crate) fn rustc(library: &Path) -> Command {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc
        .arg("--edition=2024")
        .arg(format!("--extern=ringway={}", library.join("libringway.rlib").display()))
        .arg(format!("-Ldependency={}", library.join("deps").display()));
    rustc
}
