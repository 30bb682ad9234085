//! What is on the disk: a table of the records that are stored and not completed, in one redb file.
//!
//! redb brings the transactions: a commit is on the disk as a whole or not at all.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

use redb::backends::FileBackend;
use redb::{Builder, Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use thiserror::Error;

const RECORDS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("records");
/// [`FORMAT`] and [`NEXT`].
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("ringway-spool");

/// Marks the file as a spool, and names its format.
const FORMAT: &str = "format";
const FORMAT_HERE: u64 = 1;

/// The number of the next record. Kept, so that no number is used twice even when no record is
/// left.
const NEXT: &str = "next";

/// Memory for pages of the file.
const CACHE: usize = 16 * 1024 * 1024;

/// Why a file could not be opened, read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("not a spool: {0}")]
    Foreign(String),
    #[error("a spool of format {0}, which this version does not know")]
    Format(u64),
    #[error("damaged or incomplete: {0}")]
    Damaged(String),
    #[error("in use by another process")]
    InUse,
    #[error(transparent)]
    Io(io::Error),
    #[error(transparent)]
    Other(redb::Error),
}

impl<E: Into<redb::Error>> From<E> for StoreError {
    fn from(error: E) -> Self {
        match error.into() {
            redb::Error::DatabaseAlreadyOpen => Self::InUse,
            redb::Error::Corrupted(what) => Self::Damaged(what),
            redb::Error::UpgradeRequired(version) => Self::Foreign(format!("redb file format {version}")),
            // What redb says of a file that does not begin like one of its own.
            redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Self::Foreign(error.to_string())
            }
            redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Self::Damaged(error.to_string())
            }
            redb::Error::Io(error) => Self::Io(error),
            error => Self::Other(error),
        }
    }
}

/// A stored payload and its number. Numbers only grow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: u64,
    pub payload: Vec<u8>,
}

/// What can be done to the table.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// Add a record with this payload.
    Add(Vec<u8>),
    /// Remove the record of this number, if it is there.
    Remove(u64),
}

impl Change {
    /// What was to be added; nothing if it is a removal.
    pub fn into_payload(self) -> Vec<u8> {
        match self {
            Self::Add(payload) => payload,
            Self::Remove(_) => Vec::new(),
        }
    }
}

pub struct Store {
    database: Database,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the file, or makes it if it does not exist. Reads all of it, to find damage now and
    /// not later.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.try_exists()? {
            create(path)?;
        }
        Self::check(builder().open(path)?)
    }

    fn check(database: Database) -> Result<Self, StoreError> {
        let transaction = database.begin_write()?;
        let is_new = transaction.list_tables()?.next().is_none()
            && transaction.list_multimap_tables()?.next().is_none();
        {
            let mut meta = transaction.open_table(META)?;
            if is_new {
                meta.insert(FORMAT, FORMAT_HERE)?;
                meta.insert(NEXT, 1)?;
            }
            let format = meta.get(FORMAT)?.map(|format| format.value());
            match format {
                Some(FORMAT_HERE) => {}
                Some(other) => return Err(StoreError::Format(other)),
                None => return Err(StoreError::Foreign("a redb file of something else".into())),
            }
            transaction.open_table(RECORDS)?;
        }
        transaction.commit()?;
        Ok(Self { database })
    }

    /// Lets no commit begin until what it returns is dropped.
    #[cfg(test)]
    pub(crate) fn stand_still(&self) -> redb::WriteTransaction {
        self.database.begin_write().expect("the database can be written")
    }

    /// How many records there are.
    pub fn count(&self) -> Result<u64, StoreError> {
        Ok(self.database.begin_read()?.open_table(RECORDS)?.len()?)
    }

    /// The first records after the one with the number `after`, at most `limit`.
    pub fn read_after(&self, after: u64, limit: usize) -> Result<Vec<Record>, StoreError> {
        let records = self.database.begin_read()?.open_table(RECORDS)?;
        let found = records.range(after.saturating_add(1)..)?.take(limit);
        found
            .map(|entry| {
                let (id, payload) = entry?;
                Ok(Record { id: id.value(), payload: payload.value().to_vec() })
            })
            .collect()
    }

    /// Makes all changes or, if it fails, none; the number of the record that each is about. They
    /// are on the disk when this returns.
    pub fn commit<'a>(&self, changes: impl IntoIterator<Item = &'a Change>) -> Result<Vec<u64>, StoreError> {
        let transaction = self.database.begin_write()?;
        let mut ids = Vec::new();
        {
            let mut records = transaction.open_table(RECORDS)?;
            let mut meta = transaction.open_table(META)?;
            let mut next = meta.get(NEXT)?.map_or(1, |next| next.value());
            for change in changes {
                ids.push(match change {
                    Change::Add(payload) => {
                        records.insert(next, payload.as_slice())?;
                        next += 1;
                        next - 1
                    }
                    Change::Remove(id) => {
                        records.remove(id)?;
                        *id
                    }
                });
            }
            meta.insert(NEXT, next)?;
        }
        transaction.commit()?;
        Ok(ids)
    }
}

/// Makes the file under another name and then gives it its own: a crash leaves a whole file there,
/// or none.
fn create(path: &Path) -> Result<(), StoreError> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(".spool-").tempfile_in(directory)?;
    Store::check(builder().create_with_backend(FileBackend::new(file.reopen()?)?)?)?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => return Err(error.error.into()),
        // Created by this call, or by another process meanwhile.
        _ => {}
    }
    Ok(File::open(directory)?.sync_all()?)
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE).set_check_integrity_on_open(true);
    builder
}

#[cfg(test)]
mod tests;
