//! How the examples begin and end: arguments, output that may fail, the exit status.
//!
//! `println!` panics if standard output is a full disk, or a pipe whose reader has left, and so
//! does `eprintln!`. Here the first is an error like any other, said in one line, and the second
//! ends a program without a word, as the signal SIGPIPE would: [`say`] returns what [`main`] makes
//! an exit status of.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use thiserror::Error;

mod printable;
pub mod testing;

pub use self::printable::printable;

/// The exit status that a shell reports for SIGPIPE.
pub const READER_GONE: u8 = 141;

/// Standard output could not be written.
#[derive(Debug, Error)]
#[error("standard output")]
pub struct OutputError(#[from] io::Error);

impl OutputError {
    fn is_reader_gone(&self) -> bool {
        self.0.kind() == ErrorKind::BrokenPipe
    }
}

/// Writes a line to standard output, or several: as a whole, whatever other threads write.
pub fn say(line: impl Display) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// Writes a line to standard error. If that cannot be written either, there is no place left to say
/// so.
pub fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// The body of `main`: runs `body` with the arguments, and reports its error.
///
/// The exit status is that of `body`, 1 after an error, 2 if the arguments are wrong,
/// [`READER_GONE`] if the reader of standard output has left.
pub fn main<C: Parser>(body: impl FnOnce(C) -> anyhow::Result<ExitCode>) -> ExitCode {
    match arguments::<C>() {
        Ok(arguments) => finish(C::command().get_name(), body(arguments)),
        Err(status) => status,
    }
}

/// The arguments. If they are wrong or ask for help, that is said, and what is left is an exit
/// status.
pub fn arguments<C: Parser>() -> Result<C, ExitCode> {
    C::try_parse().map_err(|error| {
        let status = ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(u8::MAX));
        let printed = error.print().and_then(|()| io::stdout().flush());
        match printed {
            Err(error) if status == ExitCode::SUCCESS => {
                finish(C::command().get_name(), Err(OutputError(error).into()))
            }
            _ => status,
        }
    })
}

/// The longest that an error says.
const LONGEST_ERROR: usize = 16 * 1024;

/// The exit status of a program of this name; an error is said in one line, whatever is in it.
pub fn finish(program: &str, result: anyhow::Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        if error.downcast_ref().is_some_and(OutputError::is_reader_gone) {
            return ExitCode::from(READER_GONE);
        }
        let error = format!("{error:#}");
        complain(format_args!("{program}: {}", printable(error.as_bytes(), LONGEST_ERROR)));
        ExitCode::FAILURE
    })
}
