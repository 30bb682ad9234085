//! The applications in `apps/`: each checks its own results, prints what it did, and ends with 0.

use crate::boards::{BOARDS, Board};
use crate::tally::Tally;
use crate::toolchain::{Build, Toolchain};
use anyhow::{Context, Result};

const APPS: [&str; 4] = ["app-embassy", "app-rtic", "app-dma", "app-frames"];
/// The core that they are for.
const CORE: &str = "Cortex-M3";

pub(crate) fn check(toolchain: Toolchain, tally: &mut Tally) -> Result<()> {
    let board = BOARDS.iter().find(|board| board.core == CORE).context("no such core")?;
    for package in APPS {
        match run(toolchain, board, package)? {
            Ok(printed) if printed.trim().is_empty() => tally.note(package, &["it printed nothing".into()]),
            Ok(printed) => tally.note(&format!("{package}: {}", printed.trim()), &[]),
            Err(message) => tally.note(package, &[message]),
        }
    }
    Ok(())
}

fn run(toolchain: Toolchain, board: &Board, package: &str) -> Result<Result<String, String>> {
    let build = Build { target: board.target, package, program: package, ..Build::default() };
    match toolchain.build(build)? {
        Ok(image) => board.run(&image, &[]),
        Err(message) => Ok(Err(message)),
    }
}
