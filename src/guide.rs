//! The guide: choosing, cancel safety, closing, selecting, interrupts, Python, migration, models.
//! Text only.

#[doc = include_str!("../docs/choose.md")]
pub mod choose {}

#[cfg_attr(feature = "async", doc = include_str!("../docs/cancel-safety.md"))]
#[cfg_attr(not(feature = "async"), doc = "About channels, which need the feature `async`.")]
pub mod cancel_safety {}

#[cfg_attr(feature = "async", doc = include_str!("../docs/closing.md"))]
#[cfg_attr(not(feature = "async"), doc = "About channels, which need the feature `async`.")]
pub mod closing {}

#[cfg_attr(all(feature = "async", feature = "std"), doc = include_str!("../docs/select.md"))]
#[cfg_attr(
    not(all(feature = "async", feature = "std")),
    doc = "About channels and threads, which need the features `async` and `std`."
)]
pub mod select {}

#[doc = include_str!("../docs/interrupts.md")]
pub mod interrupts {}

#[doc = include_str!("../docs/python.md")]
pub mod python {}

#[doc = include_str!("../docs/migrate.md")]
pub mod migrate {}

#[doc = include_str!("../docs/loom.md")]
pub mod loom {}
