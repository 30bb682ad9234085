//! The program as its users meet it.

use std::process::{Child, Command, Output, Stdio};

fn scheduler(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scheduler")).args(arguments).output().expect("the program starts")
}

fn printed(arguments: &[&str]) -> String {
    let output = scheduler(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The numbers behind the name of an order, without theory's.
fn row(table: &str, name: &str) -> Vec<f64> {
    let line = table.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}"));
    line.split_whitespace().filter(|word| !word.starts_with('(')).map(|word| word.parse().unwrap()).collect()
}

const WAIT: usize = 1;
const URGENT: usize = 3;
const OTHER: usize = 4;
const SHORT: usize = 5;
const LONG: usize = 6;

#[test]
fn the_same_seed_prints_the_same_and_another_does_not() {
    let run = |seed| printed(&["--jobs", "20000", "--seed", seed]);
    assert_eq!(run("7"), run("7"));
    assert_ne!(run("7"), run("8"));
}

#[test]
fn each_order_does_what_it_is_for() {
    let table = printed(&["--jobs", "100000"]);
    let first_come = row(&table, "first come, first served");
    let urgent = row(&table, "urgent first, Strict");
    let short = row(&table, "short first, 8 classes, Strict");
    let fair = row(&table, "short first, 8 classes, Fair<4>");
    assert!(urgent[URGENT] < first_come[URGENT] / 2.0 && urgent[OTHER] > first_come[OTHER]);
    assert!(short[WAIT] < first_come[WAIT] / 2.0 && short[LONG] > first_come[LONG]);
    assert!(fair[LONG] < short[LONG] && fair[SHORT] > short[SHORT]);
}

#[test]
fn the_mean_wait_is_the_same_in_every_order_by_urgency() {
    let table = printed(&["--jobs", "50000", "--sizes", "exponential", "--load", "0.7"]);
    let wait = |name| row(&table, name)[WAIT];
    assert!((wait("urgent first, Strict") / wait("first come, first served") - 1.0).abs() < 0.02);
}

#[test]
fn the_drawing_has_a_curve_for_each_order_that_looks_at_sizes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.svg");
    printed(&["--jobs", "20000", "--plot", path.to_str().unwrap()]);
    let svg = std::fs::read_to_string(path).unwrap();
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    // A line in the chart and one in the legend for each.
    for colour in ["#000000", "#0000FF", "#008246", "#FF0000"] {
        let stroke = format!("stroke=\"{colour}\" stroke-width=\"2\"");
        assert_eq!(svg.matches(&stroke).count(), 2, "{colour}");
    }
}

#[test]
fn nonsense_is_refused_and_says_why() {
    let cases: [(&[&str], &str); 7] = [
        (&["--load=1e-300"], "at least 0.001"),
        (&["--load=1"], "between 0 and 1"),
        (&["--load=nan"], "between 0 and 1"),
        (&["--urgent=0"], "between 0 and 1"),
        (&["--sigma=0"], "above 0"),
        (&["--jobs=0"], "1000"),
        (&["--jobs=1000", "--plot=/nowhere/at/all.svg"], "No such file"),
    ];
    for (arguments, why) in cases {
        let output = scheduler(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && errors.contains(why), "{arguments:?}: {errors}");
    }
}

#[test]
fn output_that_fails_is_said() {
    program::testing::check_failing_output(
        "scheduler",
        |_| false,
        |stdout| {
            let mut scheduler = Command::new(env!("CARGO_BIN_EXE_scheduler"));
            scheduler.args(["--jobs", "1000"]).stdout(stdout).stderr(Stdio::piped());
            scheduler.spawn().and_then(Child::wait_with_output).expect("the program starts")
        },
    );
}

#[test]
fn help_that_cannot_be_written_is_said_too() {
    program::testing::check_failing_output(
        "scheduler",
        |_| false,
        |stdout| {
            let mut scheduler = Command::new(env!("CARGO_BIN_EXE_scheduler"));
            scheduler.arg("--help").stdout(stdout).stderr(Stdio::piped());
            scheduler.spawn().and_then(Child::wait_with_output).expect("the program starts")
        },
    );
}
