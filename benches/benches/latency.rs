use std::process::ExitCode;

use ringway_benches::{case, roster, run};

fn main() -> ExitCode {
    run("latency", case::latency().into(), roster::entrants)
}
