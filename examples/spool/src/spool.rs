//! The durable queue: rings around one writer.
//!
//! ```text
//!   store(payload) ─┐
//!                   ├─▶ requests [ | | | | ] ──▶ writer ──▶ file ──▶ reader ──▶ ready [ | | | ] ──▶ next()
//!   complete(id) ───┘                              │  └─ bell [ ] ───▲
//!        ▲                                         │
//!        └───────────────── receipts ──────────────┘
//! ```
//!
//! The writer takes what has gathered in the ring, at most [`Options::batch`], and commits it as
//! one: the longer a commit takes, the more the next one holds. Receipts are sent after the commit.
//! The reader hands out what is in the file, in order, each record once; after a restart it begins
//! again with the oldest that was not completed.

use std::iter;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use ringway::CapacityError;
use ringway::channel::{self, Receiver, Sender, TrySendError, oneshot};
use thiserror::Error;

use crate::store::{Change, Record, Store, StoreError};

/// The limits of a spool.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Changes that may wait for the writer, and records that may wait for a consumer.
    pub capacity: usize,
    /// Changes in one commit.
    pub batch: usize,
    /// Bytes of a payload.
    pub longest: usize,
    /// Records that may be stored, or on their way to it, and not completed.
    pub backlog: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { capacity: 1024, batch: 256, longest: 64 * 1024, backlog: 1_000_000 }
    }
}

/// Why a spool could not be opened or had to stop.
#[derive(Debug, Error)]
pub enum SpoolError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Capacity(#[from] CapacityError),
}

/// A payload that was turned away, and why.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{why}")]
pub struct Rejected {
    pub why: Why,
    pub payload: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Why {
    #[error("the ring is full")]
    Full,
    #[error("too many records are uncompleted")]
    Backlog,
    #[error("the payload is too long")]
    TooLong,
    #[error("the spool stopped")]
    Stopped,
}

/// The number of the record, to come when the change is on the disk: a future, or for
/// `recv_blocking`. If the spool stops before, it is an error, and the change may have been made or
/// not.
pub type Receipt = oneshot::Receiver<'static, u64>;

#[derive(Debug)]
struct Request {
    change: Change,
    receipt: oneshot::Sender<'static, u64>,
}

/// A durable queue, to be shared by reference.
#[derive(Debug)]
pub struct Spool {
    requests: Sender<'static, Request>,
    bell: Sender<'static, ()>,
    ready: Receiver<'static, Record>,
    shared: Arc<Shared>,
    options: Options,
    writer: JoinHandle<Result<(), StoreError>>,
    reader: JoinHandle<Result<(), StoreError>>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    backlog: Backlog,
    commits: AtomicU64,
}

/// Places for records: one is taken before the record goes into the ring, and given back when the
/// record is removed.
#[derive(Debug)]
struct Backlog {
    taken: AtomicU64,
    limit: u64,
}

// ORDERING of every access: Relaxed, without a partner. It is only a number; the receipt of a
// removal orders the place that it frees.
impl Backlog {
    /// Takes a place, if there is one.
    fn take(&self) -> bool {
        let next = |taken| (taken < self.limit).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
    }

    fn give_back(&self, places: u64) {
        self.taken.fetch_sub(places, Ordering::Relaxed);
    }

    fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Spool {
    pub fn open(path: &Path, options: Options) -> Result<Self, SpoolError> {
        let store = Store::open(path)?;
        let stored = store.count()?;
        let backlog = Backlog { taken: AtomicU64::new(stored), limit: options.backlog };
        let shared = Arc::new(Shared { store, backlog, commits: AtomicU64::new(0) });
        let (requests, to_write) = channel::bounded(options.capacity)?;
        let (bell, rung) = channel::bounded(1)?;
        let (found, ready) = channel::bounded(options.capacity)?;
        let writer = thread::spawn({
            let (shared, bell) = (Arc::clone(&shared), bell.clone());
            move || {
                let result = shared.write_all(&to_write, &bell, options.batch, stored);
                bell.close();
                result
            }
        });
        let reader = thread::spawn({
            let shared = Arc::clone(&shared);
            move || shared.read_all(&rung, &found, options.capacity)
        });
        Ok(Self { requests, bell, ready, shared, options, writer, reader })
    }

    /// Asks for a payload to be stored. Waits while the ring is full.
    pub fn store(&self, payload: Vec<u8>) -> Result<Receipt, Rejected> {
        self.admit(payload, |request| {
            self.requests.send_blocking(request).map_err(|error| (Why::Stopped, error.into_inner()))
        })
    }

    /// Asks for a payload to be stored, if there is room in the ring.
    pub fn try_store(&self, payload: Vec<u8>) -> Result<Receipt, Rejected> {
        self.admit(payload, |request| {
            self.requests.try_send(request).map_err(|error| match error {
                TrySendError::Full(request) => (Why::Full, request),
                closed => (Why::Stopped, closed.into_inner()),
            })
        })
    }

    fn admit(
        &self,
        payload: Vec<u8>,
        send: impl FnOnce(Request) -> Result<(), (Why, Request)>,
    ) -> Result<Receipt, Rejected> {
        if payload.len() > self.options.longest {
            return Err(Rejected { why: Why::TooLong, payload });
        }
        if !self.shared.backlog.take() {
            return Err(Rejected { why: Why::Backlog, payload });
        }
        let (receipt, to_come) = oneshot::channel();
        send(Request { change: Change::Add(payload), receipt }).map_err(|(why, request)| {
            self.shared.backlog.give_back(1);
            Rejected { why, payload: request.change.into_payload() }
        })?;
        Ok(to_come)
    }

    /// The next record, in the order of numbers, each once. Waits for one; `None` after the last.
    ///
    /// It comes again after a restart, unless it is [completed](Self::complete).
    pub fn next(&self) -> Option<Record> {
        self.ready.recv_blocking().ok()
    }

    /// Asks for a record to be removed, since what it stood for is done. After the receipt it never
    /// comes again.
    pub fn complete(&self, id: u64) -> Receipt {
        let (receipt, to_come) = oneshot::channel();
        // If the spool stopped, this drops the sender, and the receipt is an error.
        let _ = self.requests.send_blocking(Request { change: Change::Remove(id), receipt });
        to_come
    }

    /// Ends the input: nothing is stored any more, and [`next`](Self::next) ends after the records
    /// that have a receipt by now.
    pub fn end_of_input(&self) {
        self.bell.close();
    }

    /// How many records are stored, or accepted to be stored, and not completed: at most
    /// [`Options::backlog`], unless more were in the file when it was opened.
    pub fn backlog(&self) -> u64 {
        self.shared.backlog.taken()
    }

    pub fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Relaxed)
    }

    /// Writes what is in the ring and closes the file; the error that stopped the spool, if one
    /// did.
    pub fn close(self) -> Result<(), SpoolError> {
        let Self { requests, bell, ready, writer, reader, .. } = self;
        drop((requests, bell, ready));
        for thread in [writer, reader] {
            thread.join().expect("only a broken program panics")?;
        }
        Ok(())
    }
}

// ORDERING of the counter: Relaxed, without a partner. It is only a number; it announces no other
// data.
impl Shared {
    /// The writer: ends when the ring is closed and empty, or at the first error. So many records
    /// are `stored`.
    fn write_all(
        &self,
        requests: &Receiver<'_, Request>,
        bell: &Sender<'_, ()>,
        batch: usize,
        mut stored: u64,
    ) -> Result<(), StoreError> {
        while let Ok(first) = requests.recv_blocking() {
            let others = iter::from_fn(|| requests.try_recv().ok());
            let group: Vec<_> = iter::once(first).chain(others).take(batch).collect();
            let ids = self.store.commit(group.iter().map(|request| &request.change))?;
            self.commits.fetch_add(1, Ordering::Relaxed);
            let added =
                group.iter().filter(|request| matches!(request.change, Change::Add(_))).count() as u64;
            let now = self.store.count()?;
            // Not the removals that were asked for: some records are removed twice, or never were.
            self.backlog.give_back(stored + added - now);
            stored = now;
            // Before the receipts, so that the reader is notified before the producer is. Full: it
            // will look anyway.
            let _ = bell.try_send(());
            for (request, id) in group.into_iter().zip(ids) {
                // A producer that does not wait for the receipt has dropped the other end.
                let _ = request.receipt.send(id);
            }
        }
        Ok(())
    }

    /// The reader: ends when the bell is closed and everything is read, or no consumer takes
    /// records any more.
    fn read_all(
        &self,
        rung: &Receiver<'_, ()>,
        found: &Sender<'_, Record>,
        limit: usize,
    ) -> Result<(), StoreError> {
        let mut last = 0;
        loop {
            let records = self.store.read_after(last, limit)?;
            if records.is_empty() && rung.recv_blocking().is_err() {
                return Ok(());
            }
            for record in records {
                last = record.id;
                if found.send_blocking(record).is_err() {
                    return Ok(());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
