//! What is interrupted, by what, and what happened.

use super::machine;
use crate::support::history::{Context, Event};
use crate::support::specification::{Call, Reply};
use crate::support::subject::{Compound, Parts, Subject};
use std::cell::RefCell;

pub(crate) type MakeSubject = fn() -> Box<dyn Subject>;

/// The levels of interruption.
pub(crate) const OUTER: Context = 0;
pub(crate) const INNER: Context = 1;
pub(crate) const INNERMOST: Context = 2;

/// The operation that is interrupted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outer {
    Push,
    Pop,
    ForcePush,
    Len,
    IsEmpty,
    IsFull,
    /// A push in two parts: reserve; write and commit.
    Grant,
    /// A pop in two parts: take the value by reference; drop the guard.
    Reference,
    /// A future that receives, until it sleeps for good.
    Recv,
    /// A future that sends, until it sleeps for good.
    Send,
    /// Two futures that receive, the first of which is cancelled.
    RecvSecond,
    /// Two futures that send, the first of which is cancelled.
    SendSecond,
}

impl Outer {
    pub(crate) const ALL: [Self; 12] = [
        Self::Push,
        Self::Pop,
        Self::ForcePush,
        Self::Len,
        Self::IsEmpty,
        Self::IsFull,
        Self::Grant,
        Self::Reference,
        Self::Recv,
        Self::Send,
        Self::RecvSecond,
        Self::SendSecond,
    ];

    pub(crate) fn is_offered_by(self, subject: &dyn Subject) -> bool {
        match self {
            Self::Grant | Self::Reference => subject.capabilities().guards,
            Self::Recv | Self::Send | Self::RecvSecond | Self::SendSecond => subject.capabilities().futures,
            _ => self.call(subject, 0).is_none_or(|call| subject.offers(call)),
        }
    }

    /// The call, if it is one in one part.
    fn call(self, subject: &dyn Subject, value: u32) -> Option<Call> {
        Some(match self {
            Self::Push => (subject.capabilities().push)(value),
            Self::Pop => subject.capabilities().pop,
            Self::ForcePush => Call::ForcePush(value),
            Self::Len => Call::Len,
            Self::IsEmpty => Call::IsEmpty,
            Self::IsFull => Call::IsFull,
            _ => return None,
        })
    }

    /// The operation, if it is one in several parts.
    fn compound(self, value: u32) -> Option<Compound> {
        Some(match self {
            Self::Grant => Compound::PushByGrant(value),
            Self::Reference => Compound::PopByReference,
            Self::Recv => Compound::Recv,
            Self::Send => Compound::Send(value),
            Self::RecvSecond => Compound::RecvSecond,
            Self::SendSecond => Compound::SendSecond(value),
            _ => return None,
        })
    }
}

/// A line of a script.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Do {
    Push,
    Pop,
    ForcePush,
    /// Every observer that the queue has.
    Observe,
    /// Push until the queue is full.
    Fill,
    /// Pop until the queue is empty.
    Drain,
    /// A push and a pop, as often as this many laps round the ring take.
    Laps(usize),
    Close,
}

pub(crate) type Script = &'static [Do];

const OBSERVERS: [Call; 4] = [Call::Len, Call::IsEmpty, Call::IsFull, Call::Join];

/// All that happens in one timeline. It lives outside the universe that the machine puts back.
pub(crate) struct Log(RefCell<Vec<Event>>);

impl Log {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(RefCell::new(Vec::with_capacity(capacity)))
    }

    fn note(&self, event: Event) {
        self.0.borrow_mut().push(event);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn rewind_to(&self, len: usize) {
        self.0.borrow_mut().truncate(len);
    }

    pub(crate) fn read<R>(&self, reader: impl FnOnce(&[Event]) -> R) -> R {
        reader(&self.0.borrow())
    }

    /// A number that was not used before in this timeline.
    fn fresh_value(&self) -> u32 {
        self.len() as u32
    }
}

/// One context at work on the queue.
#[derive(Clone, Copy)]
pub(crate) struct Player<'a> {
    pub(crate) subject: &'a dyn Subject,
    pub(crate) log: &'a Log,
    pub(crate) context: Context,
}

impl Player<'_> {
    pub(crate) fn play(&self, script: Script) {
        script.iter().for_each(|&line| self.play_line(line));
    }

    pub(crate) fn play_line(&self, line: Do) {
        match line {
            Do::Push => self.call_if_offered(self.push_call()),
            Do::Pop => self.call_if_offered(self.pop_call()),
            Do::ForcePush => self.call_if_offered(Call::ForcePush(self.log.fresh_value())),
            Do::Observe => OBSERVERS.iter().for_each(|&call| self.call_if_offered(call)),
            Do::Fill => self.repeat_until(Reply::Full, || self.push()),
            Do::Drain => self.repeat_until(Reply::Empty, || self.call(self.pop_call())),
            Do::Laps(laps) => self.push_and_pop(laps * self.subject.capacity()),
            Do::Close => self.call_if_offered(Call::Close),
        }
    }

    fn push_call(&self) -> Call {
        (self.subject.capabilities().push)(self.log.fresh_value())
    }

    fn pop_call(&self) -> Call {
        self.subject.capabilities().pop
    }

    fn push(&self) -> Reply {
        self.call(self.push_call())
    }

    fn push_and_pop(&self, times: usize) {
        for _ in 0..times {
            self.push();
            self.call(self.pop_call());
        }
    }

    /// A queue that never says so is caught by the verdict on the history.
    fn repeat_until(&self, end: Reply, call: impl Fn() -> Reply) {
        for _ in 0..self.subject.capacity() + 2 {
            let reply = call();
            if reply == end || reply == Reply::Closed {
                break;
            }
        }
    }

    fn call_if_offered(&self, call: Call) {
        if self.subject.offers(call) {
            self.call(call);
        }
    }

    fn call(&self, call: Call) -> Reply {
        self.call_within(call, |perform| perform())
    }

    /// Lets `around` decide how the call is carried out; the log is written outside of it.
    pub(crate) fn call_within(&self, call: Call, around: impl FnOnce(&mut dyn FnMut())) -> Reply {
        let mut reply = Reply::Nonsense;
        self.log.note(Event::Invoked(self.context, call));
        around(&mut || reply = self.subject.perform(call));
        self.log.note(Event::Returned(self.context, reply));
        reply
    }
}

/// One operation, on a queue that holds `filled` values.
#[derive(Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) make: MakeSubject,
    pub(crate) outer: Outer,
    pub(crate) filled: usize,
}

impl Scenario {
    /// The operation from beginning to end, stepped through, and what shows afterwards that nothing
    /// is missing: neither a value nor a place for one.
    pub(crate) fn run(&self, subject: &dyn Subject, log: &Log) {
        let player = Player { subject, log, context: OUTER };
        // Start at another index for each filling, so that some operations wrap round.
        player.push_and_pop(self.filled);
        (0..self.filled).for_each(|_| player.play_line(Do::Push));
        self.step_through_outer(subject, log);
        player.play(&[Do::Observe, Do::Drain, Do::Fill, Do::Observe, Do::Drain]);
        machine::end_timeline();
    }

    fn step_through_outer(&self, subject: &dyn Subject, log: &Log) {
        let value = log.fresh_value();
        let mut parts = SteppedParts { log };
        if let Some(operation) = self.outer.compound(value) {
            subject.perform_in_parts(operation, &mut parts);
        } else {
            let call = self.outer.call(subject, value).expect("it is in one part");
            parts.part(Some(call), &mut || subject.perform(call));
        }
    }
}

struct SteppedParts<'a> {
    log: &'a Log,
}

impl Parts for SteppedParts<'_> {
    fn part(&mut self, call: Option<Call>, body: &mut dyn FnMut() -> Reply) {
        if let Some(call) = call {
            self.log.note(Event::Invoked(OUTER, call));
        }
        let mut reply = Reply::Nonsense;
        machine::step_through(&mut || reply = body());
        if call.is_some() {
            self.log.note(Event::Returned(OUTER, reply));
        }
    }
}
