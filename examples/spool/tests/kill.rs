//! The program is killed at random moments, and everything it said stays true.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::Duration;

use rand::RngExt;

const KILLS: u64 = 20;

fn spool(file: &Path, workers: u32) -> Child {
    Command::new(env!("CARGO_BIN_EXE_spool"))
        .arg("run")
        .arg(file)
        .args(["--workers", &workers.to_string(), "--work", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("spool starts")
}

/// The payload of a line: unique, and checked in full when it comes out.
fn payload(run: u64, line: usize) -> String {
    format!("run {run} line {line} {}", "x".repeat(line % 300))
}

/// Writes lines until the reader is gone.
fn feed(mut stdin: ChildStdin, run: u64) {
    for line in 0.. {
        if writeln!(stdin, "{}", payload(run, line)).is_err() {
            return;
        }
        if line % 50 == 49 {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// What the program said, in all its lives.
#[derive(Default)]
struct Said {
    stored: HashMap<u64, String>,
    taken: HashMap<u64, String>,
    completed: HashSet<u64>,
    /// Records that were taken more than once, as they were not completed.
    again: usize,
}

impl Said {
    /// Reads all that one life of the program said, and checks it against what former ones did; what it took.
    fn read(&mut self, output: impl BufRead, run: u64) -> HashSet<u64> {
        let (mut stored, mut taken) = (0, HashSet::new());
        for line in output.split(b'\n') {
            let line = String::from_utf8(line.unwrap()).unwrap();
            let Some((what, rest)) = line.split_once(' ') else { panic!("{line:?}") };
            let (id, text) = rest.split_once(' ').unwrap_or((rest, ""));
            let id: u64 = id.parse().unwrap();
            match what {
                "stored" => {
                    // Receipts are printed in the order of the lines.
                    let before = self.stored.insert(id, payload(run, stored));
                    assert_eq!(before, None, "number {id} was used twice");
                    stored += 1;
                }
                "taken" => {
                    assert!(!self.completed.contains(&id), "{id} was completed and came again");
                    assert!(taken.insert(id), "{id} was handed out twice in one life");
                    if let Some(before) = self.taken.insert(id, text.into()) {
                        assert_eq!(before, text, "{id} changed");
                        self.again += 1;
                    }
                }
                "completed" => assert!(self.completed.insert(id), "{id} was completed twice"),
                _ => panic!("{line:?}"),
            }
        }
        taken
    }
}

#[test]
fn killed_twenty_times_it_keeps_what_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("spool");
    let mut said = Said::default();

    for run in 0..KILLS {
        let mut child = spool(&file, 16);
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let feeder = thread::spawn(move || feed(stdin, run));
        let moment = Duration::from_millis(rand::rng().random_range(0..250));
        let killer = thread::spawn(move || {
            thread::sleep(moment);
            child.kill().unwrap(); // SIGKILL
            child.wait().unwrap();
        });
        said.read(whole_lines(stdout), run);
        killer.join().unwrap();
        feeder.join().unwrap();
    }
    println!(
        "{KILLS} kills: {} acknowledged, {} completed, {} taken again",
        said.stored.len(),
        said.completed.len(),
        said.again
    );
    assert!(said.stored.len() > 500, "it had time to store something");
    assert!(!said.completed.is_empty(), "it had time to complete something");

    // The last life is not cut short: it has no more input, and works off everything.
    let mut child = spool(&file, 64);
    drop(child.stdin.take());
    let taken = said.read(BufReader::new(child.stdout.take().unwrap()), KILLS);
    assert!(child.wait().unwrap().success());
    assert!(said.again > 0, "some were taken and not completed when it was killed");
    for (id, payload) in &said.stored {
        assert_eq!(said.taken.get(id), Some(payload), "{id} was acknowledged and is lost");
    }
    assert!(taken.is_subset(&said.completed), "it ended, so all that it took is completed");

    let mut child = spool(&file, 1);
    drop(child.stdin.take());
    let nothing = child.wait_with_output().unwrap();
    assert!(nothing.status.success() && nothing.stdout.is_empty(), "{nothing:?}");
}

/// All lines that were written to the end; the kill may have cut the last one.
fn whole_lines(mut output: impl std::io::Read) -> impl BufRead {
    let mut bytes = Vec::new();
    output.read_to_end(&mut bytes).unwrap();
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    bytes.truncate(end);
    std::io::Cursor::new(bytes)
}
