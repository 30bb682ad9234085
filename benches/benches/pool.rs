use std::process::ExitCode;

fn main() -> ExitCode {
    ringway_benches::targets::pool::main()
}
