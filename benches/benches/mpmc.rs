use std::process::ExitCode;

use ringway_benches::{case, roster, run};

fn main() -> ExitCode {
    run("mpmc", case::mpmc(), roster::many_entrants)
}
