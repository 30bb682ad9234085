//! What the live page shows: the figures of the last half second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ringway::metrics::Histogram;
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::Desk;

const BEAT: Duration = Duration::from_millis(500);

/// One beat.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Pulse {
    pub length: usize,
    pub capacity: usize,
    pub in_service: usize,
    pub workers: usize,
    /// Jobs completed per second.
    pub throughput: f64,
    /// Mean waiting time of the jobs that were taken.
    pub waiting_ms: f64,
    /// Mean service time of the jobs that were completed; that of the last beat in which there were
    /// any.
    pub service_ms: f64,
    pub accepted: usize,
    pub completed: usize,
    pub rejected: usize,
}

impl Pulse {
    pub fn service(&self) -> Duration {
        Duration::from_secs_f64(self.service_ms / 1e3)
    }
}

/// Takes the pulse at intervals until the task is aborted, which closes the channel of its
/// listeners.
pub fn start(desk: Arc<Desk>) -> (watch::Receiver<Pulse>, JoinHandle<()>) {
    let mut finger = Finger::new(desk);
    let (pulse, listener) = watch::channel(finger.feel());
    let beating = tokio::spawn(async move {
        let mut beat = tokio::time::interval(BEAT);
        beat.tick().await; // the first comes at once
        loop {
            beat.tick().await;
            pulse.send_replace(finger.feel());
        }
    });
    (listener, beating)
}

/// What was there at the last beat.
struct Finger {
    desk: Arc<Desk>,
    at: Instant,
    completed: usize,
    waiting: Window,
    service: Window,
    service_ms: f64,
}

impl Finger {
    fn new(desk: Arc<Desk>) -> Self {
        let (waiting, service) = (Window::default(), Window::default());
        Self { desk, at: Instant::now(), completed: 0, waiting, service, service_ms: 0.0 }
    }

    fn feel(&mut self) -> Pulse {
        let (desk, meter) = (&self.desk, self.desk.jobs().meter());
        let (snapshot, completed) = (desk.snapshot(), desk.completed());
        let seconds = self.at.elapsed().as_secs_f64().max(1e-9);
        let throughput = (completed - self.completed) as f64 / seconds;
        (self.at, self.completed) = (Instant::now(), completed);
        self.service_ms = self.service.mean_ms(meter.service()).unwrap_or(self.service_ms);
        Pulse {
            length: snapshot.length,
            capacity: desk.capacity(),
            in_service: snapshot.in_service,
            workers: desk.workers(),
            throughput,
            waiting_ms: self.waiting.mean_ms(meter.waiting()).unwrap_or(0.0),
            service_ms: self.service_ms,
            accepted: desk.accepted(),
            completed,
            rejected: snapshot.rejected,
        }
    }
}

/// What came into a histogram since one last looked.
#[derive(Default)]
struct Window {
    sum: u128,
    count: u64,
}

impl Window {
    fn mean_ms(&mut self, nanoseconds: &Histogram) -> Option<f64> {
        let now = Self { sum: nanoseconds.sum(), count: nanoseconds.count() };
        let (sum, count) = (now.sum.saturating_sub(self.sum), now.count.saturating_sub(self.count));
        *self = now;
        (count > 0).then(|| sum as f64 / count as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_sees_what_is_new() {
        let (histogram, mut window) = (Histogram::new(), Window::default());
        assert_eq!(window.mean_ms(&histogram), None);
        histogram.record(2_000_000);
        histogram.record(4_000_000);
        assert_eq!(window.mean_ms(&histogram), Some(3.0));
        assert_eq!(window.mean_ms(&histogram), None);
        histogram.record(10_000_000);
        assert_eq!(window.mean_ms(&histogram), Some(10.0));
    }
}
