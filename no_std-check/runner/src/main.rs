//! Builds the images, looks into them, runs the firmware under QEMU, and writes the tables.
//!
//! * [`toolchain`]: cargo for a target, from rustup or from Debian's packages
//! * [`image`]: what a linked image holds, and which function reaches which
//! * [`matrix`]: every target with every feature
//! * [`boards`]: the boards that QEMU plays
//! * [`measure`]: instructions, code size, RAM
//! * [`sweep`]: an interrupt at every instruction
//! * [`cores`]: two real cores
//! * [`apps`]: the applications
//! * [`tally`]: what passed and what failed

mod apps;
mod boards;
mod cores;
mod image;
mod matrix;
mod measure;
mod sweep;
mod tally;
mod toolchain;

use anyhow::{Result, bail};
use std::process::ExitCode;
use tally::Tally;
use toolchain::Toolchain;

/// The parts, in their order.
const PARTS: [&str; 5] = ["matrix", "measure", "sweep", "cores", "apps"];

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let toolchain = match arguments.next().as_deref() {
        Some("rustup") => Toolchain::Rustup,
        Some("build-std") => Toolchain::BuildStd,
        other => bail!("expected rustup or build-std, not {other:?}"),
    };
    let (options, parts): (Vec<_>, Vec<_>) = arguments.partition(|argument| argument.starts_with('-'));
    if let Some(unknown) = options.iter().find(|&option| option != "--quick") {
        bail!("expected --quick, not {unknown}");
    }
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("expected one of {PARTS:?}, not {unknown}");
    }
    let mut tally = Tally::default();
    for part in
        PARTS.into_iter().filter(|&part| parts.is_empty() || parts.iter().any(|wanted| wanted == part))
    {
        check(part, toolchain, !options.is_empty(), &mut tally)?;
    }
    Ok(tally.finish())
}

fn check(part: &str, toolchain: Toolchain, quick: bool, tally: &mut Tally) -> Result<()> {
    match part {
        "matrix" => matrix::check(toolchain, quick, tally),
        "measure" => measure::check(toolchain, tally),
        "sweep" => sweep::check(toolchain, quick, tally),
        "cores" => cores::check(toolchain, tally),
        "apps" => apps::check(toolchain, tally),
        _ => unreachable!("among the parts"),
    }
}
