//! The output: digests on standard output, failures and progress on standard error.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::hash::Digest;
use crate::pipeline::Outcome;
use crate::stats::Meter;

/// Bytes of whole lines that are kept back for one write, while more of them are coming.
const BUFFER: usize = 64 * 1024;

/// Collects whole lines and writes only these, so that an interrupted run never ends within one.
pub(crate) struct Output {
    lines: Vec<u8>,
    stdout_is_terminal: bool,
    progress: ProgressBar,
    failures: u64,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            lines: Vec::with_capacity(BUFFER),
            stdout_is_terminal: io::stdout().is_terminal(),
            progress: progress_bar(),
            failures: 0,
        }
    }

    /// Prints the line of `outcome`, or says on standard error why there is none.
    pub(crate) fn write(&mut self, outcome: &Outcome) -> io::Result<()> {
        match &outcome.digest {
            Ok(digest) => push_line(&mut self.lines, digest, &outcome.name),
            Err(error) => {
                self.failures += 1;
                self.progress.suspend(|| complain_about(&outcome.name, error));
            }
        }
        if self.lines.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let write = || {
            let mut stdout = io::stdout().lock();
            stdout.write_all(&self.lines)?;
            stdout.flush()
        };
        // On one terminal the bar has to make way for the lines.
        let written = if self.stdout_is_terminal { self.progress.suspend(write) } else { write() };
        self.lines.clear();
        written
    }

    pub(crate) fn show_progress(&self, meter: &Meter) {
        self.progress.set_position(meter.bytes());
        self.progress.set_message(format!("{} files", meter.files()));
    }

    /// Takes the progress bar away.
    pub(crate) fn end_progress(&self) {
        self.progress.finish_and_clear();
    }

    pub(crate) fn failures(&self) -> u64 {
        self.failures
    }
}

fn progress_bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    // No total: the walk is not ahead of the hashing by much.
    let style =
        ProgressStyle::with_template("{spinner} {elapsed}  {msg}  {binary_bytes}  {binary_bytes_per_sec}");
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// Reports an error on standard error, or not at all if that is closed too.
pub(crate) fn complain(what: impl AsRef<[u8]>, error: &dyn Error) {
    let mut text = b"checksum: ".to_vec();
    text.extend_from_slice(what.as_ref());
    text.extend_from_slice(format!(": {}\n", reason(error)).as_bytes());
    let _ = io::stderr().write_all(&text);
}

fn complain_about(name: &Path, error: &dyn Error) {
    let mut escaped = Vec::new();
    push_escaped(&mut escaped, name.as_os_str().as_encoded_bytes());
    complain(escaped, error);
}

/// The words of an error without the number that Rust adds to those of the operating system.
fn reason(error: &dyn Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Appends the line that `sha256sum` prints: digest, two spaces, name. Names that would break the
/// line are escaped, and a backslash in front of the digest says so.
fn push_line(lines: &mut Vec<u8>, digest: &Digest, name: &Path) {
    let name = name.as_os_str().as_encoded_bytes();
    if name.iter().any(|&byte| escape_of(byte).is_some()) {
        lines.push(b'\\');
    }
    push_hex(lines, digest);
    lines.extend_from_slice(b"  ");
    push_escaped(lines, name);
    lines.push(b'\n');
}

fn push_hex(lines: &mut Vec<u8>, digest: &Digest) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in digest {
        lines.push(DIGITS[usize::from(byte >> 4)]);
        lines.push(DIGITS[usize::from(byte & 15)]);
    }
}

fn push_escaped(text: &mut Vec<u8>, name: &[u8]) {
    for &byte in name {
        match escape_of(byte) {
            Some(escape) => text.extend_from_slice(escape),
            None => text.push(byte),
        }
    }
}

fn escape_of(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'\\' => Some(b"\\\\"),
        b'\n' => Some(b"\\n"),
        b'\r' => Some(b"\\r"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str) -> String {
        let mut lines = Vec::new();
        push_line(&mut lines, &[0x0f; 32], Path::new(name));
        String::from_utf8(lines).unwrap()
    }

    #[test]
    fn a_line_is_digest_two_spaces_name() {
        assert_eq!(line("a b"), format!("{}  a b\n", "0f".repeat(32)));
    }

    #[test]
    fn names_that_break_lines_are_escaped_and_marked() {
        assert_eq!(line("a\\b\nc\rd"), format!("\\{}  a\\\\b\\nc\\rd\n", "0f".repeat(32)));
    }

    #[test]
    fn a_reason_is_words_without_a_number() {
        assert_eq!(reason(&io::Error::from_raw_os_error(2)), "No such file or directory");
        assert_eq!(reason(&io::Error::other("plain")), "plain");
    }
}
