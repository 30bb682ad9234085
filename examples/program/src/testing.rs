//! What the tests of every example check: output that fails.

use std::fs::File;
use std::io;
use std::process::{Output, Stdio};

use crate::READER_GONE;

/// A disk that is full; none where there is no such device.
pub fn full_disk() -> Option<Stdio> {
    File::options().write(true).open("/dev/full").ok().map(Stdio::from)
}

/// A pipe whose reader has left.
pub fn reader_gone() -> Stdio {
    let (reader, writer) = io::pipe().expect("a pipe can be made");
    drop(reader);
    Stdio::from(writer)
}

/// Checks that a program that writes to standard output says in one line that the disk is full, and
/// ends without a word if its reader has left. `run` runs it with the standard output that it gets;
/// what the program says besides is left out by `is_other`.
pub fn check_failing_output(program: &str, is_other: fn(&str) -> bool, run: impl Fn(Stdio) -> Output) {
    let said = |output: &Output| -> String {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        text.split_inclusive('\n').filter(|line| !is_other(line)).collect()
    };
    if let Some(full) = full_disk() {
        let output = run(full);
        let line = format!("{program}: standard output: No space left on device (os error 28)\n");
        assert_eq!((output.status.code(), said(&output)), (Some(1), line), "a full disk");
    }
    let output = run(reader_gone());
    let silence = String::new();
    assert_eq!(
        (output.status.code(), said(&output)),
        (Some(READER_GONE.into()), silence),
        "a reader that left"
    );
}
