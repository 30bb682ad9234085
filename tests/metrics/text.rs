//! The text for Prometheus, as a parser reads it.

use prometheus::Time;
use prometheus_parse::{Sample, Scrape, Value};
use ringway::metrics::{ManualClock, Meter, Metered, Snapshot, Stamped, prometheus};
use ringway::mpmc;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

fn scrape(text: &str) -> Vec<Sample> {
    Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).expect("a parser reads it").samples
}

fn number(samples: &[Sample], name: &str, queue: &str) -> f64 {
    let sample =
        samples.iter().find(|sample| sample.metric == name && sample.labels.get("queue") == Some(queue));
    match sample.unwrap_or_else(|| panic!("{name} of {queue} is there")).value {
        Value::Counter(value) | Value::Gauge(value) | Value::Untyped(value) => value,
        ref other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn a_parser_finds_every_figure_under_its_queue() {
    let clock = ManualClock::new(1000);
    let (meter, other_meter) = (Meter::new(&clock), Meter::<_, 1, 30>::with_clock(&clock));
    let jobs = Metered::new(mpmc::Queue::<_, 2>::new(), &meter);
    let other = Metered::new(mpmc::Queue::<Stamped<u8, _>, 5>::new(), &other_meter);
    for value in 0..3 {
        let _ = jobs.push(value);
    }
    clock.advance(500);
    let in_service = jobs.begin();
    let mut text = String::new();
    prometheus::write(&mut text, &[("jobs", &jobs), ("other", &other)]).unwrap();
    drop(in_service);

    let samples = scrape(&text);
    let all = [
        ("queue_length", 1.0),
        ("queue_length_max", 2.0),
        ("in_service", 1.0),
        ("offered_total", 3.0),
        ("rejected_total", 1.0),
        ("waiting_seconds_sum", 0.5),
        ("waiting_seconds_count", 1.0),
        ("service_seconds_count", 0.0),
    ];
    for (name, expected) in all {
        assert_eq!(number(&samples, &format!("ringway_{name}"), "jobs"), expected, "{name}");
        assert_eq!(number(&samples, &format!("ringway_{name}"), "other"), 0.0, "{name}");
    }
}

#[test]
fn buckets_are_cumulative_and_end_at_infinity_with_the_count() {
    let meter = Meter::new(ManualClock::new(1000));
    let jobs = Metered::new(mpmc::Queue::<_, 2>::new(), &meter);
    for ticks in [0, 7, 8, 100, 1 << 40] {
        jobs.push(()).unwrap();
        meter.clock().advance(ticks);
        jobs.pop().unwrap();
    }
    let mut text = String::new();
    prometheus::write(&mut text, &[("jobs", &jobs)]).unwrap();
    let samples = scrape(&text);
    let waiting = samples.iter().find(|sample| sample.metric == "ringway_waiting_seconds").unwrap();
    let Value::Histogram(buckets) = &waiting.value else { panic!("a histogram") };
    assert!(buckets.windows(2).all(|pair| pair[0].less_than < pair[1].less_than), "bounds grow");
    assert!(buckets.windows(2).all(|pair| pair[0].count <= pair[1].count), "counts grow");
    let counted = |seconds| buckets.iter().find(|bucket| bucket.less_than == seconds).unwrap().count;
    assert_eq!(
        (counted(0.007), counted(0.015), counted(0.127), counted(f64::INFINITY)),
        (2.0, 3.0, 4.0, 5.0)
    );
}

/// A source that goes on counting between two looks, and whose counts are at the end of their
/// range.
struct Busy(AtomicUsize);

impl prometheus::Source for Busy {
    fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        snapshot.offered = self.0.fetch_add(1, Ordering::Relaxed);
        snapshot.rejected = snapshot.offered;
        snapshot
    }

    fn hertz(&self) -> u64 {
        1
    }

    fn octaves(&self, _: Time, each: &mut dyn FnMut(u64, u64) -> fmt::Result) -> fmt::Result {
        [(7, u64::MAX - 1), (15, 1), (31, u64::MAX), (u64::MAX, 1)]
            .into_iter()
            .try_for_each(|(end, count)| each(end, count))
    }

    fn sum(&self, _: Time) -> u128 {
        u128::MAX
    }
}

#[test]
fn text_never_shows_more_rejected_than_offered_while_others_go_on() {
    let mut text = String::new();
    prometheus::write(&mut text, &[("busy", &Busy(AtomicUsize::new(1000)))]).unwrap();
    let samples = scrape(&text);
    let number = |name| number(&samples, name, "busy");
    assert!(number("ringway_rejected_total") <= number("ringway_offered_total"), "{text}");
}

#[test]
fn counts_at_the_end_of_their_range_add_up_to_the_largest() {
    let mut text = String::new();
    prometheus::write(&mut text, &[("busy", &Busy(AtomicUsize::new(0)))]).unwrap();
    let most = u64::MAX;
    let buckets = [("7", most - 1), ("15", most), ("31", most), ("+Inf", most)];
    for (end, count) in buckets {
        let line = format!("ringway_waiting_seconds_bucket{{queue=\"busy\",le=\"{end}\"}} {count}\n");
        assert!(text.contains(&line), "{text}");
    }
    assert!(text.contains(&format!("ringway_waiting_seconds_count{{queue=\"busy\"}} {most}\n")));
}

#[test]
fn a_name_with_quotes_and_line_ends_stays_one_label() {
    let meter = Meter::new(ManualClock::new(1));
    let jobs = Metered::new(mpmc::Queue::<Stamped<u8, _>, 2>::new(), &meter);
    let mut text = String::new();
    prometheus::write(&mut text, &[("a\"b\\c\nd", &jobs)]).unwrap();
    assert!(text.contains(r#"ringway_queue_length{queue="a\"b\\c\nd"} 0"#), "{text}");
}
