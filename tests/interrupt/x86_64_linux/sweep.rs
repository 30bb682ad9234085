//! Interrupts an operation in every way at every instruction, and judges what comes of it.

use super::machine::{self, Explorer, Fate, Onward};
use super::scenario::{INNER, INNERMOST, Log, Player, Scenario, Script};
use super::watch::{self, Board, Branch, Place, Verdict};
use crate::support::history::{Event, conserves_values};
use crate::support::search::first_unexplained;
use crate::support::specification::{Call, Specification};
use crate::support::subject::Subject;

/// One way to interrupt an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Interrupt {
    /// The script runs, then the operation goes on.
    Pass(Script),
    /// The script runs, and the operation never goes on.
    ForEver(Script),
    /// An operation runs, and is itself interrupted at each instruction whose number `every`
    /// divides, by each script in turn.
    Nested { inner: Call, every: usize, innermost: &'static [Script] },
}

impl Interrupt {
    fn fate(self) -> Fate {
        if matches!(self, Self::ForEver(_)) { Fate::Stalls } else { Fate::Resumes }
    }
}

/// Every way, at every instruction or at a sample of them.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) interrupts: Vec<Interrupt>,
    /// Each interrupt strikes at one of this many instructions, each at others.
    pub(crate) stride: usize,
    /// The seconds of processor time after which an operation is said to hang.
    pub(crate) patience: f64,
    /// What a log must hold.
    pub(crate) longest_log: usize,
}

impl Plan {
    /// `turn` differs from operation to operation, so that not all leave out the same places.
    fn is_due(&self, place: Place, turn: usize) -> bool {
        (place.step + 7 * (place.interrupt + turn)).is_multiple_of(self.stride)
    }
}

/// One operation and all that is to be tried on it.
pub(crate) struct Trial<'a> {
    pub(crate) scenario: Scenario,
    /// Differs from trial to trial.
    pub(crate) turn: usize,
    pub(crate) plan: &'a Plan,
    pub(crate) board: &'a Board,
}

impl Trial<'_> {
    pub(crate) fn describe(&self, place: Place) -> String {
        let Scenario { make, outer, filled } = self.scenario;
        let (capacity, interrupt) = (make().capacity(), self.plan.interrupts[place.interrupt]);
        format!("{outer:?} with {filled} of {capacity} filled, at instruction {}: {interrupt:?}", place.step)
    }
}

/// Goes through a trial.
pub(crate) struct Sweep<'a> {
    subject: &'a dyn Subject,
    log: &'a Log,
    trial: &'a Trial<'a>,
    /// Everything up to here was tried before.
    done: Option<Place>,
    next: Place,
    current: Option<Place>,
    /// This process ends with this timeline.
    is_branch: bool,
    log_at_interrupt: usize,
    /// The last history of each interrupt with its verdict: neighbouring instructions mostly give
    /// the same.
    judged: Vec<(Vec<Event>, Verdict)>,
}

impl<'a> Sweep<'a> {
    pub(crate) fn new(
        subject: &'a dyn Subject,
        log: &'a Log,
        trial: &'a Trial<'a>,
        done: Option<Place>,
    ) -> Self {
        let judged = vec![(Vec::new(), Verdict::Strict); trial.plan.interrupts.len()];
        let next = Place { step: 0, interrupt: 0 };
        Self { subject, log, trial, done, next, current: None, is_branch: false, log_at_interrupt: 0, judged }
    }

    /// The next place at `step` where an interrupt is due.
    fn next_due(&mut self, step: usize) -> Option<Place> {
        if self.next.step != step {
            self.next = Place { step, interrupt: 0 };
        }
        while self.next.interrupt < self.trial.plan.interrupts.len() {
            let place = self.next;
            self.next.interrupt += 1;
            if self.trial.plan.is_due(place, self.trial.turn) && self.done.is_none_or(|done| place > done) {
                return Some(place);
            }
        }
        None
    }

    fn strike(&mut self, interrupt: Interrupt) {
        let inner = Player { subject: self.subject, log: self.log, context: INNER };
        match interrupt {
            Interrupt::Pass(script) | Interrupt::ForEver(script) => inner.play(script),
            Interrupt::Nested { inner: call, every, innermost } => {
                inner.call_within(call, |perform| {
                    machine::step_through_nested(perform, &mut |step| self.branch(step, every, innermost));
                });
                // Whatever comes after this was not interrupted twice.
                if !self.is_branch {
                    self.current = None;
                }
            }
        }
    }

    /// Lets a child live on in the world in which the nested operation is interrupted here.
    fn branch(&mut self, step: usize, every: usize, innermost: &[Script]) -> Onward {
        if !step.is_multiple_of(every) {
            return Onward::StepByStep;
        }
        let board = self.trial.board;
        match watch::branch() {
            Branch::Child => {
                self.is_branch = true;
                board.watch(self.trial.plan.patience);
                let innermost_player = Player { subject: self.subject, log: self.log, context: INNERMOST };
                innermost_player.play(innermost[step / every % innermost.len()]);
                Onward::AtFullSpeed
            }
            Branch::Parent { child_hung } => {
                if child_hung {
                    board.count(Verdict::Hang);
                }
                Onward::StepByStep
            }
        }
    }

    fn verdict(&mut self, place: Place) -> Verdict {
        let Self { subject, log, judged, trial, .. } = self;
        log.read(|history| {
            let (last, verdict) = &mut judged[place.interrupt];
            if last != history {
                let interrupt = trial.plan.interrupts[place.interrupt];
                *verdict =
                    judge(subject.specification(), history, matches!(interrupt, Interrupt::ForEver(_)));
                last.clear();
                last.extend_from_slice(history);
            }
            *verdict
        })
    }

    fn example(&self, place: Place) -> String {
        let mut text = self.trial.describe(place);
        self.log.read(|history| {
            let end = first_unexplained(self.subject.specification(), history).unwrap_or(0);
            let shown = history[..=end].iter().rev().take(24).rev();
            shown.for_each(|event| text += &format!("\n      {event:?}"));
        });
        text
    }
}

fn judge(queue: Specification, history: &[Event], stalls: bool) -> Verdict {
    if first_unexplained(queue, history).is_none() {
        Verdict::Strict
    } else if stalls || conserves_values(history) {
        // Values behind an operation that never goes on are out of reach, which is not the same as
        // lost.
        Verdict::NotLinearizable
    } else {
        Verdict::LostOrDoubled
    }
}

impl Explorer for Sweep<'_> {
    fn interrupt(&mut self, step: usize) -> Fate {
        let Some(place) = self.next_due(step) else {
            self.trial.board.rest();
            return Fate::Untouched;
        };
        self.log_at_interrupt = self.log.len();
        self.trial.board.enter(place, self.trial.plan.patience);
        self.current = Some(place);
        let interrupt = self.trial.plan.interrupts[place.interrupt];
        self.strike(interrupt);
        interrupt.fate()
    }

    fn judge(&mut self) {
        let Some(place) = self.current else { return };
        let verdict = self.verdict(place);
        let board = self.trial.board;
        if board.count(verdict) == 1 && verdict != Verdict::Strict {
            board.keep_example(verdict, &self.example(place));
        }
        if self.is_branch {
            watch::end_child();
        }
    }

    fn rewind(&mut self) {
        self.log.rewind_to(self.log_at_interrupt);
    }
}
