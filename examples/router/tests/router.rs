//! The program as its users meet it.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};

fn start(arguments: &[&str], stdout: Stdio) -> Child {
    Command::new(env!("CARGO_BIN_EXE_router"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the router starts")
}

fn router(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = start(arguments, Stdio::piped());
    child.stdin.take().unwrap().write_all(input).expect("the router reads all of it");
    child.wait_with_output().unwrap()
}

fn stdout_of(output: &Output, pattern: &str) -> Vec<String> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().filter_map(|line| Some(line.strip_prefix(pattern)?.strip_prefix('\t')?.to_owned())).collect()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn each_pattern_prints_what_it_matches_in_order() {
    let input = b"plant.1.heat 20\nplant.1.door open\noffice.heat 21\nplant.2.heat 22\n";
    let output = router(&["plant.*.heat", "plant.>"], input);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(stdout_of(&output, "plant.*.heat"), ["plant.1.heat 20", "plant.2.heat 22"]);
    assert_eq!(stdout_of(&output, "plant.>"), ["plant.1.heat 20", "plant.1.door open", "plant.2.heat 22"]);
    assert_eq!(
        stderr(&output),
        "plant.*.heat: 2 delivered, 0 rejected\n\
         plant.>: 3 delivered, 0 rejected\n\
         1 unmatched, 0 malformed\n"
    );
}

#[test]
fn every_message_of_a_burst_is_printed_or_counted_as_rejected() {
    let mut child = start(&["--capacity", "2", "a"], Stdio::piped());
    let message = "x".repeat(4096);
    let input: String = (0..1000).map(|number| format!("a {number}{message}\n")).collect();
    child.stdin.take().unwrap().write_all(input.as_bytes()).expect("publishing waits for nothing");
    // Nothing reads standard output until the counts are there: the printing thread blocks when the
    // pipe is full.
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let (mut counts, mut others) = (String::new(), String::new());
    errors.read_line(&mut counts).unwrap();
    errors.read_line(&mut others).unwrap();
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    assert!(child.wait().unwrap().success());

    let printed = output.lines().count();
    assert!(printed >= 2, "the queue had room for two");
    assert!(printed < 1000, "a pipe holds less than four million bytes");
    assert_eq!(counts, format!("a: {printed} delivered, {} rejected\n", 1000 - printed));
    assert_eq!(others, "0 unmatched, 0 malformed\n");
}

#[test]
fn output_that_fails_ends_it_though_its_input_goes_on() {
    let is_count = |line: &str| line.contains(" delivered, ") || line.contains(" unmatched, ");
    program::testing::check_failing_output("router", is_count, |stdout| {
        let mut child = start(&["a", "*"], stdout);
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"a message\n").unwrap();
        let status = child.wait().unwrap();
        drop(input);
        Output { status, ..child.wait_with_output().unwrap() }
    });
}

#[test]
fn malformed_lines_are_counted_and_the_rest_goes_through() {
    let mut input = b"no-message\n.. x\na.* x\n\xff y\n\n".to_vec();
    // Too long, and its end looks like a message of its own.
    input.extend(b"a ".iter().chain(&[b'x'; 64 * 1024]).chain(b"\na last"));
    let output = router(&["a"], &input);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout_of(&output, "a"), ["a last"]);
    assert_eq!(stderr(&output), "a: 1 delivered, 0 rejected\n0 unmatched, 6 malformed\n");
}

#[test]
fn a_wrong_pattern_is_named() {
    let output = router(&["plant.>.heat"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'plant.>.heat'"), "{output:?}");
}
