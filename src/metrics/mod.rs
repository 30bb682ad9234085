//! Queue length, waiting time, service time, response time (feature `metrics`).
//!
//! ```text
//!   push ──► waiting ──► pop ──► in service ──► finish
//!   │◄── waiting time ──►│◄── service time ──►│
//!   │◄────────────── response time ──────────►│
//! ```
//!
//! * What a queue knows anyway costs nothing: `len`, and [`stats`](crate::mpmc::QueueInner::stats).
//!   [`LittlesLaw`] turns samples of these into a mean waiting time.
//! * A [`Metered`] queue stamps each value, or one in so many, with the time, and records the times
//!   in the [`Histogram`]s of a [`Meter`]. The queue inside is unchanged, and a queue that is not
//!   metered has not one instruction more because of this module.
//! * [`prometheus::write()`] writes it all as text for a server to collect.
//!
//! Everything is `const`, does not allocate, and may be used in interrupt handlers.
//!
//! ```
//! use ringway::metrics::{CycleClock, Meter, Metered, Stamped};
//! use ringway::mpmc::Queue;
//!
//! fn cycles() -> u32 { 0 /* reads the cycle counter */ }
//!
//! type Timed<T> = Stamped<T, CycleClock>;
//! static METER: Meter<CycleClock> = Meter::new(CycleClock::new(cycles, 72_000_000));
//! static JOBS: Metered<Queue<Timed<u32>, 8>, &Meter<CycleClock>> =
//!     Metered::new(Queue::new(), &METER);
//!
//! JOBS.push(7).unwrap();
//! let job = JOBS.begin().unwrap(); // the waiting time ends here
//! assert_eq!(*job, 7);
//! job.finish(); // the service time ends here
//! assert_eq!(METER.waiting().count(), 1);
//! assert_eq!(METER.response().count(), 1);
//! ```

mod clock;
mod histogram;
mod in_service;
mod littles_law;
mod meter;
mod metered;
pub mod prometheus;
mod sum;

#[cfg(feature = "std")]
pub use self::clock::StdClock;
pub use self::clock::{Clock, CycleClock, ManualClock};
pub use self::histogram::Histogram;
pub use self::in_service::InService;
pub use self::littles_law::LittlesLaw;
pub use self::meter::{Meter, Snapshot, Stamped, Ticket};
pub use self::metered::{Metered, MeteredLevel, SharedQueue};
