//! Waiting for an object of a pool under the machine.

use super::Masked;
use super::future::{Bell, Wish, run_second};
use crate::support::specification::{Call, MAX_CAPACITY, Order, Reply, Specification};
use crate::support::subject::{Capabilities, Compound, Parts, Subject, Token, popped};
use ringway::mpmc;
use ringway::pool::{WaitGuard, WaitPool};
use std::pin::pin;

const OBJECTS: usize = 2 * MAX_CAPACITY;

type Object = WaitGuard<'static, Token, Masked>;

/// A pool as a stack of tokens without a limit: a send writes a token into an object that is held,
/// and returns it; a receive takes an object, and holds it.
pub(crate) struct Acquired {
    pool: &'static WaitPool<Token, OBJECTS, Masked>,
    /// With room for all of them, and more than are ever returned at once.
    held: mpmc::Queue<Object, OBJECTS>,
    bells: [Bell; 2],
}

impl Acquired {
    pub(crate) fn new() -> Self {
        let pool = Box::leak(Box::new(WaitPool::from_fn(|_| Token::new(0))));
        let held = mpmc::Queue::new();
        while let Some(guard) = pool.take() {
            assert!(held.push(guard).is_ok(), "there is room for all");
        }
        Self { pool, held, bells: Default::default() }
    }

    fn hold(&self, guard: Object) -> Reply {
        let reply = popped(Some(*guard));
        if self.held.push(guard).is_err() { Reply::Nonsense } else { reply }
    }

    fn give_back(&self, value: u32) -> Reply {
        let Some(mut guard) = self.held.pop() else { return Reply::Nonsense };
        *guard = Token::new(value);
        Reply::Pushed
    }

    async fn acquire(&self) -> Reply {
        self.hold(self.pool.acquire().await)
    }
}

impl Subject for Acquired {
    /// How many a script pushes where it fills a queue: there is no limit.
    fn capacity(&self) -> usize {
        2
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            order: Order::Lifo,
            offers: |call| matches!(call, Call::TrySend(_) | Call::TryRecv | Call::Len | Call::IsEmpty),
            ..Capabilities::CHANNEL
        }
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::TrySend(value) => self.give_back(value),
            Call::TryRecv => self.pool.take().map_or(Reply::Empty, |guard| self.hold(guard)),
            Call::Len => Reply::Count(self.pool.len()),
            Call::IsEmpty => Reply::Answer(self.pool.is_empty()),
            _ => Reply::Nonsense,
        }
    }

    fn perform_in_parts(&self, operation: Compound, parts: &mut dyn Parts) {
        match operation {
            Compound::Recv => Wish::VALUE.run(&self.bells[0], pin!(self.acquire()), parts),
            Compound::RecvSecond => {
                run_second(&self.bells, [(); 2].map(|()| (Wish::VALUE, self.acquire())), parts);
            }
            _ => unreachable!("a pool is only waited for by a take"),
        }
    }

    fn specification(&self) -> Specification {
        Specification::new(MAX_CAPACITY, Order::Lifo)
    }
}
