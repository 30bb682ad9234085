use std::process::ExitCode;

use ringway_benches::{case, roster, run};

fn main() -> ExitCode {
    run("batch", case::batch(), roster::pair_entrants)
}
