//! The strict bounded queue, and the channel on it: what each call must answer, and when.
//!
//! There is no leeway: a push is refused only while exactly `capacity` values are in the queue, a
//! pop finds nothing only while there is nothing, and the observers count exactly. Which value a
//! pop takes, the [`Order`] says.
//!
//! A channel can be closed. A send that is in flight then may still succeed, until a receive
//! reports the end; from then on none succeeds.

/// The largest capacity the specification is run with: states are compared a great deal, so they
/// stay small.
pub(crate) const MAX_CAPACITY: usize = 8;

/// Which value goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The oldest.
    Fifo,
    /// The newest.
    Lifo,
    /// The oldest of the first level that has any, of so many, each of the whole capacity. A pop
    /// looks at one level after the other, and others may act between; that there is none it says
    /// only of a moment when all are empty.
    Levels(u32),
}

impl Order {
    /// The level that a value belongs to.
    pub(crate) fn level(self, value: u32) -> u32 {
        match self {
            // The tests number their values two by two at least: so neighbours meet in all ways.
            Self::Levels(levels) => value / 4 % levels,
            Self::Fifo | Self::Lifo => 0,
        }
    }

    fn levels(self) -> u32 {
        match self {
            Self::Levels(levels) => levels,
            Self::Fifo | Self::Lifo => 1,
        }
    }
}

/// A call on a queue. Values are distinguished by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Push(u32),
    Pop,
    ForcePush(u32),
    Len,
    IsEmpty,
    IsFull,
    TrySend(u32),
    TryRecv,
    Close,
    /// A waiter sleeps until there is a value, or the end.
    AwaitValue,
    /// A waiter sleeps until there is room, or the end.
    AwaitRoom,
    /// A task is counted.
    Track,
    /// A task is done, if one was found.
    Finish,
    /// Whether all tasks are done.
    Join,
    /// A waiter sleeps until they are.
    AwaitDone,
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
    Closed,
    Tracked,
    Finished,
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
    /// A pop found the levels before this one empty; next it looks at this one.
    Scanning(u32),
    /// A channel was not closed when a value came; next it is pushed.
    Admitted,
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
    order: Order,
}

/// Whether a channel accepts values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    /// Only those that were on their way.
    Closing,
    /// No values: a receive reported the end.
    Closed,
}

/// A sequential queue that does exactly what is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Specification {
    content: Content,
    end: End,
    /// Tasks that are not done.
    unfinished: usize,
}

impl Content {
    fn values(&self) -> &[u32] {
        &self.values[..self.len]
    }

    fn push(&mut self, value: u32) -> bool {
        let level = self.order.level(value);
        let equals = self.values().iter().filter(|&&value| self.order.level(value) == level).count();
        let has_room = equals < self.capacity;
        if has_room {
            self.values[self.len] = value;
            self.len += 1;
        }
        has_room
    }

    fn pop(&mut self, level: u32) -> Option<u32> {
        let is_equal = |&value: &u32| self.order.level(value) == level;
        let index = match self.order {
            Order::Lifo => self.len.checked_sub(1),
            Order::Fifo | Order::Levels(_) => self.values().iter().position(is_equal),
        }?;
        let value = self.values[index];
        self.values.copy_within(index + 1..self.len, index);
        self.len -= 1;
        // A value that is gone must not make two equal states differ.
        self.values[self.len] = 0;
        Some(value)
    }

    /// A look at one level.
    fn pop_or_go_on(&mut self, level: u32) -> Stage {
        match self.pop(level) {
            Some(value) => Stage::Done(Reply::Popped(value)),
            None if self.order.levels() == 1 => Stage::Done(Reply::Empty),
            None => Stage::Scanning((level + 1) % self.order.levels()),
        }
    }
}

impl Specification {
    pub(crate) fn new(capacity: usize, order: Order) -> Self {
        let all = capacity * order.levels() as usize;
        assert!((1..=MAX_CAPACITY).contains(&all), "a capacity of {all} is not modelled");
        Self {
            content: Content { values: [0; MAX_CAPACITY], len: 0, capacity, order },
            end: End::Open,
            unfinished: 0,
        }
    }

    /// Carries out the next step of `call`.
    pub(crate) fn advance(&mut self, call: Call, stage: Stage) -> Stage {
        match (call, stage) {
            (Call::ForcePush(value), Stage::Waiting(displaced)) if self.content.push(value) => {
                Stage::Done(Reply::Displaced(displaced))
            }
            (Call::ForcePush(_), Stage::Waiting(displaced)) => Stage::Refused(displaced),
            (Call::ForcePush(_), Stage::Refused(displaced)) => match self.content.pop(0) {
                Some(value) => displaced.with(value).map_or(Stage::Done(Reply::Nonsense), Stage::Waiting),
                None => Stage::Waiting(displaced),
            },
            (Call::Pop, Stage::Scanning(level)) => self.content.pop_or_go_on(level),
            (Call::Pop, _) => self.content.pop_or_go_on(0),
            (Call::TrySend(_), Stage::Waiting(_)) if self.end == End::Open => Stage::Admitted,
            (Call::TrySend(_), Stage::Waiting(_)) => Stage::Done(Reply::Closed),
            (Call::TrySend(value), _) => Stage::Done(self.send(value)),
            _ => Stage::Done(self.perform(call)),
        }
    }

    /// What the next step of `call` may lead to as well, without a change here: a pop of several
    /// levels finds that all are empty; a finish may find no task, as where tasks are kept is
    /// not modelled.
    pub(crate) fn alternative(&self, call: Call, stage: Stage) -> Option<Stage> {
        let may_be_empty = match call {
            Call::Pop => self.content.len == 0,
            Call::Finish => true,
            _ => false,
        };
        (may_be_empty && !matches!(stage, Stage::Done(_))).then_some(Stage::Done(Reply::Empty))
    }

    fn finish(&mut self) -> Reply {
        match self.unfinished.checked_sub(1) {
            Some(left) => {
                self.unfinished = left;
                Reply::Finished
            }
            None => Reply::Nonsense,
        }
    }

    /// Pushes a value that was admitted.
    fn send(&mut self, value: u32) -> Reply {
        if self.end != End::Closed && self.content.push(value) {
            Reply::Pushed
        } else if self.end == End::Open {
            Reply::Full
        } else {
            Reply::Closed
        }
    }

    fn receive(&mut self) -> Reply {
        match self.content.pop(0) {
            Some(value) => Reply::Popped(value),
            None if self.end == End::Open => Reply::Empty,
            None => {
                self.end = End::Closed;
                Reply::Closed
            }
        }
    }

    /// Whether this is the first time.
    fn close(&mut self) -> bool {
        let is_first = self.end == End::Open;
        if is_first {
            self.end = End::Closing;
        }
        is_first
    }

    /// Carries out a call that is one step.
    fn perform(&mut self, call: Call) -> Reply {
        let content = &mut self.content;
        let (is_empty, is_full) = (content.len == 0, content.len == content.capacity);
        match call {
            Call::Push(value) if content.push(value) => Reply::Pushed,
            Call::Push(_) => Reply::Full,
            Call::Len => Reply::Count(content.len),
            Call::IsEmpty => Reply::Answer(is_empty),
            Call::IsFull => Reply::Answer(is_full),
            Call::TryRecv => self.receive(),
            Call::Close => Reply::Answer(self.close()),
            Call::AwaitValue => Reply::Answer(is_empty && self.end == End::Open),
            Call::AwaitRoom => Reply::Answer(is_full && self.end == End::Open),
            Call::Track => {
                self.unfinished += 1;
                Reply::Tracked
            }
            Call::Finish => self.finish(),
            Call::Join => Reply::Answer(self.unfinished == 0),
            Call::AwaitDone => Reply::Answer(self.unfinished > 0),
            Call::Pop | Call::ForcePush(_) | Call::TrySend(_) => {
                unreachable!("that can be more than one step")
            }
        }
    }
}
