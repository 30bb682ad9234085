//! Cargo for a target without an operating system.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Toolchain {
    /// The targets are installed: `rustup target list --installed`.
    Rustup,
    /// Debian's packages rustc-web, cargo-web and rust-web-src: the library is built from source.
    BuildStd,
}

/// A program of this workspace, for a target.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Build<'a> {
    pub(crate) target: &'a str,
    pub(crate) package: &'a str,
    pub(crate) program: &'a str,
    pub(crate) features: &'a str,
    /// With `--cfg ringway_single_core`: all users of the queues are on one core.
    pub(crate) single_core: bool,
}

impl Toolchain {
    /// Builds an image: where it is until the next build of the same program, or what cargo said.
    pub(crate) fn build(self, build: Build<'_>) -> Result<Result<PathBuf, String>> {
        let mut cargo = self.cargo(build.target);
        cargo.args(["build", "--quiet", "--release", "--target", build.target]);
        cargo.args(["--package", build.package, "--bin", build.program, "--features", build.features]);
        if build.single_core {
            cargo.env("RUSTFLAGS", "--cfg ringway_single_core");
        }
        let output = cargo.output().context("cannot run cargo")?;
        if !output.status.success() {
            return Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        Ok(Ok(target_folder().join(build.target).join("release").join(build.program)))
    }

    fn cargo(self, target: &str) -> Command {
        match self {
            Self::Rustup => Command::new("cargo"),
            Self::BuildStd => {
                let mut cargo = Command::new("/usr/bin/cargo");
                let linker =
                    format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace(['-', '.'], "_"));
                cargo.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1").env(linker, "ld.lld");
                cargo.arg("-Zbuild-std=core,alloc");
                cargo
            }
        }
    }
}

/// The folder `no_std-check`, where this program runs.
pub(crate) fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the workspace")
}

fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| home().join("target"), PathBuf::from)
}
