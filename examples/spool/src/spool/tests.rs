//! The ring in front of a stalled writer.

use super::*;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn open(options: Options) -> (TempDir, Spool) {
    let directory = tempfile::tempdir().unwrap();
    let spool = Spool::open(&directory.path().join("spool"), options).unwrap();
    (directory, spool)
}

impl Spool {
    /// Stores a payload, and returns when the writer has taken it out of the ring.
    fn store_and_wait_for_the_writer(&self) -> Receipt {
        let receipt = self.store(b"first".into()).unwrap();
        let begin = Instant::now();
        while !self.requests.is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(300), "the writer takes nothing");
            thread::yield_now();
        }
        receipt
    }
}

#[test]
fn a_full_ring_gives_the_payload_back() {
    let (_directory, spool) = open(Options { capacity: 2, ..Options::default() });
    let standstill = spool.shared.store.stand_still();
    let first = spool.store_and_wait_for_the_writer();
    let accepted = [(); 2].map(|()| spool.try_store(b"payload".into()).unwrap());
    let rejected = spool.try_store(b"payload".into()).unwrap_err();
    assert_eq!((rejected.why, rejected.payload), (Why::Full, b"payload".into()));
    assert_eq!(spool.backlog(), 3, "what was rejected has no place");
    drop(standstill);
    assert!([first].into_iter().chain(accepted).all(|receipt| receipt.recv_blocking().is_ok()));
    spool.close().unwrap();
}

#[test]
fn what_gathers_while_the_writer_commits_is_the_next_commit() {
    let (_directory, spool) = open(Options { batch: 32, ..Options::default() });
    let standstill = spool.shared.store.stand_still();
    let mut receipts = vec![spool.store_and_wait_for_the_writer()];
    receipts.extend((0..40).map(|_| spool.store(b"payload".into()).unwrap()));
    drop(standstill);
    let ids: Vec<_> = receipts.into_iter().map(|receipt| receipt.recv_blocking().unwrap()).collect();
    assert_eq!(ids, (1..=41).collect::<Vec<_>>());
    assert_eq!(spool.commits(), 3, "the first alone, then a whole batch, then the rest");
    spool.close().unwrap();
}
