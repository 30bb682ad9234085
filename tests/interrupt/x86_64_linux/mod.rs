//! The sweep: a machine that steps through an operation, what it is interrupted by, and what must
//! come of it.

mod machine;
mod memory;
mod scenario;
mod suite;
mod sweep;
mod table;
mod waiting;
mod watch;

pub(crate) use suite::run;
