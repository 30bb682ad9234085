//! Bounded queues that never make one caller wait for another.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", loom, test))]
extern crate std;

mod error;
pub mod mpmc;
mod raw;
pub mod spsc;
mod sync;

pub use error::{CapacityError, ChunkError, Full};
