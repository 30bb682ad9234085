//! From the paths of the command line to the files to hash, in the order in which they are printed.

use std::fs;
use std::io;
use std::iter;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

/// A name of the output and where its bytes come from, or why there is nothing to read.
pub(crate) struct Entry {
    pub(crate) name: PathBuf,
    pub(crate) source: io::Result<Source>,
}

/// Where the bytes come from.
pub(crate) enum Source {
    Stdin,
    /// The file at the entry's name.
    File,
}

/// Every file of `paths`: those named by the user as they come, directories as
/// `find DIRECTORY -type f` lists them, but sorted by file name. No paths at all mean standard
/// input, as for `sha256sum`.
pub(crate) fn entries(mut paths: Vec<PathBuf>) -> impl Iterator<Item = Entry> {
    if paths.is_empty() {
        paths.push(PathBuf::from("-"));
    }
    paths.into_iter().flat_map(entries_of)
}

fn entries_of(path: PathBuf) -> Box<dyn Iterator<Item = Entry>> {
    if path.as_os_str() == "-" {
        return Box::new(iter::once(Entry { name: path, source: Ok(Source::Stdin) }));
    }
    // Symbolic links are followed here and not below: the user named this one.
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => Box::new(files_below(&path)),
        Ok(_) => Box::new(iter::once(Entry { name: path, source: Ok(Source::File) })),
        Err(error) => Box::new(iter::once(Entry { name: path, source: Err(error) })),
    }
}

fn files_below(directory: &Path) -> impl Iterator<Item = Entry> + use<> {
    WalkBuilder::new(directory)
        .standard_filters(false) // hidden and git-ignored files are files too
        .sort_by_file_name(|a, b| a.cmp(b))
        .build()
        .filter_map({
            let directory = directory.to_path_buf();
            move |found| match found {
                Ok(entry) => {
                    is_file(&entry).then(|| Entry { name: entry.into_path(), source: Ok(Source::File) })
                }
                Err(error) => Some(unreadable(error, &directory)),
            }
        })
}

fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
}

fn unreadable(error: ignore::Error, directory: &Path) -> Entry {
    let name = path_of(&error).unwrap_or(directory).to_path_buf();
    let text = error.to_string();
    Entry { name, source: Err(error.into_io_error().unwrap_or_else(|| io::Error::other(text))) }
}

/// The path that an error of the walk is about: it lies inside a few layers of context.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&Path]) -> Vec<PathBuf> {
        entries(paths.iter().map(|path| path.to_path_buf()).collect()).map(|entry| entry.name).collect()
    }

    #[test]
    fn no_paths_mean_standard_input() {
        assert_eq!(names(&[]), [Path::new("-")]);
    }

    #[test]
    fn directories_are_sorted_and_arguments_are_not() {
        let tree = tempfile::tempdir().unwrap();
        let path = |name: &str| tree.path().join(name);
        fs::create_dir(path("b")).unwrap();
        for name in ["c", ".hidden", "b/2", "b/1", "a"] {
            fs::write(path(name), "").unwrap();
        }
        fs::write(path(".gitignore"), "a\n").unwrap();

        let found = names(&[&path("c"), tree.path()]);

        let expected = ["c", ".gitignore", ".hidden", "a", "b/1", "b/2", "c"].map(path);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_missing_path_is_an_entry_that_says_why() {
        let entry = entries(vec![PathBuf::from("no/such/file")]).next().unwrap();
        assert_eq!(entry.name, Path::new("no/such/file"));
        assert_eq!(entry.source.err().unwrap().kind(), io::ErrorKind::NotFound);
    }
}
