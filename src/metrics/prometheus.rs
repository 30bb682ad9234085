//! Snapshot as text, in the exposition format of Prometheus 0.0.4.
//!
//! The content type to serve it under is [`CONTENT_TYPE`]. The families:
//!
//! | name | type | what |
//! |------|------|------|
//! | `ringway_queue_length` | gauge | values in the queue |
//! | `ringway_queue_length_max` | gauge | the most that were ever in it |
//! | `ringway_in_service` | gauge | values taken and not done |
//! | `ringway_offered_total` | counter | values offered, accepted or not |
//! | `ringway_rejected_total` | counter | values for which there was no room |
//! | `ringway_waiting_seconds` | histogram | from push to pop |
//! | `ringway_service_seconds` | histogram | from pop to done |
//! | `ringway_response_seconds` | histogram | from push to done |
//!
//! Each has the label `queue`. The numbers are read one after the other while others go on counting, in an
//! order in which no more values are rejected than offered. The histograms have a bucket for each octave
//! (see [`Histogram`]), and count the values that were timed.

use super::meter::{Meter, Snapshot, Stamped};
use super::metered::{Metered, SharedQueue};
use super::{Clock, Histogram};
use core::fmt::{self, Display, Write};
use core::ops::Deref;

/// The content type to serve the text under.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// One of the three times that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// From push to pop.
    Waiting,
    /// From pop to done.
    Service,
    /// From push to done.
    Response,
}

/// What [`write()`] writes about. Every [`Metered`] queue that is [`SharedQueue`] is one.
pub trait Source {
    /// The counts, and the length of the queue.
    fn snapshot(&self) -> Snapshot;
    /// The ticks of a second.
    fn hertz(&self) -> u64;
    /// Calls `each` with the largest value of every octave and the number of times in it, from small to large.
    ///
    /// **Errors**: what `each` fails with, at once.
    fn octaves(&self, time: Time, each: &mut dyn FnMut(u64, u64) -> fmt::Result) -> fmt::Result;
    /// The sum of the times, in ticks.
    fn sum(&self, time: Time) -> u128;
}

impl<C, const EVERY: usize, const OCTAVES: usize> Meter<C, EVERY, OCTAVES> {
    fn histogram(&self, time: Time) -> &Histogram<OCTAVES> {
        match time {
            Time::Waiting => self.waiting(),
            Time::Service => self.service(),
            Time::Response => self.response(),
        }
    }
}

impl<Q, T, C, M, const EVERY: usize, const OCTAVES: usize> Source for Metered<Q, M>
where
    Q: SharedQueue<Value = Stamped<T, C>>,
    C: Clock,
    M: Deref<Target = Meter<C, EVERY, OCTAVES>>,
{
    fn snapshot(&self) -> Snapshot {
        self.snapshot()
    }

    fn hertz(&self) -> u64 {
        self.meter().clock().hertz()
    }

    fn octaves(&self, time: Time, each: &mut dyn FnMut(u64, u64) -> fmt::Result) -> fmt::Result {
        self.meter().histogram(time).octaves().try_for_each(|(end, count)| each(end, count))
    }

    fn sum(&self, time: Time) -> u128 {
        self.meter().histogram(time).sum()
    }
}

/// A number among the figures: its name, its type, what it is, and where it stands.
type Number = (&'static str, &'static str, &'static str, fn(&Snapshot) -> usize);

/// In the order in which they are read: see [`Snapshot`]. What is offered is read after what is rejected,
/// and never becomes less.
const NUMBERS: [Number; 5] = [
    ("queue_length", "gauge", "Values in the queue.", |snapshot| snapshot.length),
    ("queue_length_max", "gauge", "The most values that were ever in the queue.", |snapshot| {
        snapshot.high_water
    }),
    ("in_service", "gauge", "Values taken and not done.", |snapshot| snapshot.in_service),
    ("rejected_total", "counter", "Values for which there was no room.", |snapshot| snapshot.rejected),
    ("offered_total", "counter", "Values offered, accepted or not.", |snapshot| snapshot.offered),
];

const TIMES: [(&str, &str, Time); 3] = [
    ("waiting_seconds", "From push to pop.", Time::Waiting),
    ("service_seconds", "From pop to done.", Time::Service),
    ("response_seconds", "From push to done.", Time::Response),
];

/// Writes down the figures of several queues, each under its name.
///
/// **Complexity**: a few loads for each number, no read-modify-write, no allocation. **Errors**: those of `out`.
/// Never panics.
///
/// ```
/// use ringway::metrics::{ManualClock, Meter, Metered, prometheus};
///
/// let meter = Meter::<_>::new(ManualClock::new(1000));
/// let jobs = Metered::new(ringway::mpmc::Queue::<_, 8>::new(), &meter);
/// jobs.push("job").unwrap();
///
/// let mut text = String::new();
/// prometheus::write(&mut text, &[("jobs", &jobs)]).unwrap();
/// assert!(text.contains("ringway_queue_length{queue=\"jobs\"} 1\n"));
/// ```
pub fn write(out: &mut impl Write, queues: &[(&str, &dyn Source)]) -> fmt::Result {
    for (name, kind, help, read) in NUMBERS {
        write_head(out, name, kind, help)?;
        for (queue, source) in queues {
            writeln!(out, "ringway_{name}{{queue=\"{}\"}} {}", Label(queue), read(&source.snapshot()))?;
        }
    }
    for (name, help, time) in TIMES {
        write_head(out, name, "histogram", help)?;
        for (queue, source) in queues {
            write_histogram(out, name, &Label(queue), *source, time)?;
        }
    }
    Ok(())
}

fn write_head(out: &mut impl Write, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(out, "# HELP ringway_{name} {help}\n# TYPE ringway_{name} {kind}")
}

fn write_histogram(
    out: &mut impl Write,
    name: &str,
    queue: &Label<'_>,
    source: &dyn Source,
    time: Time,
) -> fmt::Result {
    let hertz = source.hertz() as f64;
    let mut count = 0u64;
    source.octaves(time, &mut |end, more| {
        count = count.saturating_add(more);
        match end {
            u64::MAX => Ok(()),
            end => {
                let end = end as f64 / hertz;
                writeln!(out, "ringway_{name}_bucket{{queue=\"{queue}\",le=\"{end}\"}} {count}")
            }
        }
    })?;
    writeln!(out, "ringway_{name}_bucket{{queue=\"{queue}\",le=\"+Inf\"}} {count}")?;
    writeln!(out, "ringway_{name}_sum{{queue=\"{queue}\"}} {}", source.sum(time) as f64 / hertz)?;
    writeln!(out, "ringway_{name}_count{{queue=\"{queue}\"}} {count}")
}

/// The value of a label, escaped.
struct Label<'a>(&'a str);

impl Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '\\' => f.write_str("\\\\"),
            '"' => f.write_str("\\\""),
            '\n' => f.write_str("\\n"),
            other => f.write_char(other),
        })
    }
}
