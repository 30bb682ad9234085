use std::process::ExitCode;

use ringway_benches::targets::memory::{self, Counting};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    memory::main()
}
