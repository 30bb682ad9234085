//! Queue length, waiting time, service time, response time (feature `metrics`).
//!
//! ```text
//!   push ──► waiting ──► pop ──► in service ──► done
//!   │◄── waiting time ──►│◄── service time ──►│
//!   │◄────────────── response time ──────────►│
//! ```
//!
//! * What a queue knows anyway costs nothing: `len`, and [`stats`](crate::mpmc::QueueInner::stats). A [`LittlesLaw`]
//!   turns samples of that into a mean waiting time.
//! * A [`Metered`] queue gives each value, or one in so many, a time stamp, and writes the times into the
//!   [`Histogram`]s of a [`Meter`]. The queue inside is the same, and one that is not metered has not an
//!   instruction more for this module.
//! * [`prometheus::write()`] writes it all down for a server to collect.
//!
//! Everything is `const`, without an allocator, and may be used by interrupt handlers.
//!
//! ```
//! use ringway::metrics::{CycleClock, Meter, Metered, Stamped};
//! use ringway::mpmc::Queue;
//!
//! fn cycles() -> u32 { 0 /* reads the counter of the board */ }
//!
//! type Timed<T> = Stamped<T, CycleClock>;
//! static METER: Meter<CycleClock> = Meter::new(CycleClock::new(cycles, 72_000_000));
//! static JOBS: Metered<Queue<Timed<u32>, 8>, &Meter<CycleClock>> = Metered::new(Queue::new(), &METER);
//!
//! JOBS.push(7).unwrap();
//! let job = JOBS.begin().unwrap(); // waited until here
//! assert_eq!(*job, 7);
//! job.finish(); // and was served until here
//! assert_eq!(METER.waiting().count(), 1);
//! assert_eq!(METER.response().count(), 1);
//! ```
//!
mod clock;
mod histogram;
mod littles_law;
mod meter;
mod metered;
pub mod prometheus;

#[cfg(feature = "std")]
pub use self::clock::StdClock;
pub use self::clock::{Clock, CycleClock, ManualClock};
pub use self::histogram::Histogram;
pub use self::littles_law::LittlesLaw;
pub use self::meter::{Meter, Snapshot, Stamped, Ticket};
pub use self::metered::{InService, Metered, MeteredLevel, SharedQueue};
