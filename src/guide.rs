//! The guide: choosing, cancel safety, closing, interrupts, Python, migration, models. Text only.

#[doc = include_str!("../docs/choose.md")]
pub mod choose {}

#[cfg_attr(feature = "async", doc = include_str!("../docs/cancel-safety.md"))]
#[cfg_attr(not(feature = "async"), doc = "About channels, which need the feature `async`.")]
pub mod cancel_safety {}

#[cfg_attr(feature = "async", doc = include_str!("../docs/closing.md"))]
#[cfg_attr(not(feature = "async"), doc = "About channels, which need the feature `async`.")]
pub mod closing {}

#[doc = include_str!("../docs/interrupts.md")]
pub mod interrupts {}

#[doc = include_str!("../docs/python.md")]
pub mod python {}

#[doc = include_str!("../docs/migrate.md")]
pub mod migrate {}

#[doc = include_str!("../docs/loom.md")]
pub mod loom {}
