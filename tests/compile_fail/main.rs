//! What must not compile, beside its twin that does; and what compiles to nothing.
//!
//! Each file in `fail` begins with the error that the compiler must report; the file of the same
//! name in `pass` differs in that one point and must compile. Only the error itself is compared:
//! the notes below it change with every compiler and every line of this crate.
#![cfg(feature = "alloc")]

#[path = "../support/library.rs"]
mod library;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/compile_fail");
const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/compile-fail");

/// The library as the examples see it, built apart from the build that runs this test.
struct Library {
    directory: PathBuf,
}

impl Library {
    fn build() -> Self {
        Self { directory: library::build("async,std,metrics", "dev", Path::new(TARGET)) }
    }

    /// Compiles a program down to its machine code, as some errors show only there; gives the
    /// errors back.
    fn compile(&self, program: &Path) -> Result<(), String> {
        let output = library::rustc(&self.directory)
            .args(["--crate-type=bin", "--emit=obj", "--error-format=human"])
            .arg("-o")
            .arg(Path::new(TARGET).join(program.file_stem().expect("a file")).with_extension("o"))
            .arg(program)
            .output()
            .expect("rustc runs");
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(messages) }
    }

    /// What is wrong with a twin, if anything is.
    fn judge(&self, name: &str) -> Result<(), String> {
        let [fail, pass] = ["fail", "pass"].map(|side| Path::new(SOURCES).join(side).join(name));
        let text = fs::read_to_string(&fail).expect("a readable file");
        let expected = text.lines().next().and_then(|line| line.strip_prefix("//~ "));
        let expected = expected.ok_or(format!("fail/{name} does not say which error it expects"))?;
        match self.compile(&fail) {
            Ok(()) => return Err(format!("fail/{name} compiles")),
            Err(messages) if !messages.contains(expected) => {
                return Err(format!("fail/{name} fails, but not with: {expected}\n{messages}"));
            }
            Err(_) => {}
        }
        self.compile(&pass).map_err(|messages| format!("pass/{name} does not compile:\n{messages}"))
    }
}

fn names(side: &str) -> BTreeSet<String> {
    let files = fs::read_dir(Path::new(SOURCES).join(side)).expect("a readable directory");
    files
        .map(|file| file.expect("a readable entry").file_name().into_string().expect("a plain name"))
        .collect()
}

#[test]
fn what_must_not_compile_does_not_and_its_twin_does() {
    let names: Vec<_> = {
        let fail = names("fail");
        assert_eq!(fail, names("pass"), "each has its twin");
        fail.into_iter().collect()
    };
    let library = Library::build();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<_> = thread::scope(|scope| {
        let share = names.len().div_ceil(workers);
        let work =
            |names: &[String]| names.iter().filter_map(|name| library.judge(name).err()).collect::<Vec<_>>();
        let workers: Vec<_> = names.chunks(share).map(|names| scope.spawn(move || work(names))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Millions of places: built one by one, they would take the compiler seconds each.
const LARGE_STATICS: &str = "
    use ringway::{channel, mpmc, priority::Priority, spsc, stack::Stack};

    static MPMC: mpmc::Queue<u32, 4_000_000> = mpmc::Queue::new();
    static SPSC: spsc::Queue<u32, 4_000_000> = spsc::Queue::new();
    static STACK: Stack<u32, 4_000_000> = Stack::new();
    static PRIORITY: Priority<u32, 2, 2_000_000> = Priority::new();
    static CHANNEL: channel::Channel<u32, 4_000_000> = channel::Channel::new();

    fn main() {
        println!(\"{:p} {:p} {:p} {:p} {:p}\", &MPMC, &SPSC, &STACK, &PRIORITY, &CHANNEL);
    }
";

#[test]
fn a_static_of_millions_of_places_takes_no_room_in_the_program() {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large_statics.rs");
    fs::write(&program, LARGE_STATICS).expect("a writable directory");
    Library::build().compile(&program).expect("it compiles");
    let object = Path::new(TARGET).join("large_statics.o");
    let size = fs::metadata(&object).expect("an object").len();
    fs::remove_file(object).expect("a writable directory");
    assert!(size < 1 << 20, "{size} bytes");
}
