//! What a run leaves: tables, plots, every round.

#[cfg(unix)]
pub(crate) mod bars;
pub(crate) mod csv;
pub(crate) mod machine;
pub(crate) mod markdown;
pub(crate) mod plot;
pub(crate) mod record;
pub(crate) mod results;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Writes the files of a run into its directory, or says that there is none.
pub(crate) fn keep(directory: Option<PathBuf>, write: impl FnOnce(&Path) -> io::Result<()>) -> ExitCode {
    let Some(directory) = directory else {
        println!("Nothing written: a part or a short run. `--out DIR` keeps it.");
        return ExitCode::SUCCESS;
    };
    match fs::create_dir_all(&directory).and_then(|()| write(&directory)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", directory.display());
            ExitCode::FAILURE
        }
    }
}
