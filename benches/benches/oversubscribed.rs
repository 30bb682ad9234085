use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    ringway_benches::targets::oversubscribed::main()
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    println!("oversubscribed: needs the signals and clocks of Unix");
    ExitCode::SUCCESS
}
