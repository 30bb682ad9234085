//! The rings around the writer: order, limits, ends.

use std::collections::HashSet;
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use ringway::channel::RecvError;
use spool::spool::{Options, Spool, Why};
use tempfile::TempDir;

fn open(options: Options) -> (TempDir, Spool) {
    let directory = tempfile::tempdir().unwrap();
    let spool = Spool::open(&directory.path().join("spool"), options).unwrap();
    (directory, spool)
}

#[test]
fn records_come_in_the_order_of_their_numbers() {
    let (_directory, spool) = open(Options::default());
    let receipts: Vec<_> = (0..100).map(|number| spool.store(vec![number]).unwrap()).collect();
    let ids: Vec<_> = receipts.into_iter().map(|receipt| receipt.recv_blocking().unwrap()).collect();
    assert_eq!(ids, (1..=100).collect::<Vec<_>>());
    for number in 0..100 {
        let record = spool.next().unwrap();
        assert_eq!((record.id, record.payload), (u64::from(number) + 1, vec![number]));
    }
    spool.close().unwrap();
}

#[test]
fn a_receipt_is_a_future_too() {
    let (_directory, spool) = open(Options::default());
    assert_eq!(pollster::block_on(spool.store(b"x".into()).unwrap()), Ok(1));
    assert_eq!(pollster::block_on(spool.complete(1)), Ok(1));
    spool.close().unwrap();
}

#[test]
fn what_is_not_completed_comes_again_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("spool");
    let spool = Spool::open(&file, Options::default()).unwrap();
    let receipts: Vec<_> = (0..4).map(|number| spool.store(vec![number]).unwrap()).collect();
    assert!(receipts.into_iter().all(|receipt| receipt.recv_blocking().is_ok()));
    for _ in 0..3 {
        let id = spool.next().unwrap().id;
        if id != 2 {
            spool.complete(id).recv_blocking().unwrap();
        }
    }
    spool.close().unwrap();

    let spool = Spool::open(&file, Options::default()).unwrap();
    assert_eq!(spool.backlog(), 2);
    spool.end_of_input();
    let again: Vec<_> = std::iter::from_fn(|| spool.next()).map(|record| record.id).collect();
    assert_eq!(again, [2, 4]);
    spool.close().unwrap();
}

#[test]
fn payloads_and_backlog_have_limits() {
    let (_directory, spool) = open(Options { longest: 3, backlog: 2, ..Options::default() });
    assert_eq!(spool.store(vec![0; 4]).unwrap_err().why, Why::TooLong);
    spool.store(vec![0; 3]).unwrap().recv_blocking().unwrap();
    let second = spool.store(vec![1; 3]).unwrap().recv_blocking().unwrap();
    let rejected = spool.store(vec![2; 3]).unwrap_err();
    assert_eq!((rejected.why, rejected.payload), (Why::Backlog, vec![2; 3]));
    spool.complete(second).recv_blocking().unwrap();
    assert!(spool.store(vec![3; 3]).is_ok());
    spool.close().unwrap();
}

/// For any number of producers, and however slow the disk is.
#[test]
fn the_backlog_is_never_larger_than_allowed() {
    const LIMIT: u64 = 10;
    let (_directory, spool) = open(Options { backlog: LIMIT, batch: 1, ..Options::default() });
    let receipts: Vec<_> = thread::scope(|scope| {
        let producers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let receipt = |_| match spool.try_store(b"x".into()) {
                        Ok(receipt) => Some(receipt),
                        Err(rejected) => {
                            assert_eq!(rejected.why, Why::Backlog);
                            None
                        }
                    };
                    (0..20).filter_map(receipt).collect::<Vec<_>>()
                })
            })
            .collect();
        producers.into_iter().flat_map(|producer| producer.join().unwrap()).collect()
    });
    assert_eq!((receipts.len() as u64, spool.backlog()), (LIMIT, LIMIT));
    let ids: Vec<_> = receipts.into_iter().map(|receipt| receipt.recv_blocking().unwrap()).collect();

    // Only a record that was there gives a place back, and only once.
    for id in [ids[0], ids[0], ids[1], 1000] {
        spool.complete(id).recv_blocking().unwrap();
    }
    assert_eq!(spool.backlog(), LIMIT - 2);
    let outcomes = [(); 5].map(|()| spool.try_store(b"x".into()).is_ok());
    assert_eq!(outcomes, [true, true, false, false, false]);
    spool.close().unwrap();
}

#[test]
fn a_record_that_finds_no_room_in_the_ring_takes_no_place() {
    let (_directory, spool) = open(Options { capacity: 1, backlog: 100, ..Options::default() });
    let outcomes: Vec<_> = (0..1000).map(|_| spool.try_store(b"x".into())).collect();
    let accepted = outcomes.iter().filter(|outcome| outcome.is_ok()).count() as u64;
    assert_eq!(spool.backlog(), accepted);
    assert!(accepted <= 100);
    spool.close().unwrap();
}

#[test]
fn closing_writes_what_was_accepted() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("spool");
    let spool = Spool::open(&file, Options::default()).unwrap();
    let receipts: Vec<_> = (0..500).map(|_| spool.store(b"x".into()).unwrap()).collect();
    spool.close().unwrap();
    assert!(receipts.into_iter().all(|receipt| receipt.recv_blocking().is_ok()));
    assert_eq!(Spool::open(&file, Options::default()).unwrap().backlog(), 500);
}

#[test]
fn many_producers_get_numbers_of_their_own() {
    let (_directory, spool) = open(Options::default());
    let ids: HashSet<_> = thread::scope(|scope| {
        let producers = (0..32).map(|_| {
            scope.spawn(|| {
                (0..20).map(|_| spool.store(b"x".into()).unwrap().recv_blocking().unwrap()).collect()
            })
        });
        let producers: Vec<_> = producers.collect();
        producers.into_iter().flat_map(|producer| -> Vec<u64> { producer.join().unwrap() }).collect()
    });
    assert_eq!(ids.len(), 32 * 20, "each has a number of its own");
    spool.close().unwrap();
}

#[test]
fn a_receipt_of_a_spool_that_is_dropped_is_an_answer_or_an_error() {
    let (_directory, spool) = open(Options::default());
    let receipt = spool.store(b"x".into()).unwrap();
    drop(spool);
    assert!(matches!(receipt.recv_blocking(), Ok(1) | Err(RecvError)));
}

#[test]
fn bench_prints_a_rate_for_each_size_and_leaves_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let mut bench = Command::new(env!("CARGO_BIN_EXE_spool"));
    let output = bench.arg("bench").arg(directory.path()).args(["--seconds", "1"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Vec<f64>> = text
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().map(|number| number.parse().unwrap()).collect())
        .collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), [1.0, 32.0, 256.0]);
    assert!(rows.iter().all(|row| row[1] > 0.0 && row[2] > 0.0), "{text}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

/// One line of input, and no end of it.
#[test]
fn output_that_fails_ends_a_run_and_what_it_took_in_comes_with_the_next() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("spool");
    let run = |stdout| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_spool"));
        run.arg("run").arg(&file).stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
        let mut child = run.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"a line\n").unwrap();
        let status = child.wait().unwrap();
        drop(input);
        Output { status, ..child.wait_with_output().unwrap() }
    };
    program::testing::check_failing_output("spool", |_| false, run);

    let mut next = Command::new(env!("CARGO_BIN_EXE_spool"));
    let output = next.arg("run").arg(&file).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("taken 1 a line\n"), "{text}");
    assert!(text.contains("completed 1\n"), "{text}");
}

#[test]
fn a_bench_that_cannot_print_says_so_and_leaves_no_file() {
    let directory = tempfile::tempdir().unwrap();
    program::testing::check_failing_output(
        "spool",
        |_| false,
        |stdout| {
            let mut bench = Command::new(env!("CARGO_BIN_EXE_spool"));
            bench.arg("bench").arg(directory.path()).args(["--seconds", "1"]);
            bench.stdout(stdout).stderr(Stdio::piped());
            bench.spawn().and_then(Child::wait_with_output).unwrap()
        },
    );
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
