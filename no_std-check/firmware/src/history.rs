//! What the contexts of a sweep did, and whether a plain queue could have answered so.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// `main`, the handler that interrupts it, and the one that interrupts the handler.
pub const CONTEXTS: usize = 3;
/// The largest capacity of a queue in a sweep.
pub const MAX_CAPACITY: usize = 4;

/// An answer of a queue; a call is known by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Pushed(u32),
    Full,
    Popped(u32),
    Empty,
    Len(usize),
}

impl Answer {
    pub fn to_push(value: u32, accepted: bool) -> Self {
        if accepted { Self::Pushed(value) } else { Self::Full }
    }

    pub fn to_pop(popped: Option<u32>) -> Self {
        popped.map_or(Self::Empty, Self::Popped)
    }
}

/// A call, from its start to its end. Times are only compared.
#[derive(Clone, Copy, Debug)]
struct Call {
    start: u32,
    end: u32,
    answer: Answer,
}

/// More calls than one context makes: at the end `main` empties, fills and empties the queue.
const MAX_CALLS: usize = 32;

/// The calls of one context, which alone writes here.
#[derive(Debug)]
pub struct Log {
    calls: UnsafeCell<[Call; MAX_CALLS]>,
    /// Twice the number of calls that ended, and one more during a call.
    progress: AtomicU32,
}

// SAFETY: only its own context writes to a log, and others read calls that ended.
unsafe impl Sync for Log {}

impl Log {
    pub const fn new() -> Self {
        let call = Call { start: 0, end: 0, answer: Answer::Empty };
        Self { calls: UnsafeCell::new([call; MAX_CALLS]), progress: AtomicU32::new(0) }
    }

    pub fn clear(&self) {
        self.progress.store(0, SeqCst);
    }

    pub fn progress(&self) -> u32 {
        self.progress.load(SeqCst)
    }

    /// Logs a call that others may interrupt: its times are those of `progress`.
    pub fn call(&self, answer: impl FnOnce() -> Answer) -> Answer {
        let before = self.progress();
        self.progress.store(before + 1, SeqCst);
        let answer = answer();
        self.end(Call { start: time(before + 1), end: time(before + 2), answer });
        answer
    }

    /// Logs a call made while another context was where its `progress` says.
    pub fn call_at(&self, progress: u32, answer: impl FnOnce() -> Answer) -> Answer {
        let answer = answer();
        let at = time(progress) + 1 + self.progress();
        self.end(Call { start: at, end: at, answer });
        answer
    }

    /// Logs an answer given at some time during the calls of all other contexts.
    pub fn sometime(&self, answer: Answer) {
        self.end(Call { start: 0, end: AFTERWARDS, answer });
    }

    /// Logs an answer given when all other contexts were done.
    pub fn afterwards(&self, answer: Answer) -> Answer {
        self.end(Call { start: AFTERWARDS, end: AFTERWARDS, answer });
        answer
    }

    fn end(&self, call: Call) {
        let number = self.len();
        // SAFETY: this is the only context that writes here.
        let calls = unsafe { &mut *self.calls.get() };
        calls[number] = call;
        self.progress.store(2 * (number as u32 + 1), SeqCst);
    }

    fn len(&self) -> usize {
        self.progress() as usize / 2
    }

    fn calls(&self) -> &[Call] {
        // SAFETY: a call that ended is not written to.
        let calls = unsafe { &*self.calls.get() };
        &calls[..self.len()]
    }
}

impl Default for Log {
    fn default() -> Self {
        Self::new()
    }
}

/// Later than every time of a log.
const AFTERWARDS: u32 = u32::MAX;

/// Leaves room for the calls of another context between two times.
fn time(progress: u32) -> u32 {
    progress * 4 * MAX_CALLS as u32
}

/// Which answers must be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// All of them.
    Strict,
    /// Those that hand values over: nothing is lost, doubled or overtaken.
    ValuesOnly,
}

/// What a queue is meant to be.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    values: [u32; MAX_CAPACITY],
    len: usize,
    capacity: usize,
}

impl Model {
    pub fn new(capacity: usize) -> Self {
        Self { values: [0; MAX_CAPACITY], len: 0, capacity }
    }

    /// The queue after it gave an answer, if it could.
    pub fn after(mut self, answer: Answer, strictness: Strictness) -> Option<Self> {
        let is_true = match answer {
            Answer::Pushed(value) => self.push(value),
            Answer::Popped(value) => self.pop() == Some(value),
            Answer::Full => self.len == self.capacity || strictness != Strictness::Strict,
            Answer::Empty => self.len == 0 || strictness != Strictness::Strict,
            Answer::Len(len) => self.len == len || strictness != Strictness::Strict,
        };
        is_true.then_some(self)
    }

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
        self.values.copy_within(1.., 0);
        self.len -= 1;
        Some(oldest)
    }
}

/// Whether the calls can be put into one order that respects time, in which `queue` gives these
/// answers.
pub fn explains(queue: Model, logs: &[Log; CONTEXTS], strictness: Strictness) -> bool {
    can_go_on(queue, logs.each_ref().map(Log::calls), strictness)
}

fn can_go_on(queue: Model, logs: [&[Call]; CONTEXTS], strictness: Strictness) -> bool {
    let first_end = logs.iter().filter_map(|calls| calls.first()).map(|call| call.end).min();
    let Some(first_end) = first_end else { return true };
    (0..CONTEXTS).any(|context| {
        let Some((next, rest)) = logs[context].split_first() else { return false };
        // What ended before this call began comes first.
        next.start <= first_end
            && queue.after(next.answer, strictness).is_some_and(|queue| {
                let mut logs = logs;
                logs[context] = rest;
                can_go_on(queue, logs, strictness)
            })
    })
}
