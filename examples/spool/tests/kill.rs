//! The program is killed at random moments, and everything it said stays true. A moment is chosen
//! by the lines printed until then, not by time, so each run makes progress on a slow machine too.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::Duration;

use rand::RngExt;

const KILLS: u64 = 20;

fn spool(file: &Path, workers: u32, work: u64) -> Child {
    Command::new(env!("CARGO_BIN_EXE_spool"))
        .arg("run")
        .arg(file)
        .args(["--workers", &workers.to_string(), "--work", &work.to_string()])
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

/// What it said in one life.
#[derive(Default)]
struct Life {
    stored: usize,
    taken: HashSet<u64>,
    completed: usize,
}

impl Said {
    /// Reads all that one life of the program said, and checks it against what former ones did.
    /// `after_each` looks on.
    fn read(&mut self, mut output: impl BufRead, run: u64, mut after_each: impl FnMut(&Life)) -> Life {
        let mut life = Life::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            output.read_until(b'\n', &mut line).unwrap();
            // The kill may have cut the last one.
            let Some(whole) = line.strip_suffix(b"\n") else { return life };
            self.note(std::str::from_utf8(whole).unwrap(), run, &mut life);
            after_each(&life);
        }
    }

    fn note(&mut self, line: &str, run: u64, life: &mut Life) {
        let Some((what, rest)) = line.split_once(' ') else { panic!("{line:?}") };
        let (id, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let id: u64 = id.parse().unwrap();
        match what {
            "stored" => {
                // Receipts are printed in the order of the lines.
                let before = self.stored.insert(id, payload(run, life.stored));
                assert_eq!(before, None, "number {id} was used twice");
                life.stored += 1;
            }
            "taken" => {
                assert!(!self.completed.contains(&id), "{id} was completed and came again");
                assert!(life.taken.insert(id), "{id} was handed out twice in one life");
                if let Some(before) = self.taken.insert(id, text.into()) {
                    assert_eq!(before, text, "{id} changed");
                    self.again += 1;
                }
            }
            "completed" => {
                assert!(self.completed.insert(id), "{id} was completed twice");
                life.completed += 1;
            }
            _ => panic!("{line:?}"),
        }
    }
}

#[test]
fn killed_twenty_times_it_keeps_what_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("spool");
    let mut said = Said::default();

    for run in 0..KILLS {
        // In the last of these runs no record is completed.
        let is_idle = run == KILLS - 1;
        let mut child = spool(&file, 16, if is_idle { 3_600_000 } else { 1 });
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let feeder = thread::spawn(move || feed(stdin, run));
        let mut random = rand::rng();
        let goal = (random.random_range(25..150), if is_idle { 0 } else { random.random_range(1..50) });
        let mut is_killed = false;
        said.read(BufReader::new(stdout), run, |life| {
            let is_there = life.stored >= goal.0 && life.completed >= goal.1 && !life.taken.is_empty();
            if is_there && !is_killed {
                child.kill().unwrap(); // SIGKILL
                is_killed = true;
            }
        });
        assert!(is_killed, "it ended by itself");
        child.wait().unwrap();
        feeder.join().unwrap();
    }
    println!(
        "{KILLS} kills: {} acknowledged, {} completed, {} taken again",
        said.stored.len(),
        said.completed.len(),
        said.again
    );

    // The last life is not cut short: it has no more input, and works off everything.
    let mut child = spool(&file, 64, 1);
    drop(child.stdin.take());
    let last = said.read(BufReader::new(child.stdout.take().unwrap()), KILLS, |_| {});
    assert!(child.wait().unwrap().success());
    assert!(said.again > 0, "some were taken and not completed when it was killed");
    for (id, payload) in &said.stored {
        assert_eq!(said.taken.get(id), Some(payload), "{id} was acknowledged and is lost");
    }
    assert!(last.taken.is_subset(&said.completed), "it ended, so all that it took is completed");

    let mut child = spool(&file, 1, 1);
    drop(child.stdin.take());
    let nothing = child.wait_with_output().unwrap();
    assert!(nothing.status.success() && nothing.stdout.is_empty(), "{nothing:?}");
}
