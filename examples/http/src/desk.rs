//! Where jobs are accepted, and the threads behind it.
//!
//! ```text
//!   POST /jobs ──▶ submit ──▶ [ | | | | ] ──▶ worker ──▶ oneshot reply
//!                  full: 503, come back in so many seconds
//! ```
//!
//! What is accepted is completed: also if its client is gone by then, and also after
//! [`close`](Desk::close).

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ringway::channel::{BoxedChannel, oneshot};
use ringway::metrics::{Meter, Metered, SharedQueue, Snapshot, Stamped, StdClock};
use ringway::{CapacityError, Full};
use serde::{Deserialize, Serialize};

use crate::quota::Seat;

/// What a client asks for.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub text: String,
}

/// What it gets.
#[derive(Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct Reply {
    pub words: usize,
}

/// A request on its way to a worker.
#[derive(Debug)]
pub struct Job {
    request: Request,
    reply: oneshot::Sender<'static, Reply>,
    /// Given up when the job is done, or dropped.
    seat: Seat,
}

/// Why a job was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Full,
    Closed,
}

/// The channel, in the shape that [`Metered`] measures.
#[derive(Debug)]
pub struct Line(BoxedChannel<Stamped<Job, StdClock>>);

impl SharedQueue for Line {
    type Value = Stamped<Job, StdClock>;

    fn push(&self, job: Self::Value) -> Result<(), Full<Self::Value>> {
        self.0.try_send(job).map_err(|error| Full(error.into_inner()))
    }

    fn pop(&self) -> Option<Self::Value> {
        self.0.try_recv().ok()
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

#[derive(Debug)]
pub struct Desk {
    jobs: Metered<Line, Box<Meter<StdClock>>>,
    completed: AtomicUsize,
    workers: usize,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Desk {
    /// Starts the workers.
    pub fn start(
        capacity: usize,
        workers: usize,
        work: impl Fn(&Request) -> Reply + Clone + Send + 'static,
    ) -> io::Result<Arc<Self>> {
        let line = line(capacity, workers).map_err(io::Error::other)?;
        let desk = Arc::new(Self {
            jobs: Metered::new(line, Box::new(Meter::new(StdClock))),
            completed: AtomicUsize::new(0),
            workers,
            threads: Mutex::default(),
        });
        for number in 0..workers {
            let (this, work) = (Arc::clone(&desk), work.clone());
            let thread =
                thread::Builder::new().name(format!("worker {number}")).spawn(move || this.work_off(work))?;
            desk.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(desk)
    }

    /// Accepts a job if there is room. Its reply comes, or an error if the job failed.
    pub fn submit(&self, request: Request, seat: Seat) -> Result<oneshot::Receiver<'static, Reply>, Refused> {
        let (reply, to_come) = oneshot::channel();
        match self.jobs.push(Job { request, reply, seat }) {
            Ok(()) => Ok(to_come),
            Err(_) if self.line().is_closed() => Err(Refused::Closed),
            Err(_) => Err(Refused::Full),
        }
    }

    /// A worker: ends when the channel is closed and empty.
    fn work_off(&self, work: impl Fn(&Request) -> Reply) {
        while let Ok(job) = self.line().recv_blocking() {
            let (Job { request, reply, seat }, ticket) = self.jobs.meter().on_start(job);
            // A job that panics fails alone: its reply never comes, and the worker goes on.
            let result = panic::catch_unwind(AssertUnwindSafe(|| work(&request)));
            self.jobs.meter().on_finish(ticket);
            // ORDERING: Relaxed, without a partner: a number; joining the thread orders the last
            // word on it.
            self.completed.fetch_add(1, Ordering::Relaxed);
            // Before the reply: after it the client may come with the next job.
            drop(seat);
            if let Ok(result) = result {
                // If the client is gone, so is the other end.
                let _ = reply.send(result);
            }
        }
    }

    /// Accepts nothing more. What was accepted will be completed.
    pub fn close(&self) {
        self.line().close();
    }

    /// Waits until all is completed, after [`close`](Self::close).
    pub fn join(&self) {
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            thread.join().expect("a job's panic ends in the worker");
        }
    }

    /// When it makes sense to come back: in the time that what is here now will take, if a job
    /// takes as long as jobs did lately. In whole seconds, as the header wants it.
    pub fn retry_after(&self, service: Duration) -> u64 {
        let snapshot = self.snapshot();
        let ahead = snapshot.length.saturating_add(snapshot.in_service) as f64 * service.as_secs_f64();
        (ahead / self.workers as f64).ceil().max(1.0) as u64
    }

    pub fn snapshot(&self) -> Snapshot {
        self.jobs.snapshot()
    }

    /// Jobs that were accepted, or are just being offered.
    pub fn accepted(&self) -> usize {
        self.snapshot().accepted()
    }

    pub fn completed(&self) -> usize {
        // ORDERING: Relaxed, see `work_off`.
        self.completed.load(Ordering::Relaxed)
    }

    pub fn capacity(&self) -> usize {
        self.line().capacity()
    }

    pub fn workers(&self) -> usize {
        self.workers
    }

    /// What can be measured and collected.
    pub fn jobs(&self) -> &Metered<Line, Box<Meter<StdClock>>> {
        &self.jobs
    }

    fn line(&self) -> &BoxedChannel<Stamped<Job, StdClock>> {
        &self.jobs.queue().0
    }
}

fn line(capacity: usize, workers: usize) -> Result<Line, CapacityError> {
    // Spare slots: twice the threads that use it, so that Full is exact. Those of the server are
    // about as many.
    Ok(Line(BoxedChannel::with_spares(capacity, 2 * workers + 32)?))
}

/// The work: counts words, and pretends that it takes some time.
pub fn count_words(request: &Request, time: Duration) -> Reply {
    thread::sleep(time);
    Reply { words: request.text.split_whitespace().count() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quota::Quota;
    use ringway::channel::{self, Receiver, Sender};
    use std::net::{IpAddr, Ipv4Addr};

    fn request(text: &str) -> Request {
        Request { text: text.into() }
    }

    /// Work that says when it begins, and ends when the gate is dropped.
    struct Gate {
        begun: Receiver<'static, ()>,
        _closed: Sender<'static, ()>,
    }

    impl Gate {
        fn new() -> (Self, impl Fn(&Request) -> Reply + Clone + Send + 'static) {
            let (begins, begun) = channel::bounded(100).unwrap();
            let (closed, ends) = channel::bounded(1).unwrap();
            let work = move |request: &Request| {
                let _ = begins.try_send(()); // the gate may be gone by now
                assert!(ends.recv_blocking().is_err(), "nothing is ever sent: it is closed at last");
                count_words(request, Duration::ZERO)
            };
            (Self { begun, _closed: closed }, work)
        }

        /// Waits until so many jobs have begun.
        fn wait_for(&self, jobs: usize) {
            (0..jobs).for_each(|_| self.begun.recv_blocking().unwrap());
        }
    }

    fn seat() -> Seat {
        Arc::new(Quota::new(1)).enter(IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap()
    }

    #[test]
    fn a_job_gets_its_reply() {
        let desk = Desk::start(2, 1, |request| count_words(request, Duration::ZERO)).unwrap();
        let reply = desk.submit(request("one two three"), seat()).unwrap();
        assert_eq!(reply.recv_blocking(), Ok(Reply { words: 3 }));
        desk.close();
        desk.join();
    }

    #[test]
    fn a_full_desk_refuses_and_what_it_accepted_is_completed() {
        let (gate, work) = Gate::new();
        let desk = Desk::start(4, 2, work).unwrap();
        let submit = || desk.submit(request("x"), seat());
        let mut accepted: Vec<_> = [(); 2].map(|()| submit().unwrap()).into();
        gate.wait_for(2); // both workers have one
        accepted.extend([(); 4].map(|()| submit().unwrap()));
        for _ in 0..40 {
            assert_eq!(submit().unwrap_err(), Refused::Full);
        }
        desk.close();
        assert_eq!(submit().unwrap_err(), Refused::Closed);
        drop(gate);
        desk.join();
        assert_eq!((desk.accepted(), desk.completed()), (6, 6));
        for reply in accepted {
            assert_eq!(reply.recv_blocking(), Ok(Reply { words: 1 }));
        }
    }

    #[test]
    fn a_job_whose_client_is_gone_is_completed_all_the_same() {
        let desk = Desk::start(8, 1, |request| count_words(request, Duration::ZERO)).unwrap();
        for _ in 0..5 {
            drop(desk.submit(request("x"), seat()).unwrap());
        }
        desk.close();
        desk.join();
        assert_eq!((desk.accepted(), desk.completed()), (5, 5));
    }

    #[test]
    fn a_job_that_panics_fails_alone() {
        let work = |request: &Request| -> Reply {
            assert_ne!(request.text, "bad", "this panic is part of the test");
            Reply { words: 0 }
        };
        let desk = Desk::start(8, 1, work).unwrap();
        let replies = ["bad", "good"].map(|text| desk.submit(request(text), seat()).unwrap());
        assert_eq!(replies.map(|reply| reply.recv_blocking().is_ok()), [false, true]);
        desk.close();
        desk.join();
        assert_eq!((desk.accepted(), desk.completed(), desk.snapshot().in_service), (2, 2, 0));
    }

    #[test]
    fn retry_after_is_the_time_that_the_queue_will_take() {
        let (gate, work) = Gate::new();
        let desk = Desk::start(100, 1, work).unwrap();
        assert_eq!(desk.retry_after(Duration::from_secs(9)), 1, "the desk is idle");
        for _ in 0..20 {
            drop(desk.submit(request("x"), seat()).unwrap());
        }
        gate.wait_for(1);
        for (milliseconds, seconds) in [(500, 10), (499, 10), (501, 11), (0, 1), (1, 1)] {
            assert_eq!(desk.retry_after(Duration::from_millis(milliseconds)), seconds);
        }
        desk.close();
        drop(gate);
        desk.join();
    }
}
