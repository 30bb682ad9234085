//! How long it takes to wake a thread.

use std::thread;
use std::time::{Duration, Instant};

use crate::harness::cores::Cores;
use crate::harness::gate::{Sample, run_threads, task};
use crate::harness::workloads::Timed;
use crate::interface::queue::{Job, Pop, Push};

/// Long enough for the receiver to have given up spinning and to sleep.
const PAUSE: Duration = Duration::from_micros(200);

/// From before a send to after the receive that slept, one item at a time. The time of a sample is
/// the median, times the items.
#[derive(Debug)]
pub(crate) struct WakeUp<'a> {
    pub(crate) cores: &'a Cores,
    pub(crate) items: u64,
}

impl Job<u64> for WakeUp<'_> {
    type Output = Timed;

    fn run<P: Push<u64>, C: Pop<u64>>(self, producers: Vec<P>, consumers: Vec<C>) -> Timed {
        let items = self.items;
        let clock = Instant::now();
        let now = move || clock.elapsed().as_nanos() as u64;
        let sending = producers.into_iter().map(|end| {
            task(end, move |mut end, _| {
                for _ in 0..items {
                    thread::sleep(PAUSE);
                    end.push(now());
                }
                Vec::new()
            })
        });
        let receiving = consumers.into_iter().map(|end| {
            task(end, move |mut end, _| {
                (0..items).map_while(|_| end.pop()).map(|sent| now().saturating_sub(sent)).collect()
            })
        });
        let (sample, latencies) = run_threads(self.cores, sending.chain(receiving).collect())?;
        let mut latencies: Vec<u64> = latencies.into_iter().flatten().collect();
        if latencies.len() as u64 != items {
            return Err("items lost".into());
        }
        latencies.sort_unstable();
        Ok(Sample { time: Duration::from_nanos(latencies[latencies.len() / 2] * items), ..sample })
    }
}
