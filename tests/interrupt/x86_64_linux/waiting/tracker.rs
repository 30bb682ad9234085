//! Completion under the machine.

use super::Masked;
use super::future::{Bell, Wish, run_second};
use crate::support::specification::{Call, Reply};
use crate::support::subject::{Capabilities, Compound, Parts, Subject};
use ringway::mpmc;
use ringway::task::{Task, Tracker};
use std::pin::pin;

/// A counter of tasks: a push counts one, a pop finishes one, and a receive joins.
pub(crate) struct Tracked {
    tracker: &'static Tracker<Masked>,
    /// With room for more than are ever counted, as the search knows nothing of it.
    tasks: mpmc::Queue<Task<'static, (), Masked>, 64>,
    bells: [Bell; 2],
}

impl Tracked {
    pub(crate) fn new() -> Self {
        let tracker = Box::leak(Box::new(Tracker::new()));
        Self { tracker, tasks: mpmc::Queue::new(), bells: Default::default() }
    }

    async fn join(&self) -> Reply {
        self.tracker.join().await;
        Reply::Answer(true)
    }
}

impl Subject for Tracked {
    /// How many a script counts where it fills a queue: there is no limit.
    fn capacity(&self) -> usize {
        2
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            push: |_| Call::Track,
            pop: Call::Finish,
            offers: |call| matches!(call, Call::Track | Call::Finish | Call::Join),
            futures: true,
            ..Capabilities::QUEUE
        }
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Track => match self.tasks.push(self.tracker.track(())) {
                Ok(()) => Reply::Tracked,
                Err(_) => Reply::Nonsense,
            },
            Call::Finish => match self.tasks.pop() {
                Some(task) => {
                    task.done();
                    Reply::Finished
                }
                None => Reply::Empty,
            },
            Call::Join => Reply::Answer(self.tracker.unfinished() == 0),
            _ => Reply::Nonsense,
        }
    }

    fn perform_in_parts(&self, operation: Compound, parts: &mut dyn Parts) {
        match operation {
            Compound::Recv => Wish::DONE.run(&self.bells[0], pin!(self.join()), parts),
            Compound::RecvSecond => {
                run_second(&self.bells, [(); 2].map(|()| (Wish::DONE, self.join())), parts);
            }
            _ => unreachable!("a tracker is only joined"),
        }
    }
}
