//! Puts the memory map of the chosen board where the linker looks for it.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=boards");
    let Some(board) = chosen_board() else { return };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::copy(board, out.join("memory.x")).expect("boards/ holds the map of each board");
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    // The code size of a queue is that of everything its functions reach.
    println!("cargo::rustc-link-arg-bins=--emit-relocs");
}

/// The map in `boards/` whose name is an enabled feature.
fn chosen_board() -> Option<PathBuf> {
    let boards = fs::read_dir("boards").expect("the build runs in its package");
    boards.map(|entry| entry.expect("readable").path()).find(|map| {
        let name = map.file_stem().expect("a file").to_string_lossy().to_uppercase();
        env::var_os(format!("CARGO_FEATURE_{}", name.replace('-', "_"))).is_some()
    })
}
