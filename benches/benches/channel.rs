use std::process::ExitCode;

use ringway_benches::{case, roster, run};

fn main() -> ExitCode {
    run("channel", case::channel(), roster::channel_entrants)
}
