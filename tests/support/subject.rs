//! One face for every queue under test.

use ringway::priority::{Priority, Strict};

use super::specification::{Call, Displaced, Order, Reply, Specification};

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
    /// `body` carries out `call`; if that is none, nobody else may notice it, and its reply means nothing.
    fn part(&mut self, call: Option<Call>, body: &mut dyn FnMut() -> Reply);
}

/// A queue under test.
pub(crate) trait Subject: Sync {
    /// The most values that it holds, of one level if it has several.
    fn capacity(&self) -> usize;

    /// Which value goes next.
    fn order(&self) -> Order {
        Order::Fifo
    }

    /// What it must do.
    fn specification(&self) -> Specification {
        Specification::new(self.capacity(), self.order())
    }

    fn perform(&self, call: Call) -> Reply;

    /// Every queue has push and pop.
    fn offers(&self, call: Call) -> bool {
        matches!(call, Call::Push(_) | Call::Pop)
    }

    /// How a value is put in: where a send is offered, by one.
    fn push_call(&self, value: u32) -> Call {
        let send = Call::TrySend(value);
        if self.offers(send) { send } else { Call::Push(value) }
    }

    /// How a value is taken out.
    fn pop_call(&self) -> Call {
        if self.offers(Call::TryRecv) { Call::TryRecv } else { Call::Pop }
    }

    /// Whether the queue lends its slots: [`push_by_grant`](Self::push_by_grant) and
    /// [`pop_by_reference`](Self::pop_by_reference).
    fn has_guards(&self) -> bool {
        false
    }

    fn push_by_grant(&self, _value: u32, _parts: &mut dyn Parts) {}

    fn pop_by_reference(&self, _parts: &mut dyn Parts) {}

    /// Whether one can wait for the queue, in the four ways below.
    fn has_futures(&self) -> bool {
        false
    }

    /// Receives in a future, which is polled whenever it was woken, until it sleeps for good.
    fn recv_by_future(&self, _parts: &mut dyn Parts) {}

    fn send_by_future(&self, _value: u32, _parts: &mut dyn Parts) {}

    /// The same in two futures, the first of which is cancelled after one poll.
    fn recv_by_second_future(&self, _parts: &mut dyn Parts) {}

    fn send_by_second_future(&self, _value: u32, _parts: &mut dyn Parts) {}
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

    fn offers(&self, call: Call) -> bool {
        matches!(call, Call::Push(_) | Call::Pop | Call::Len | Call::IsEmpty | Call::IsFull)
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

    fn offers(&self, call: Call) -> bool {
        matches!(
            call,
            Call::Push(_) | Call::Pop | Call::ForcePush(_) | Call::Len | Call::IsEmpty | Call::IsFull
        )
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

    fn has_guards(&self) -> bool {
        true
    }

    fn push_by_grant(&self, value: u32, parts: &mut dyn Parts) {
        let mut grant = None;
        parts.part(None, &mut || {
            grant = self.reserve();
            Reply::Nonsense
        });
        // Nothing explains a refused grant: the tests leave a slot for each that they ask for.
        parts.part(Some(Call::Push(value)), &mut || {
            grant.take().map_or(Reply::Nonsense, |grant| pushed(grant.write(Token::new(value)).commit()))
        });
    }

    fn pop_by_reference(&self, parts: &mut dyn Parts) {
        let mut taken = None;
        parts.part(Some(Call::Pop), &mut || {
            taken = self.pop_ref();
            popped(taken.as_deref().copied())
        });
        parts.part(None, &mut || {
            taken = None;
            Reply::Nonsense
        });
    }
}

impl<const N: usize, const S: usize> Subject for ringway::stack::Stack<Token, N, S> {
    fn capacity(&self) -> usize {
        self.capacity()
    }

    fn order(&self) -> Order {
        Order::Lifo
    }

    fn offers(&self, call: Call) -> bool {
        matches!(call, Call::Push(_) | Call::Pop | Call::Len | Call::IsEmpty | Call::IsFull)
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

/// How many values there are is exact for each level, and not asked of all.
impl<const L: usize, const N: usize, const S: usize> Subject for Priority<Token, L, N, Strict, S> {
    fn capacity(&self) -> usize {
        self.capacity()
    }

    fn order(&self) -> Order {
        Order::Levels(L as u32)
    }

    fn offers(&self, call: Call) -> bool {
        matches!(call, Call::Push(_) | Call::Pop | Call::IsEmpty)
    }

    fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Push(value) => pushed(self.push(self.order().level(value) as usize, Token::new(value))),
            Call::Pop => popped(self.pop().map(|(_, token)| token)),
            Call::IsEmpty => Reply::Answer(self.is_empty()),
            _ => Reply::Nonsense,
        }
    }
}

/// A priority queue as it is mostly written: it scans once, and not even in the right order if `UPWARD` is false.
pub(crate) struct Naive<const UPWARD: bool, const L: usize, const N: usize>(
    pub(crate) Priority<Token, L, N, Strict, 8>,
);

impl<const UPWARD: bool, const L: usize, const N: usize> Subject for Naive<UPWARD, L, N> {
    fn capacity(&self) -> usize {
        self.0.capacity()
    }

    fn order(&self) -> Order {
        self.0.order()
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
