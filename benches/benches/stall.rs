use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    ringway_benches::targets::stall::main()
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    println!("stall: needs the signals and clocks of Unix");
    ExitCode::SUCCESS
}
