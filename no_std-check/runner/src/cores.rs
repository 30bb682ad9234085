//! Two real cores on one queue: QEMU runs each in a thread of its own.

use crate::boards::TWO_CORES;
use crate::tally::Tally;
use crate::toolchain::Toolchain;
use anyhow::Result;

pub(crate) fn check(toolchain: Toolchain, tally: &mut Tally) -> Result<()> {
    let build = TWO_CORES.firmware("cores", TWO_CORES.feature);
    let printed = match toolchain.build(build)? {
        Ok(image) => TWO_CORES.run_freely(&image)?,
        Err(message) => Err(message),
    };
    match printed {
        Ok(printed) => {
            let tests: Vec<_> = printed.lines().collect();
            tests.iter().for_each(|test| tally.note(&format!("{}: {test}", TWO_CORES.core), &[]));
            let faults = if tests.len() == TESTS { vec![] } else { vec![format!("{TESTS} tests expected")] };
            tally.note(&format!("{}: all tests ran", TWO_CORES.core), &faults);
        }
        Err(message) => tally.note(TWO_CORES.core, &[message]),
    }
    Ok(())
}

/// How many tests the program has. It fails at the first that does not pass.
const TESTS: usize = 3;
