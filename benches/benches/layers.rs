use std::process::ExitCode;

use ringway_benches::{case, roster, run};

fn main() -> ExitCode {
    run("layers", case::layers(), roster::layer_entrants)
}
