//! Counters during the work, and the summary at the end.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, HumanCount};

/// The first distance between two samples; it doubles whenever [`MAX_SAMPLES`] have been taken.
const FIRST_INTERVAL: Duration = Duration::from_millis(1);

/// Samples in memory at a time, so that a run of days needs no more of it than one of seconds.
const MAX_SAMPLES: usize = 2048;

/// Columns of the line of bars.
const SPARK_COLUMNS: usize = 60;

/// Counters that every thread may advance.
#[derive(Default)]
pub(crate) struct Meter {
    bytes: AtomicU64,
    files: AtomicU64,
    jobs: AtomicU64,
    waited_nanos: AtomicU64,
    longest_queue: AtomicUsize,
}

// ORDERING of every access: Relaxed, without a partner. Each counter is only a number; none
// announces other data.
impl Meter {
    pub(crate) fn add_bytes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn add_file(&self) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    /// One job left the work queue after `time` in it.
    pub(crate) fn add_wait(&self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.jobs.fetch_add(1, Ordering::Relaxed);
        self.waited_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Called after each push: the work queue is never longer than at one of these moments.
    pub(crate) fn queue_grew_to(&self, len: usize) {
        self.longest_queue.fetch_max(len, Ordering::Relaxed);
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn files(&self) -> u64 {
        self.files.load(Ordering::Relaxed)
    }

    fn mean_wait(&self) -> Duration {
        let jobs = self.jobs.load(Ordering::Relaxed);
        Duration::from_nanos(self.waited_nanos.load(Ordering::Relaxed) / jobs.max(1))
    }

    fn longest_queue(&self) -> usize {
        self.longest_queue.load(Ordering::Relaxed)
    }
}

/// The state at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) at: Duration,
    pub(crate) queue_len: usize,
    pub(crate) bytes: u64,
}

/// A thread that looks at the pipeline from time to time.
pub(crate) struct Sampler {
    thread: JoinHandle<Vec<Sample>>,
    ended: Arc<AtomicBool>,
}

impl Sampler {
    /// Starts to sample `gauge`, which gives the queue's length and the bytes hashed so far.
    pub(crate) fn start(gauge: impl Fn() -> (usize, u64) + Send + 'static) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let ended = Arc::clone(&ended);
            move || sample_until(&ended, gauge)
        });
        Self { thread, ended }
    }

    /// Takes a last sample and gives all of them.
    pub(crate) fn finish(self) -> Vec<Sample> {
        // ORDERING: Relaxed, partner the load in `sample_until`: `unpark` and `join` order all the
        // rest.
        self.ended.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        self.thread.join().unwrap_or_default()
    }
}

fn sample_until(ended: &AtomicBool, gauge: impl Fn() -> (usize, u64)) -> Vec<Sample> {
    let start = Instant::now();
    let mut interval = FIRST_INTERVAL;
    let mut samples = Vec::with_capacity(MAX_SAMPLES);
    loop {
        // ORDERING: Relaxed, partner the store in `finish`.
        let is_last = ended.load(Ordering::Relaxed);
        let (queue_len, bytes) = gauge();
        samples.push(Sample { at: start.elapsed(), queue_len, bytes });
        if is_last {
            return samples;
        }
        if samples.len() == MAX_SAMPLES {
            drop_every_other(&mut samples);
            interval *= 2;
        }
        thread::park_timeout(interval);
    }
}

fn drop_every_other(samples: &mut Vec<Sample>) {
    let mut keep = false;
    samples.retain(|_| {
        keep = !keep;
        keep
    });
}

/// What `--stats` prints and `--plot` draws.
pub(crate) struct Report {
    files: u64,
    failures: u64,
    bytes: u64,
    mean_wait: Duration,
    longest_queue: usize,
    pub(crate) queue_capacity: usize,
    pub(crate) samples: Vec<Sample>,
}

impl Report {
    pub(crate) fn new(meter: &Meter, failures: u64, queue_capacity: usize, samples: Vec<Sample>) -> Self {
        Self {
            files: meter.files(),
            failures,
            bytes: meter.bytes(),
            mean_wait: meter.mean_wait(),
            longest_queue: meter.longest_queue(),
            queue_capacity,
            samples,
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.samples.last().map_or(Duration::ZERO, |sample| sample.at)
    }

    fn mean_queue_len(&self) -> f64 {
        mean_queue_len(&self.samples)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.elapsed().as_secs_f64();
        let per_second = |count: u64| if seconds > 0.0 { (count as f64 / seconds) as u64 } else { 0 };
        writeln!(f, "files         {} hashed, {} failed", HumanCount(self.files), self.failures)?;
        writeln!(f, "bytes         {} ({})", self.bytes, BinaryBytes(self.bytes))?;
        writeln!(f, "time          {seconds:.3} s")?;
        writeln!(
            f,
            "throughput    {}/s, {} files/s",
            BinaryBytes(per_second(self.bytes)),
            HumanCount(per_second(self.files))
        )?;
        writeln!(f, "mean wait     {:.3} ms in the work queue", self.mean_wait.as_secs_f64() * 1e3)?;
        writeln!(
            f,
            "queue length  max {}, mean {:.1}, capacity {}",
            self.longest_queue,
            self.mean_queue_len(),
            self.queue_capacity
        )?;
        writeln!(f, "over time     [{}]", sparkline(&self.samples, self.queue_capacity))
    }
}

/// One bar per stretch of the run: the queue's mean length in it, a full block meaning a full
/// queue.
fn sparkline(samples: &[Sample], capacity: usize) -> String {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    stretches(samples, SPARK_COLUMNS)
        .map(|stretch| {
            let share = mean_queue_len(stretch) / capacity as f64;
            // Rounded up: only a queue that was always empty shows nothing.
            let bar = (share * (BARS.len() - 1) as f64).ceil() as usize;
            BARS[bar.min(BARS.len() - 1)]
        })
        .collect()
}

/// Cuts the samples into at most `count` stretches of the same number.
pub(crate) fn stretches(samples: &[Sample], count: usize) -> impl Iterator<Item = &[Sample]> {
    samples.chunks(samples.len().div_ceil(count).max(1))
}

pub(crate) fn mean_queue_len(samples: &[Sample]) -> f64 {
    let sum: usize = samples.iter().map(|sample| sample.queue_len).sum();
    sum as f64 / samples.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(lengths: impl IntoIterator<Item = usize>) -> Vec<Sample> {
        let sample = |(i, queue_len)| Sample { at: Duration::from_millis(i as u64), queue_len, bytes: 0 };
        lengths.into_iter().enumerate().map(sample).collect()
    }

    #[test]
    fn a_sparkline_goes_from_empty_to_full() {
        assert_eq!(sparkline(&samples([0, 1, 50, 100]), 100), " ▁▄█");
        assert_eq!(sparkline(&[], 100), "");
    }

    #[test]
    fn a_long_run_still_fits_the_line() {
        assert_eq!(sparkline(&samples(vec![7; 1999]), 7).chars().count(), 59);
    }

    #[test]
    fn thinning_keeps_the_first_and_every_second() {
        let mut thinned = samples(0..5);
        drop_every_other(&mut thinned);
        assert_eq!(thinned.iter().map(|sample| sample.queue_len).collect::<Vec<_>>(), [0, 2, 4]);
    }

    #[test]
    fn the_mean_wait_of_no_jobs_is_zero() {
        let meter = Meter::default();
        assert_eq!(meter.mean_wait(), Duration::ZERO);
        meter.add_wait(Duration::from_micros(1));
        meter.add_wait(Duration::from_micros(3));
        assert_eq!(meter.mean_wait(), Duration::from_micros(2));
    }

    #[test]
    fn a_sampler_sees_the_beginning_and_the_end() {
        let samples = Sampler::start(|| (3, 5)).finish();
        assert!(!samples.is_empty());
        assert!(samples.iter().all(|sample| (sample.queue_len, sample.bytes) == (3, 5)));
    }
}
