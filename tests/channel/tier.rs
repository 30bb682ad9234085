//! How much is tried.

use std::time::{SystemTime, UNIX_EPOCH};

/// Whether `RINGWAY_STRESS` asks for the long scenarios.
pub(crate) fn is_deep() -> bool {
    std::env::var_os("RINGWAY_STRESS").is_some()
}

/// A number that differs from run to run, unless `RINGWAY_SEED` says which.
pub(crate) fn seed() -> u64 {
    let chosen = std::env::var("RINGWAY_SEED").map(|text| text.parse().expect("RINGWAY_SEED is a number"));
    chosen.unwrap_or_else(|_| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is set");
        now.as_nanos() as u64
    })
}
