//! What a run leaves: tables, plots, every round.

#[cfg(unix)]
pub(crate) mod bars;
pub(crate) mod csv;
pub(crate) mod machine;
pub(crate) mod markdown;
pub(crate) mod plot;
pub(crate) mod record;
pub(crate) mod results;
