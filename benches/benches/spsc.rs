use std::process::ExitCode;

use ringway_benches::{case, roster, run};

fn main() -> ExitCode {
    run("spsc", case::spsc(), roster::pair_entrants)
}
