//! The strict bounded first-in-first-out queue: what each call must answer, and when.
//!
//! There is no leeway: a push is refused only while exactly `capacity` values are in the queue, a pop
//! finds nothing only while there is nothing, and the observers count exactly.

/// The largest capacity the specification is run with: states are compared a great deal, so they
/// stay small.
pub(crate) const MAX_CAPACITY: usize = 8;

/// A call on a queue. Values are told apart by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Push(u32),
    Pop,
    ForcePush(u32),
    Len,
    IsEmpty,
    IsFull,
}

/// What a queue answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Pushed,
    Full,
    Popped(u32),
    Empty,
    Displaced(Displaced),
    Count(usize),
    Answer(bool),
    /// An answer that nothing explains: a torn value, or a refusal that must not happen.
    Nonsense,
}

/// The values that had to make room for another, oldest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Displaced {
    values: [u32; Self::MAX],
    len: usize,
}

impl Displaced {
    /// As many as four threads push in six calls each.
    const MAX: usize = 24;

    /// One value more; nothing if there were too many to remember.
    pub(crate) fn with(mut self, value: u32) -> Option<Self> {
        *self.values.get_mut(self.len)? = value;
        self.len += 1;
        Some(self)
    }

    pub(crate) fn values(&self) -> &[u32] {
        &self.values[..self.len]
    }
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Next it takes effect. A forced push has displaced these values before.
    Waiting(Displaced),
    /// A forced push found the queue full; next it pops.
    Refused(Displaced),
    Done(Reply),
}

impl Stage {
    pub(crate) const START: Self = Self::Waiting(Displaced { values: [0; Displaced::MAX], len: 0 });
}

/// The values in the queue, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Content {
    values: [u32; MAX_CAPACITY],
    len: usize,
    capacity: usize,
}

/// A sequential queue that does exactly what is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Specification(Content);

impl Content {
    fn push(&mut self, value: u32) -> bool {
        let has_room = self.len < self.capacity;
        if has_room {
            self.values[self.len] = value;
            self.len += 1;
        }
        has_room
    }

    fn pop(&mut self) -> Option<u32> {
        let oldest = *self.values[..self.len].first()?;
        self.values.copy_within(1..self.len, 0);
        self.len -= 1;
        // Nothing of what is gone may tell two equal states apart.
        self.values[self.len] = 0;
        Some(oldest)
    }
}

impl Specification {
    pub(crate) fn new(capacity: usize) -> Self {
        assert!((1..=MAX_CAPACITY).contains(&capacity), "a capacity of {capacity} is not modelled");
        Self(Content { values: [0; MAX_CAPACITY], len: 0, capacity })
    }

    /// Carries out the next step of `call`.
    pub(crate) fn advance(&mut self, call: Call, stage: Stage) -> Stage {
        match (call, stage) {
            (Call::ForcePush(value), Stage::Waiting(displaced)) if self.0.push(value) => {
                Stage::Done(Reply::Displaced(displaced))
            }
            (Call::ForcePush(_), Stage::Waiting(displaced)) => Stage::Refused(displaced),
            (Call::ForcePush(_), Stage::Refused(displaced)) => match self.0.pop() {
                Some(value) => displaced.with(value).map_or(Stage::Done(Reply::Nonsense), Stage::Waiting),
                None => Stage::Waiting(displaced),
            },
            _ => Stage::Done(self.perform(call)),
        }
    }

    /// Carries out a call that is one step.
    fn perform(&mut self, call: Call) -> Reply {
        let content = &mut self.0;
        match call {
            Call::Push(value) if content.push(value) => Reply::Pushed,
            Call::Push(_) => Reply::Full,
            Call::Pop => content.pop().map_or(Reply::Empty, Reply::Popped),
            Call::Len => Reply::Count(content.len),
            Call::IsEmpty => Reply::Answer(content.len == 0),
            Call::IsFull => Reply::Answer(content.len == content.capacity),
            Call::ForcePush(_) => unreachable!("a forced push is more than one step"),
        }
    }
}
