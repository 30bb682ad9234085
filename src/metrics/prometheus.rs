//! Counts and times as text, in the Prometheus exposition format 0.0.4.
//!
//! Serve it with the content type [`CONTENT_TYPE`]. The metric families:
//!
//! | name | type | meaning |
//! |------|------|------|
//! | `ringway_queue_length` | gauge | values in the queue |
//! | `ringway_queue_length_max` | gauge | largest number of values so far |
//! | `ringway_in_service` | gauge | values in service |
//! | `ringway_offered_total` | counter | values offered, accepted or rejected |
//! | `ringway_rejected_total` | counter | values rejected because the queue was full |
//! | `ringway_waiting_seconds` | histogram | from push to pop |
//! | `ringway_service_seconds` | histogram | from pop to finish |
//! | `ringway_response_seconds` | histogram | from push to finish |
//!
//! Each has the label `queue`. The numbers are read one after the other while other threads may
//! continue to count, in an order in which no more values are rejected than offered. The histograms
//! have a bucket for each octave (see [`Histogram`]), and count the values that were timed.

use super::meter::{Meter, Snapshot, Stamped};
use super::metered::{Metered, SharedQueue};
use super::{Clock, Histogram};
use core::fmt::{self, Display, Write};
use core::ops::Deref;

/// The content type of the text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// One of the three times that a [`Meter`] measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// From push to pop.
    Waiting,
    /// From pop to finish.
    Service,
    /// From push to finish.
    Response,
}

/// A source of what [`write()`] writes. Every [`Metered`] [`SharedQueue`] is one.
pub trait Source {
    /// Returns the counts, and the length of the queue.
    fn snapshot(&self) -> Snapshot;
    /// Returns the number of ticks per second.
    fn hertz(&self) -> u64;
    /// Calls `each` with the largest value of every octave and its count, in ascending order.
    /// Returns the first error of `each`.
    fn octaves(&self, time: Time, each: &mut dyn FnMut(u64, u64) -> fmt::Result) -> fmt::Result;
    /// Returns the sum of the times, in ticks.
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

/// A number of a [`Snapshot`]: its name, type and description, and how to read it.
type Number = (&'static str, &'static str, &'static str, fn(&Snapshot) -> usize);

/// In the order in which they are read, each from a snapshot of its own. `offered` is read after
/// `rejected`, so that no more values appear to be rejected than offered.
const NUMBERS: [Number; 5] = [
    ("queue_length", "gauge", "Values in the queue.", |snapshot| snapshot.length),
    ("queue_length_max", "gauge", "The largest number of values in the queue so far.", |snapshot| {
        snapshot.high_water
    }),
    ("in_service", "gauge", "Values in service.", |snapshot| snapshot.in_service),
    ("rejected_total", "counter", "Values rejected because the queue was full.", |snapshot| {
        snapshot.rejected
    }),
    ("offered_total", "counter", "Values offered, accepted or rejected.", |snapshot| snapshot.offered),
];

const TIMES: [(&str, &str, Time); 3] = [
    ("waiting_seconds", "From push to pop.", Time::Waiting),
    ("service_seconds", "From pop to finish.", Time::Service),
    ("response_seconds", "From push to finish.", Time::Response),
];

/// Writes the counts and times of several queues, each under its name.
///
/// **Guarantees**: does not allocate, and delays no operation of the queues.
/// **Complexity**: a few loads for each number, no atomic read-modify-write.
/// **Errors**: those of `out`. Never panics.
///
/// ```
/// use ringway::metrics::{ManualClock, Meter, Metered, prometheus};
///
/// let meter = Meter::new(ManualClock::new(1000));
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

/// The value of a label, displayed with its special characters escaped.
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
