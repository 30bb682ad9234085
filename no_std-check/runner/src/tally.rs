//! What passed and what failed.

use std::process::ExitCode;

#[derive(Debug, Default)]
pub(crate) struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    /// Counts one check, and prints it with what was found wrong.
    pub(crate) fn note(&mut self, name: &str, faults: &[String]) {
        if faults.is_empty() {
            self.passed += 1;
            println!("ok    {name}");
        } else {
            self.failed += 1;
            println!("FAIL  {name}");
        }
        for fault in faults {
            println!("        {}", fault.trim_end().replace('\n', "\n        "));
        }
    }

    pub(crate) fn finish(self) -> ExitCode {
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
