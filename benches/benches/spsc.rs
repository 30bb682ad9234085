use std::process::ExitCode;

fn main() -> ExitCode {
    ringway_benches::targets::spsc::main()
}
