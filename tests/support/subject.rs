//! One face for every queue under test.

use ringway::pool::{Guard, Pool};
use ringway::priority::{Priority, Strict};

use super::specification::{Call, Displaced, MAX_CAPACITY, Order, Reply, Specification};

/// What goes through the queues: two words, so that a value that was half written shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    value: u64,
    inverse: u64,
}

impl Token {
    pub(crate) fn new(value: u32) -> Self {
        let value = u64::from(value);
        Self { value, inverse: !value }
    }

    pub(crate) fn number(self) -> Option<u32> {
        if self.inverse == !self.value { u32::try_from(self.value).ok() } else { None }
    }
}

/// Runs the parts of a guarded operation.
pub(crate) trait Parts {
    /// `body` carries out `call`; without a call no other context may notice it, and its reply
    /// means nothing.
    fn part(&mut self, call: Option<Call>, body: &mut dyn FnMut() -> Reply);
}

/// An operation in several parts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Compound {
    /// Reserves a slot; writes the value and commits.
    PushByGrant(u32),
    /// Takes a value by reference; drops the guard.
    PopByReference,
    /// Receives in a future, which is polled whenever it was woken, until it sleeps for good.
    Recv,
    /// Sends in such a future.
    Send(u32),
    /// Receives in two futures, the first of which is cancelled after one poll.
    RecvSecond,
    /// Sends in two such futures.
    SendSecond(u32),
}

/// What a queue under test offers.
#[derive(Clone, Copy)]
pub(crate) struct Capabilities {
    /// Which value goes next.
    pub(crate) order: Order,
    /// How a value is put in.
    pub(crate) push: fn(u32) -> Call,
    /// How a value is taken out.
    pub(crate) pop: Call,
    /// Whether it offers a call in one part.
    pub(crate) offers: fn(Call) -> bool,
    /// Whether it lends its slots.
    pub(crate) guards: bool,
    /// Whether it can be waited for.
    pub(crate) futures: bool,
}

impl Capabilities {
    /// A FIFO queue with push and pop.
    pub(crate) const QUEUE: Self = Self {
        order: Order::Fifo,
        push: Call::Push,
        pop: Call::Pop,
        offers: |call| matches!(call, Call::Push(_) | Call::Pop),
        guards: false,
        futures: false,
    };

    /// A queue that knows how many values it holds, too.
    pub(crate) const COUNTED: Self = Self {
        offers: |call| matches!(call, Call::Push(_) | Call::Pop | Call::Len | Call::IsEmpty | Call::IsFull),
        ..Self::QUEUE
    };

    /// A channel that can be waited for.
    pub(crate) const CHANNEL: Self = Self {
        push: Call::TrySend,
        pop: Call::TryRecv,
        offers: |call| matches!(call, Call::TrySend(_) | Call::TryRecv),
        futures: true,
        ..Self::QUEUE
    };
}

/// A queue under test.
pub(crate) trait Subject: Sync {
    /// The most values that it holds, of one level if it has several.
    fn capacity(&self) -> usize;

    fn capabilities(&self) -> Capabilities {
        Capabilities::QUEUE
    }

    fn perform(&self, call: Call) -> Reply;

    fn perform_in_parts(&self, operation: Compound, _parts: &mut dyn Parts) {
        unreachable!("{operation:?} is not among the capabilities");
    }

    /// What it must do.
    fn specification(&self) -> Specification {
        Specification::new(self.capacity(), self.capabilities().order)
    }

    fn offers(&self, call: Call) -> bool {
        (self.capabilities().offers)(call)
    }
}

fn pushed<E>(result: Result<(), E>) -> Reply {
    if result.is_ok() { Reply::Pushed } else { Reply::Full }
}

pub(crate) fn popped(taken: Option<Token>) -> Reply {
    match taken.map(Token::number) {
        None => Reply::Empty,
        Some(None) => Reply::Nonsense,
        Some(Some(value)) => Reply::Popped(value),
    }
}

impl Subject for crossbeam_queue::ArrayQueue<Token> {
    fn capacity(&self) -> usize {
        self.capacity()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::COUNTED
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Push(value) => pushed(self.push(Token::new(value))),
            Call::Pop => popped(self.pop()),
            Call::Len => Reply::Count(self.len()),
            Call::IsEmpty => Reply::Answer(self.is_empty()),
            Call::IsFull => Reply::Answer(self.is_full()),
            _ => Reply::Nonsense,
        }
    }
}

impl<const N: usize> Subject for heapless::mpmc::Queue<Token, N> {
    fn capacity(&self) -> usize {
        self.capacity()
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Push(value) => pushed(self.enqueue(Token::new(value))),
            Call::Pop => popped(self.dequeue()),
            _ => Reply::Nonsense,
        }
    }
}

/// The queue is deprecated for the very flaw that the tests must find in it.
#[allow(deprecated, reason = "a queue with a known flaw shows that the tests find it")]
pub(crate) fn heapless_queue<const N: usize>() -> heapless::mpmc::Queue<Token, N> {
    heapless::mpmc::Queue::new()
}

impl<const N: usize, const S: usize> Subject for ringway::mpmc::Queue<Token, N, S> {
    fn capacity(&self) -> usize {
        self.capacity()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            offers: |call| matches!(call, Call::ForcePush(_)) || (Capabilities::COUNTED.offers)(call),
            guards: true,
            ..Capabilities::COUNTED
        }
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Push(value) => pushed(self.push(Token::new(value))),
            Call::Pop => popped(self.pop()),
            Call::ForcePush(value) => displaced(|note| self.force_push_with(Token::new(value), note)),
            Call::Len => Reply::Count(self.len()),
            Call::IsEmpty => Reply::Answer(self.is_empty()),
            Call::IsFull => Reply::Answer(self.is_full()),
            _ => Reply::Nonsense,
        }
    }

    fn perform_in_parts(&self, operation: Compound, parts: &mut dyn Parts) {
        match operation {
            Compound::PushByGrant(value) => push_by_grant(self, value, parts),
            Compound::PopByReference => pop_by_reference(self, parts),
            _ => unreachable!("a queue cannot be waited for"),
        }
    }
}

fn push_by_grant<const N: usize, const S: usize>(
    queue: &ringway::mpmc::Queue<Token, N, S>,
    value: u32,
    parts: &mut dyn Parts,
) {
    let mut grant = None;
    parts.part(None, &mut || {
        grant = queue.reserve();
        Reply::Nonsense
    });
    // Nothing explains a refused grant: the tests leave a slot for each that they ask for.
    parts.part(Some(Call::Push(value)), &mut || {
        grant.take().map_or(Reply::Nonsense, |grant| pushed(grant.write(Token::new(value)).commit()))
    });
}

fn pop_by_reference<const N: usize, const S: usize>(
    queue: &ringway::mpmc::Queue<Token, N, S>,
    parts: &mut dyn Parts,
) {
    let mut taken = None;
    parts.part(Some(Call::Pop), &mut || {
        taken = queue.pop_ref();
        popped(taken.as_deref().copied())
    });
    parts.part(None, &mut || {
        taken = None;
        Reply::Nonsense
    });
}

impl<const N: usize, const S: usize> Subject for ringway::stack::Stack<Token, N, S> {
    fn capacity(&self) -> usize {
        self.capacity()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { order: Order::Lifo, ..Capabilities::COUNTED }
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Push(value) => pushed(self.push(Token::new(value))),
            Call::Pop => popped(self.pop()),
            Call::Len => Reply::Count(self.len()),
            Call::IsEmpty => Reply::Answer(self.is_empty()),
            Call::IsFull => Reply::Answer(self.is_full()),
            _ => Reply::Nonsense,
        }
    }
}

/// A pool as a stack of tokens without a limit: a push writes a token into an object that is held,
/// and returns it; a pop takes an object, and holds it.
pub(crate) struct Pooled {
    pool: &'static Pool<Token, { Self::OBJECTS }>,
    /// With room for all of them, and more than are ever returned at once.
    held: ringway::mpmc::Queue<Guard<'static, Token>, { Self::OBJECTS }>,
}

impl Pooled {
    const OBJECTS: usize = 2 * MAX_CAPACITY;

    pub(crate) fn new() -> Self {
        let pool = Box::leak(Box::new(Pool::from_fn(|_| Token::new(0))));
        let held = ringway::mpmc::Queue::new();
        while let Some(guard) = pool.take() {
            assert!(held.push(guard).is_ok(), "there is room for all");
        }
        Self { pool, held }
    }

    fn pop(&self) -> Reply {
        let guard = self.pool.take();
        let reply = popped(guard.as_deref().copied());
        if guard.is_some_and(|guard| self.held.push(guard).is_err()) { Reply::Nonsense } else { reply }
    }

    fn push(&self, value: u32) -> Reply {
        let Some(mut guard) = self.held.pop() else { return Reply::Nonsense };
        *guard = Token::new(value);
        Reply::Pushed
    }
}

impl Subject for Pooled {
    /// How many a script pushes where it fills a queue: there is no limit.
    fn capacity(&self) -> usize {
        2
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            order: Order::Lifo,
            offers: |call| matches!(call, Call::Push(_) | Call::Pop | Call::Len | Call::IsEmpty),
            ..Capabilities::QUEUE
        }
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Push(value) => self.push(value),
            Call::Pop => self.pop(),
            Call::Len => Reply::Count(self.pool.len()),
            Call::IsEmpty => Reply::Answer(self.pool.is_empty()),
            _ => Reply::Nonsense,
        }
    }

    fn specification(&self) -> Specification {
        Specification::new(MAX_CAPACITY, Order::Lifo)
    }
}

/// How many values there are is exact for each level, and not asked of all.
impl<const L: usize, const N: usize, const S: usize> Subject for Priority<Token, L, N, Strict, S> {
    fn capacity(&self) -> usize {
        self.capacity()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            order: Order::Levels(L as u32),
            offers: |call| matches!(call, Call::Push(_) | Call::Pop | Call::IsEmpty),
            ..Capabilities::QUEUE
        }
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Push(value) => {
                pushed(self.push(Order::Levels(L as u32).level(value) as usize, Token::new(value)))
            }
            Call::Pop => popped(self.pop().map(|(_, token)| token)),
            Call::IsEmpty => Reply::Answer(self.is_empty()),
            _ => Reply::Nonsense,
        }
    }
}

/// A priority queue as it is mostly written: it scans once, and not even in the right order if
/// `UPWARD` is false.
pub(crate) struct Naive<const UPWARD: bool, const L: usize, const N: usize>(
    pub(crate) Priority<Token, L, N, Strict, 8>,
);

impl<const UPWARD: bool, const L: usize, const N: usize> Subject for Naive<UPWARD, L, N> {
    fn capacity(&self) -> usize {
        self.0.capacity()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { order: self.0.capabilities().order, ..Capabilities::QUEUE }
    }

    fn perform(&self, call: Call) -> Reply {
        let levels = || (0..L).map(|level| if UPWARD { level } else { L - 1 - level });
        match call {
            Call::Pop => popped(levels().find_map(|level| self.0.level(level)?.pop())),
            _ => self.0.perform(call),
        }
    }
}

/// Collects what a forced push displaces.
fn displaced(force_push: impl FnOnce(&mut dyn FnMut(Token))) -> Reply {
    let mut all = Some(Displaced::default());
    force_push(&mut |token| all = all.zip(token.number()).and_then(|(all, value)| all.with(value)));
    all.map_or(Reply::Nonsense, Reply::Displaced)
}
