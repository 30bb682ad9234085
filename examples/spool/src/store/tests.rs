//! The store on a disk whose power fails.

use super::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use redb::StorageBackend;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// A disk in memory. What is not synced may be lost when the power fails, in whole or in part, in
/// any order.
#[derive(Clone, Debug)]
struct Disk(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// As the program sees it.
    now: Vec<u8>,
    /// As it was at the last sync.
    synced: Vec<u8>,
    unsynced: Vec<Operation>,
    /// Operations until the power fails.
    left: usize,
    /// A disk that reports a sync without performing it.
    lies: bool,
}

#[derive(Debug)]
enum Operation {
    Write(usize, Vec<u8>),
    SetLen(usize),
}

/// What a disk writes as a whole or not at all.
const SECTOR: usize = 512;

impl Disk {
    fn new(bytes: Vec<u8>, left: usize, lies: bool) -> Self {
        let state = State { now: bytes.clone(), synced: bytes, unsynced: Vec::new(), left, lies };
        Self(Arc::new(Mutex::new(state)))
    }

    /// What is found when the power is back.
    fn after_power_failure(&self, random: &mut StdRng) -> Vec<u8> {
        let state = self.0.lock().unwrap();
        let mut bytes = state.synced.clone();
        for operation in &state.unsynced {
            match operation {
                Operation::SetLen(len) if random.random() => bytes.resize(*len, 0),
                Operation::SetLen(_) => {}
                Operation::Write(at, data) => {
                    for (at, sector) in (*at..).step_by(SECTOR).zip(data.chunks(SECTOR)) {
                        if random.random() {
                            write(&mut bytes, at, sector);
                        }
                    }
                }
            }
        }
        bytes
    }

    /// The state, as long as there is power.
    fn operate(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.0.lock().unwrap();
        state.left = state.left.checked_sub(1).ok_or_else(|| io::Error::other("no power"))?;
        Ok(state)
    }
}

fn write(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    bytes.resize(bytes.len().max(at + data.len()), 0);
    bytes[at..][..data.len()].copy_from_slice(data);
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.0.lock().unwrap();
        let found = state.now.get(offset as usize..).and_then(|rest| rest.get(..out.len()));
        out.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.operate()?;
        state.now.resize(len as usize, 0);
        state.unsynced.push(Operation::SetLen(len as usize));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.operate()?;
        if !state.lies {
            state.synced = state.now.clone();
            state.unsynced.clear();
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.operate()?;
        write(&mut state.now, offset as usize, data);
        state.unsynced.push(Operation::Write(offset as usize, data.to_vec()));
        Ok(())
    }
}

/// A spool as [`create`] leaves it, which the power finds whole or not at all.
fn new_file() -> Vec<u8> {
    let disk = Disk::new(Vec::new(), usize::MAX, false);
    drop(open(disk.clone()).unwrap());
    let state = disk.0.lock().unwrap();
    state.now.clone()
}

type Records = BTreeMap<u64, Vec<u8>>;

fn open(disk: Disk) -> Result<Store, StoreError> {
    Store::check(builder().create_with_backend(disk)?)
}

fn records(store: &Store) -> Records {
    let records = store.read_after(0, usize::MAX).unwrap();
    records.into_iter().map(|record| (record.id, record.payload)).collect()
}

/// Some additions and removals, and the table after them.
fn random_group(random: &mut StdRng, before: &Records, next: u64) -> (Vec<Change>, Records) {
    let mut after = before.clone();
    let mut next = next;
    let changes = (0..random.random_range(1..20)).map(|_| {
        let oldest = after.keys().next().copied();
        match oldest {
            Some(id) if random.random() => {
                after.remove(&id);
                Change::Remove(id)
            }
            _ => {
                let payload = vec![next as u8; random.random_range(0..2000)];
                after.insert(next, payload.clone());
                next += 1;
                Change::Add(payload)
            }
        }
    });
    (changes.collect(), after)
}

/// Writes group after group until the power fails after some operations; then looks what is left.
fn fail_power(seed: u64, lies: bool) -> Result<(), String> {
    let mut random = StdRng::seed_from_u64(seed);
    let disk = Disk::new(new_file(), random.random_range(1..600), lies);
    let (mut committed, mut in_flight, mut next) = (Records::new(), Records::new(), 1);
    if let Ok(store) = open(disk.clone()) {
        for _ in 0..600 {
            let (changes, after) = random_group(&mut random, &committed, next);
            in_flight = after;
            if store.commit(&changes).is_err() {
                break;
            }
            next += changes.iter().filter(|change| matches!(change, Change::Add(_))).count() as u64;
            committed = in_flight.clone();
        }
    }

    let found = disk.after_power_failure(&mut random);
    let store = open(Disk::new(found, usize::MAX, false)).map_err(|error| format!("{error}, next {next}"))?;
    let left = records(&store);
    let id = store.commit(&[Change::Add(b"after".into())]).map_err(|error| error.to_string())?[0];
    // A group is there as a whole or not at all.
    if left != committed && left != in_flight {
        return Err(format!("{left:?} is neither {committed:?} nor {in_flight:?}"));
    }
    if id < next { Err(format!("{id} was used before")) } else { Ok(()) }
}

#[test]
fn a_power_failure_at_any_moment_keeps_every_commit() {
    for seed in 0..40 {
        assert_eq!(fail_power(seed, false), Ok(()), "seed {seed}");
    }
}

/// That the test above can fail.
#[test]
fn a_disk_that_only_says_that_it_synced_is_found_out() {
    let intact = (0..12).filter(|seed| fail_power(*seed, true).is_ok()).count();
    assert!(intact < 6, "{intact} of 12 runs lost nothing without a single sync");
}

#[test]
fn what_is_removed_twice_or_never_was_is_no_error() {
    let store = open(Disk::new(Vec::new(), usize::MAX, false)).unwrap();
    assert_eq!(store.commit(&[Change::Add(vec![1]), Change::Add(vec![2])]).unwrap(), [1, 2]);
    assert_eq!(store.commit(&[Change::Remove(1), Change::Remove(1), Change::Remove(7)]).unwrap(), [1, 1, 7]);
    assert_eq!(records(&store), BTreeMap::from([(2, vec![2])]));
    assert_eq!(store.count().unwrap(), 1);
}

#[test]
fn records_are_read_in_order_from_where_one_stopped() {
    let store = open(Disk::new(Vec::new(), usize::MAX, false)).unwrap();
    let changes: Vec<_> = (0..10).map(|number| Change::Add(vec![number])).collect();
    store.commit(&changes).unwrap();
    let ids = |after, limit| -> Vec<u64> {
        store.read_after(after, limit).unwrap().iter().map(|record| record.id).collect()
    };
    assert_eq!(ids(0, 3), [1, 2, 3]);
    assert_eq!(ids(3, 3), [4, 5, 6]);
    assert_eq!(ids(9, 3), [10]);
    assert_eq!(ids(10, 3), []);
    assert_eq!(ids(u64::MAX, 3), []);
}
