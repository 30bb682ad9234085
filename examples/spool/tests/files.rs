//! Files that are torn, damaged, foreign or in use cause different errors, and nothing in them is
//! taken for a record.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use redb::{Database, MultimapTableDefinition, TableDefinition};
use spool::store::{Change, Record, Store, StoreError};
use tempfile::TempDir;

const RECORDS: u64 = 200;

fn payload(number: u64) -> Vec<u8> {
    format!("record {number} ").repeat(number as usize).into_bytes()
}

/// A spool with some records, and its bytes.
fn good_spool() -> (TempDir, PathBuf, Vec<u8>) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("spool");
    let store = Store::open(&path).unwrap();
    for number in 1..=RECORDS {
        store.commit(&[Change::Add(payload(number))]).unwrap();
    }
    drop(store);
    let bytes = fs::read(&path).unwrap();
    (directory, path, bytes)
}

fn is_whole(records: &[Record]) -> bool {
    let expected = (1..=RECORDS).map(|id| Record { id, payload: payload(id) });
    records.iter().cloned().eq(expected)
}

/// Opens bytes that are no longer what was written: an error of the right kind, or nothing is
/// missing.
fn check_damaged(path: &Path, bytes: &[u8], what: &str) -> bool {
    fs::write(path, bytes).unwrap();
    match Store::open(path).map(|store| store.read_after(0, usize::MAX)) {
        Err(StoreError::Damaged(_) | StoreError::Foreign(_)) => true,
        Ok(Ok(records)) if is_whole(&records) => false,
        Ok(Ok(records)) => panic!("{what}: {} of {RECORDS} records and no error", records.len()),
        Err(error) | Ok(Err(error)) => panic!("{what}: {error:?}"),
    }
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    let (_directory, path, bytes) = good_spool();
    let around_pages = (0..bytes.len()).step_by(32 * 4096).flat_map(|at| [at.saturating_sub(1), at, at + 1]);
    for len in around_pages.filter(|len| (1..bytes.len()).contains(len)).chain([2, 9, 64, 320, 4095]) {
        assert!(check_damaged(&path, &bytes[..len], &format!("cut off at {len}")));
    }
}

#[test]
fn a_changed_byte_anywhere_is_an_error_or_changes_no_record() {
    let (_directory, path, bytes) = good_spool();
    let mut noticed = 0;
    let places = (0..320).step_by(8).chain((4096..bytes.len()).step_by(2 * 4096 + 37));
    for at in places.clone() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        noticed += usize::from(check_damaged(&path, &changed, &format!("byte {at}")));
    }
    assert!(noticed > 10, "{noticed} of {} changes were noticed", places.count());
}

#[test]
fn a_missing_page_is_an_error_or_was_unused() {
    let (_directory, path, bytes) = good_spool();
    for page in (0..bytes.len() / 4096).step_by(7) {
        let mut changed = bytes.clone();
        changed[page * 4096..][..4096].fill(0);
        check_damaged(&path, &changed, &format!("page {page}"));
    }
}

#[test]
fn files_of_others_are_foreign() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes");
    for bytes in [&b""[..], b"Dear diary", &[0; 8192], &[0xff; 5000]] {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(Store::open(&path), Err(StoreError::Foreign(_))), "{bytes:?}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "it was left alone");
    }
}

#[test]
fn databases_of_others_are_foreign() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("database");

    let database = Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TableDefinition::<u64, u64>::new("accounts")).unwrap().insert(1, 2).unwrap();
    transaction.commit().unwrap();
    drop(database);
    assert!(matches!(Store::open(&path), Err(StoreError::Foreign(_))));

    fs::remove_file(&path).unwrap();
    let database = Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_multimap_table(MultimapTableDefinition::<u64, u64>::new("tags")).unwrap();
    transaction.commit().unwrap();
    drop(database);
    assert!(matches!(Store::open(&path), Err(StoreError::Foreign(_))));
}

#[test]
fn a_later_format_is_named() {
    let (_directory, path, _) = good_spool();
    let database = Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    let meta = TableDefinition::<&str, u64>::new("ringway-spool");
    transaction.open_table(meta).unwrap().insert("format", 2).unwrap();
    transaction.commit().unwrap();
    drop(database);
    assert!(matches!(Store::open(&path), Err(StoreError::Format(2))));
}

#[test]
fn a_spool_is_opened_by_one_at_a_time() {
    let (_directory, path, _) = good_spool();
    let first = Store::open(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::InUse)));
    drop(first);
    assert!(Store::open(&path).is_ok());
}

#[test]
fn a_creation_that_was_cut_short_leaves_no_file_of_that_name() {
    let directory = tempfile::tempdir().unwrap();
    // What is left of one: it is neither used nor in the way.
    fs::write(directory.path().join(".spool-abcdef"), [0; 4096]).unwrap();
    let path = directory.path().join("spool");
    drop(Store::open(&path).unwrap());
    assert!(Store::open(&path).is_ok());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[test]
fn the_program_names_the_file_and_what_is_wrong() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.txt");
    fs::write(&path, "Dear diary").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_spool")).arg("run").arg(&path).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("notes.txt") && said.contains("not a spool"), "{said}");
}
