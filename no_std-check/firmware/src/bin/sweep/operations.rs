//! What is interrupted, and by what.

use core::future::{Future, pending};
use firmware::fifo::Fifo;
use firmware::history::Answer;

#[derive(Clone, Copy)]
pub(crate) enum Operation {
    Push,
    Pop,
    Len,
    ForcePush,
    /// The first poll of a future that sends.
    Send,
    Recv,
    /// The end of a future that waits, before another one that does.
    CancelSend,
    CancelRecv,
}

impl Operation {
    pub(crate) fn is_possible(self, filled: usize, capacity: usize) -> bool {
        match self {
            Self::CancelSend => filled == capacity,
            Self::CancelRecv => filled == 0,
            _ => true,
        }
    }
}

/// A queue whose operations are interrupted.
pub(crate) trait Swept: Fifo<u32> {
    const OPERATIONS: &'static [Operation];

    fn capacity(&self) -> usize;

    fn len(&self) -> usize {
        unreachable!("not among the operations")
    }

    /// Hands over every displaced value.
    fn force_push(&self, _value: u32, _displaced: impl FnMut(u32)) {
        unreachable!("not among the operations")
    }

    fn send(&self, _value: u32) -> impl Future<Output = Answer> {
        pending()
    }

    fn recv(&self) -> impl Future<Output = Answer> {
        pending()
    }
}

impl<const N: usize, const S: usize> Swept for ringway::mpmc::Queue<u32, N, S> {
    const OPERATIONS: &'static [Operation] =
        &[Operation::Push, Operation::Pop, Operation::Len, Operation::ForcePush];

    fn capacity(&self) -> usize {
        N
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn force_push(&self, value: u32, displaced: impl FnMut(u32)) {
        self.force_push_with(value, displaced);
    }
}

impl<const N: usize> Swept for heapless::mpmc::Queue<u32, N> {
    const OPERATIONS: &'static [Operation] = &[Operation::Push, Operation::Pop];

    fn capacity(&self) -> usize {
        N
    }
}

#[cfg(target_has_atomic = "ptr")]
impl Swept for crossbeam_queue::ArrayQueue<u32> {
    const OPERATIONS: &'static [Operation] = &[Operation::Push, Operation::Pop];

    fn capacity(&self) -> usize {
        self.capacity()
    }
}

/// What a handler does with the queue.
#[derive(Clone, Copy)]
pub(crate) enum Script {
    Push,
    Pop,
    PushPop,
    Fill,
    Drain,
}

pub(crate) const SCRIPTS: [Script; 5] =
    [Script::Push, Script::Pop, Script::PushPop, Script::Fill, Script::Drain];

impl Script {
    /// Makes the calls through `log`, which carries out and logs one.
    pub(crate) fn play(
        self,
        queue: &impl Swept,
        values: u32,
        mut log: impl FnMut(&dyn Fn() -> Answer) -> Answer,
    ) {
        match self {
            Self::Push => self.push_until(queue, values, 1, log),
            Self::Fill => self.push_until(queue, values, queue.capacity() as u32 + 1, log),
            Self::Pop => self.pop_until(queue, 1, log),
            Self::Drain => self.pop_until(queue, queue.capacity() + 1, log),
            Self::PushPop => {
                self.push_until(queue, values, 1, &mut log);
                self.pop_until(queue, 1, log);
            }
        }
    }

    fn push_until(
        self,
        queue: &impl Swept,
        values: u32,
        calls: u32,
        mut log: impl FnMut(&dyn Fn() -> Answer) -> Answer,
    ) {
        for value in values..values + calls {
            if log(&|| Answer::to_push(value, queue.push(value))) == Answer::Full {
                break;
            }
        }
    }

    fn pop_until(self, queue: &impl Swept, calls: usize, mut log: impl FnMut(&dyn Fn() -> Answer) -> Answer) {
        for _ in 0..calls {
            if log(&|| Answer::to_pop(queue.pop())) == Answer::Empty {
                break;
            }
        }
    }
}
