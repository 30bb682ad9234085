//! A copy of the workspace in which the runner replaces text. The library itself knows no mutants.

use crate::mutants::Replacement;
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
    /// Copies all files anew, except what is built or hidden.
    pub(crate) fn new(worker: &str) -> io::Result<Self> {
        let root = workspace().join("target/mutants").join(worker);
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        copy_folder(workspace(), &root)?;
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

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, to) = (entry.file_name(), to.join(entry.file_name()));
        if name == "target" || name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
