//! The program as its users meet it, beside the real `sha256sum`.
#![cfg(unix)]

use std::ffi::{CString, OsStr, OsString};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use tempfile::TempDir;

/// Far longer than anything here takes; only a program that hangs gets there.
const PATIENCE: Duration = Duration::from_secs(300);

fn checksum() -> Command {
    Command::new(env!("CARGO_BIN_EXE_checksum"))
}

fn sha256sum() -> Command {
    Command::new("sha256sum")
}

fn output(command: &mut Command) -> Output {
    command.output().expect("the command starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A tree of several hundred files: sizes around the buffer's, empty ones, and every kind of name.
fn random_tree(seed: u64) -> TempDir {
    let mut random = StdRng::seed_from_u64(seed);
    let tree = tempfile::tempdir().unwrap();
    for directory in ["", "deep/er/and/deeper", ".hidden", "with space", "empty", "back\\slash", "new\nline"]
    {
        let directory = tree.path().join(directory);
        fs::create_dir_all(&directory).unwrap();
        if directory.ends_with("empty") {
            continue;
        }
        for number in 0..60 {
            fs::write(directory.join(random_name(&mut random, number)), random_bytes(&mut random)).unwrap();
        }
    }
    fs::write(tree.path().join(".gitignore"), "*\n").unwrap();
    symlink("nowhere", tree.path().join("dangling")).unwrap();
    symlink("..", tree.path().join("deep/up")).unwrap();
    tree
}

fn random_name(random: &mut StdRng, number: usize) -> OsString {
    const PIECES: [&[u8]; 10] =
        [b"a", b"Z", b".", b" ", b"\n", b"\r", b"\\", b"\\n", b"\xff\xfe", "ü".as_bytes()];
    let mut name: Vec<u8> =
        (0..random.random_range(0..6)).flat_map(|_| PIECES[random.random_range(0..10)]).copied().collect();
    name.extend_from_slice(number.to_string().as_bytes());
    OsString::from_vec(name)
}

fn random_bytes(random: &mut StdRng) -> Vec<u8> {
    let len = match random.random_range(0..40) {
        0..10 => 0,
        10..39 => random.random_range(1..5_000),
        _ => random.random_range(120_000..300_000),
    };
    let mut bytes = vec![0; len];
    random.fill_bytes(&mut bytes);
    bytes
}

/// The regular files below `directory`, found without the crate that the program uses.
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(directory).unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    entries
        .iter()
        .flat_map(|entry| match entry.file_type().unwrap() {
            kind if kind.is_dir() => files_below(&entry.path()),
            kind if kind.is_file() => vec![entry.path()],
            _ => vec![],
        })
        .collect()
}

fn assert_same_output(ours: &Output, theirs: &Output) {
    assert!(ours.status.success(), "{ours:?}");
    assert!(theirs.status.success(), "{theirs:?}");
    assert_eq!(text(&ours.stdout), text(&theirs.stdout));
    assert_eq!(ours.stdout, theirs.stdout, "they differ in bytes that are not text");
}

#[test]
fn a_tree_gives_what_sha256sum_gives_for_its_sorted_files() {
    for (seed, jobs) in [(1, "1"), (2, "2"), (3, "7")] {
        let tree = random_tree(seed);
        let ours = output(checksum().args(["-j", jobs]).arg(tree.path()));
        let theirs = output(sha256sum().args(files_below(tree.path())));
        assert_same_output(&ours, &theirs);
    }
}

#[test]
fn the_files_are_those_of_find() {
    let tree = random_tree(4);
    let found = output(Command::new("find").arg(tree.path()).args(["-type", "f", "-print0"])).stdout;
    let mut found: Vec<_> = found.split(|&byte| byte == 0).filter(|name| !name.is_empty()).collect();
    found.sort();
    let expected = output(sha256sum().args(found.iter().map(|name| OsStr::from_bytes(name))));

    let ours = output(checksum().arg(tree.path()));

    let sorted = |output: &Output| {
        let mut lines: Vec<_> = output.stdout.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&ours), sorted(&expected));
}

#[test]
fn relative_paths_are_printed_as_find_prints_them() {
    let tree = tempfile::tempdir().unwrap();
    fs::create_dir(tree.path().join("sub")).unwrap();
    fs::write(tree.path().join("sub/file"), "x").unwrap();
    for root in [".", "./", "sub", "sub/", "sub//", "./sub"] {
        let found = output(Command::new("find").args([root, "-type", "f"]).current_dir(&tree)).stdout;
        let ours = output(checksum().arg(root).current_dir(&tree)).stdout;
        assert!(text(&ours).ends_with(&format!("  {}", text(&found))), "{root}: {}", text(&ours));
    }
}

#[test]
fn sha256sum_accepts_the_output() {
    let tree = random_tree(5);
    let ours = output(checksum().arg(tree.path()));
    let mut check = sha256sum().args(["-c", "--strict", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
    check.stdin.take().unwrap().write_all(&ours.stdout).unwrap();
    assert!(check.wait().unwrap().success());
}

#[test]
fn arguments_keep_their_order_even_if_the_first_is_the_largest() {
    let tree = tempfile::tempdir().unwrap();
    let path = |name: &str| tree.path().join(name);
    File::create(path("z-large")).unwrap().set_len(4 << 20).unwrap();
    let mut arguments = vec![path("z-large")];
    for number in (0..200).rev() {
        let small = path(&number.to_string());
        fs::write(&small, number.to_string()).unwrap();
        arguments.push(small);
    }
    arguments.push(path("z-large"));

    assert_same_output(&output(checksum().args(&arguments)), &output(sha256sum().args(&arguments)));
}

#[test]
fn standard_input_is_the_default_and_has_a_name() {
    let tree = tempfile::tempdir().unwrap();
    let file = tree.path().join("file");
    fs::write(&file, "some text\n").unwrap();
    for arguments in [vec![], vec![OsStr::new("-")], vec![file.as_os_str(), OsStr::new("-")]] {
        let input = || Stdio::from(File::open(&file).unwrap());
        let ours = output(checksum().args(&arguments).stdin(input()));
        assert_same_output(&ours, &output(sha256sum().args(&arguments).stdin(input())));
    }
}

#[test]
fn unreadable_paths_are_reported_and_the_rest_goes_on() {
    let tree = tempfile::tempdir().unwrap();
    let path = |name: &str| tree.path().join(name);
    fs::write(path("a"), "a").unwrap();
    fs::write(path("b"), "b").unwrap();
    symlink("nowhere", path("dangling")).unwrap();
    symlink("a", path("link")).unwrap();

    let ours =
        output(checksum().args([path("a"), path("missing"), path("dangling"), path("link"), path("b")]));

    assert_eq!(ours.status.code(), Some(1));
    assert_eq!(ours.stdout, output(sha256sum().args([path("a"), path("link"), path("b")])).stdout);
    let complaint = |name| format!("checksum: {}: No such file or directory\n", path(name).display());
    assert_eq!(text(&ours.stderr), complaint("missing") + &complaint("dangling"));
}

#[test]
fn there_may_be_more_jobs_than_files_and_no_files_at_all() {
    let tree = tempfile::tempdir().unwrap();
    let none = output(checksum().args(["-j", "64"]).arg(tree.path()));
    assert!(none.status.success() && none.stdout.is_empty() && none.stderr.is_empty(), "{none:?}");

    let file = tree.path().join("only");
    fs::write(&file, "one").unwrap();
    assert_same_output(
        &output(checksum().args(["-j", "64"]).arg(tree.path())),
        &output(sha256sum().arg(file)),
    );
}

#[test]
fn impossible_numbers_of_jobs_are_refused() {
    for jobs in ["0", "257", "-1", "many"] {
        assert_eq!(output(checksum().arg(format!("--jobs={jobs}"))).status.code(), Some(2), "{jobs}");
    }
}

#[test]
fn stats_go_to_standard_error_and_name_every_figure() {
    let tree = random_tree(6);
    let files = files_below(tree.path());
    let bytes: u64 = files.iter().map(|file| file.metadata().unwrap().len()).sum();

    let plain = output(checksum().arg(tree.path()));
    let ours = output(checksum().arg("--stats").arg(tree.path()));

    assert_eq!(ours.stdout, plain.stdout);
    let stats = text(&ours.stderr);
    let labels = ["files", "bytes", "time", "throughput", "mean wait", "queue length", "over time"];
    assert_eq!(stats.lines().count(), labels.len(), "{stats}");
    for (line, label) in stats.lines().zip(labels) {
        assert!(line.starts_with(label), "{line}");
    }
    assert!(stats.contains(&format!("{} hashed, 0 failed", files.len())), "{stats}");
    assert!(stats.contains(&format!("bytes         {bytes} ")), "{stats}");
}

#[test]
fn the_plot_is_an_svg_with_both_curves() {
    let tree = random_tree(7);
    let plot = tree.path().join("plot.svg");
    let run = output(checksum().arg("--plot").arg(&plot).arg(tree.path().join("with space")));
    assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
    let svg = fs::read_to_string(plot).unwrap();
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    for words in ["work queue", "Throughput", "seconds", "MiB/s"] {
        assert!(svg.contains(words), "{words}");
    }
}

#[test]
fn a_plot_that_cannot_be_written_is_reported() {
    let tree = tempfile::tempdir().unwrap();
    let run = output(checksum().args(["--plot", "no/such/directory/plot.svg"]).arg(tree.path()));
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(text(&run.stderr), "checksum: no/such/directory/plot.svg: No such file or directory\n");
}

#[test]
fn a_reader_that_leaves_ends_the_program_without_a_word() {
    let tree = random_tree(8);
    // Enough output to fill any pipe.
    let arguments = vec![tree.path(); 50];
    let mut child = checksum()
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("checksum starts");
    drop(child.stdout.take());

    assert_eq!(wait(&mut child), Some(141));
    assert_eq!(errors_of(&mut child), "");
}

#[test]
fn a_full_disk_is_reported() {
    let Ok(full) = File::options().write(true).open("/dev/full") else { return };
    let tree = random_tree(9);
    let run = output(checksum().arg(tree.path()).stdout(full));
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(text(&run.stderr), "checksum: standard output: No space left on device\n");
}

#[test]
fn help_that_cannot_be_written_is_said_too() {
    program::testing::check_failing_output(
        "checksum",
        |_| false,
        |stdout| {
            let child = checksum().arg("--help").stdout(stdout).stderr(Stdio::piped()).spawn();
            child.and_then(Child::wait_with_output).expect("checksum starts")
        },
    );
}

#[test]
fn an_interrupt_ends_a_read_that_would_wait_for_ever() {
    let tree = tempfile::tempdir().unwrap();
    let small = tree.path().join("small");
    let fifo = tree.path().join("fifo");
    fs::write(&small, "small").unwrap();
    make_fifo(&fifo);

    let mut child =
        checksum().args([&small, &fifo]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // The first line shows that it runs, and that lines do not wait for later ones.
    stdout.read_line(&mut line).unwrap();
    interrupt(&child);

    assert_eq!(wait(&mut child), Some(130));
    assert_eq!(line.as_bytes(), output(sha256sum().arg(&small)).stdout);
    assert_eq!(rest_of(stdout), "");
    assert_eq!(errors_of(&mut child), "");
}

#[test]
fn an_interrupt_while_hashing_leaves_whole_lines() {
    let tree = random_tree(10);
    let huge = tree.path().join("huge");
    // Hours of hashing, without a byte on the disk.
    File::create(&huge).unwrap().set_len(1 << 42).unwrap();

    let mut child = checksum()
        .arg(tree.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("checksum starts");
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut printed = Vec::new();
    stdout.read_until(b'\n', &mut printed).unwrap();
    interrupt(&child);
    assert_eq!(wait(&mut child), Some(130));
    stdout.read_to_end(&mut printed).unwrap();

    fs::remove_file(huge).unwrap();
    let complete = output(checksum().arg(tree.path())).stdout;
    assert!(printed.ends_with(b"\n"));
    assert!(complete.starts_with(&printed), "an interrupted run prints a beginning of the whole");
    assert_eq!(errors_of(&mut child), "");
}

fn make_fifo(path: &Path) {
    let path = CString::new(path.as_os_str().as_bytes()).unwrap();
    // SAFETY: the pointer is that of a string with a terminating zero, which outlives the call.
    assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
}

fn interrupt(child: &Child) {
    let id = libc::pid_t::try_from(child.id()).unwrap();
    // SAFETY: `kill` takes numbers only; the child has not been waited for, so its number is still
    // its own.
    assert_eq!(unsafe { libc::kill(id, libc::SIGINT) }, 0);
}

/// Waits for the exit status, and fails loudly rather than hang.
fn wait(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.signal(), None);
            return status.code();
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    panic!("checksum did not end");
}

fn errors_of(child: &mut Child) -> String {
    rest_of(child.stderr.take().unwrap())
}

fn rest_of(mut reader: impl Read) -> String {
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    text
}
