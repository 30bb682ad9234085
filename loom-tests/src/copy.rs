//! A copy of the workspace in which the runner replaces text. The library itself knows no mutants.
//!
//! cargo compares times, not texts, and builds of the workspace and of a copy have the same names.
//! So all that is built in the target folders of the runner is built from copies, and a file of a
//! copy is written only if its text changes.

use crate::mutants::Replacement;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The workspace that is copied.
pub(crate) fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A copy of the workspace, for one worker.
pub(crate) struct Copy {
    root: PathBuf,
}

impl Copy {
    /// Brings the copy of a worker up to date: all files, except what is built or hidden.
    pub(crate) fn new(worker: &str) -> io::Result<Self> {
        let root = workspace().join("target/mutants").join(worker);
        update(workspace(), &root)?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Calls `f` while the replacement stands in the copy.
    pub(crate) fn with<O>(&self, replacement: &Replacement, f: impl FnOnce() -> O) -> io::Result<O> {
        let file = self.root.join(replacement.file);
        let original = fs::read_to_string(&file)?;
        let mutated = replacement.apply(&original).map_err(io::Error::other)?;
        fs::write(&file, mutated)?;
        let result = f();
        fs::write(&file, original)?;
        Ok(result)
    }
}

/// What a file of the workspace says.
pub(crate) fn read(file: &str) -> io::Result<String> {
    fs::read_to_string(workspace().join(file))
}

fn update(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if !is_copied(&entry.file_name()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            update(&entry.path(), &to)?;
        } else {
            write_if_new(&fs::read(entry.path())?, &to)?;
        }
    }
    remove_others(from, to)
}

fn is_copied(name: &OsStr) -> bool {
    name != "target" && !name.to_string_lossy().starts_with('.')
}

fn write_if_new(text: &[u8], to: &Path) -> io::Result<()> {
    if fs::read(to).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(to, text)
}

/// Removes the files that are in the copy only.
fn remove_others(from: &Path, copy: &Path) -> io::Result<()> {
    for entry in fs::read_dir(copy)? {
        let entry = entry?;
        match (from.join(entry.file_name()).exists(), entry.file_type()?.is_dir()) {
            (true, _) => {}
            (false, true) => fs::remove_dir_all(entry.path())?,
            (false, false) => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Copy, update};
    use crate::mutants::Replacement;
    use std::path::PathBuf;
    use std::{env, fs, process};

    /// A folder of this test's own, empty.
    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("ringway-{}-{name}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_copy_follows_its_workspace_and_keeps_what_is_equal() {
        let (from, to) = (folder("from"), folder("to"));
        for (file, text) in [("equal", "1"), ("changed", "2"), ("new", "3")] {
            fs::write(from.join(file), text).unwrap();
        }
        fs::create_dir(from.join("target")).unwrap();
        fs::create_dir(to.join("gone")).unwrap();
        for (file, text) in [("equal", "1"), ("changed", "0"), ("gone/file", "4")] {
            fs::write(to.join(file), text).unwrap();
        }
        let old = |file: &str| fs::metadata(to.join(file)).unwrap().modified().unwrap();
        let before = old("equal");

        update(&from, &to).unwrap();
        let mut names: Vec<_> = fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["changed", "equal", "new"]);
        assert_eq!(fs::read_to_string(to.join("changed")).unwrap(), "2");
        assert_eq!(old("equal"), before);
        fs::remove_dir_all(from).unwrap();
        fs::remove_dir_all(to).unwrap();
    }

    #[test]
    fn a_replacement_stands_in_the_copy_for_the_time_of_one_call() {
        let copy = Copy { root: folder("mutant") };
        let file = copy.root.join("a.rs");
        fs::write(&file, "strong").unwrap();
        let weaker = Replacement { file: "a.rs", before: "strong".into(), after: "weak".into() };
        assert_eq!(copy.with(&weaker, || fs::read_to_string(&file).unwrap()).unwrap(), "weak");
        assert_eq!(fs::read_to_string(&file).unwrap(), "strong");

        let stale = Replacement { file: "a.rs", before: "strange".into(), after: "weak".into() };
        assert!(copy.with(&stale, || ()).is_err());
        fs::remove_dir_all(copy.root).unwrap();
    }
}
