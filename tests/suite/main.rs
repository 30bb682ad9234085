//! One behaviour suite, run on every face of every queue.
//!
//! * [`queue`]: what every queue does, however it was made
//! * [`mpmc`]: grants, taken references, `force_push`, figures
//! * [`spsc`]: chunks, slices, iterators
//! * [`spsc_ends`]: both ends made again, or taken once
//! * [`spsc_more`]: an end that is gone; values by iterators, text and byte streams
//! * [`io`]: the ends as byte streams of embedded-io (feature `embedded-io-07`)
//! * [`priority`]: order, policies and their bounds, cost classes
//! * [`stack`]: last in, first out
//! * [`collect`]: queues as collections
//! * [`errors`]: what comes back when something is refused
//!
//! A behaviour is a generic function whose name is a sentence. A suite runs each on each face.
#![allow(
    clippy::drop_non_drop,
    clippy::forget_non_drop,
    reason = "what is dropped or forgotten here is to stay right if it gets a `Drop` one day"
)]

/// Makes one test of each behaviour for each face.
macro_rules! suite {
    (on { $($(#[$condition:meta])* $name:ident: $face:ty,)* } run $behaviours:tt) => {
        mod on {
            $($(#[$condition])* mod $name { suite!(@tests $face, $behaviours); })*
        }
    };
    (@tests $face:ty, { $($behaviour:ident,)* }) => {
        use super::super::*;
        $(#[test] fn $behaviour() { super::super::$behaviour::<$face>(); })*
    };
}

mod collect;
mod errors;
mod faces;
#[cfg(feature = "embedded-io-07")]
mod io;
mod mpmc;
mod priority;
mod queue;
mod spsc;
mod spsc_ends;
mod spsc_more;
mod stack;
