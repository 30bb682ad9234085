//! Runs every operation in every state, and interrupts it everywhere.

use crate::operations::{Operation, SCRIPTS, Script, Swept};
use crate::stage::{
    AFTER, BEFORE, BELLS, CAME, DURING, FILLING, HANDLERS, LOGS, PHASE, QUEUE, SECOND_VALUE, VALUES, first,
    second,
};
use crate::waiting::Bell;
use core::future::Future;
use core::pin::{Pin, pin};
use core::sync::atomic::Ordering::SeqCst;
use firmware::history::{Answer, Log, Model, Strictness, explains};
use firmware::machine::{self, Clock, Interrupted, Interrupts, Second};
use firmware::println;

/// Longer than every handler, in instructions.
const HANG: u32 = 20_000;
/// Longer than everything, in ticks.
const NEVER: u32 = 1 << 23;

#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    /// Instructions of the operations when nothing interrupts them.
    instructions: u32,
    /// Different places, or pairs of them, in which the interrupts came.
    points: u32,
    /// Runs that a plain queue explains.
    strict: u32,
    /// Runs with a refusal that it does not explain.
    spurious: u32,
    /// Runs in which values got lost, doubled or out of order.
    wrong: u32,
    /// Runs in which the handler did not come to an end.
    hangs: u32,
}

pub(crate) struct Sweep<Q: 'static> {
    clock: Clock,
    queue: &'static Q,
    tally: Tally,
    /// Where the interrupts came the last time.
    last: [usize; 2],
    /// How long the operation took the last time, in ticks.
    lasted: u32,
}

/// An operation in a queue that holds so many values.
#[derive(Clone, Copy)]
struct Case {
    operation: Operation,
    filled: usize,
}

impl<Q: Swept> Sweep<Q> {
    pub(crate) fn new(clock: Clock, queue: &'static Q) -> Self {
        Self { clock, queue, tally: Tally::default(), last: [0; 2], lasted: 0 }
    }

    /// A handler at every instruction, ended by a watchdog if it hangs.
    pub(crate) fn one_level(mut self) -> Tally {
        let watchdog =
            Interrupts { first: first::<Q>, second: Second::EndFirst, second_after: self.clock.ticks(HANG) };
        self.for_each_case(|sweep, case| {
            sweep.tally.instructions += sweep.instructions(case);
            for ticks in sweep.clock.delays() {
                let came = sweep.play(case, watchdog, ticks);
                match came.count {
                    0 => break,
                    1 => sweep.judge(case, came),
                    _ => sweep.tally.hangs += sweep.is_counted(came),
                }
            }
        });
        self.tally
    }

    /// A handler at every instruction, and in it one more at every `stride`th.
    pub(crate) fn two_levels(mut self, stride: usize) -> Tally {
        self.for_each_case(|sweep, case| {
            for (place, ticks) in sweep.clock.delays().enumerate() {
                for second_script in 0..SCRIPTS.len() {
                    HANDLERS[1].store(second_script, SeqCst);
                    if !sweep.second_level(case, ticks, place % stride, stride) {
                        return;
                    }
                }
            }
        });
        self.tally
    }

    /// Whether the first interrupt still came during the operation or before it.
    fn second_level(&mut self, case: Case, ticks: u32, offset: usize, stride: usize) -> bool {
        for second_after in self.clock.delays().skip(offset).step_by(stride) {
            let interrupts =
                Interrupts { first: first::<Q>, second: Second::Call(second::<Q>), second_after };
            let came = self.play(case, interrupts, ticks);
            match came.count {
                0 => return false,
                1 => break,
                _ => self.judge(case, came),
            }
        }
        true
    }

    fn for_each_case(&mut self, mut sweep: impl FnMut(&mut Self, Case)) {
        QUEUE.store(core::ptr::from_ref(self.queue).cast_mut().cast(), SeqCst);
        let capacity = self.queue.capacity();
        for &operation in Q::OPERATIONS {
            for filled in (0..=capacity).filter(|&filled| operation.is_possible(filled, capacity)) {
                for first_script in 0..SCRIPTS.len() {
                    HANDLERS[0].store(first_script, SeqCst);
                    sweep(self, Case { operation, filled });
                }
            }
        }
    }

    /// How many instructions the operation takes when nothing interrupts it, without the call.
    fn instructions(&mut self, case: Case) -> u32 {
        let nothing = Interrupts { first: || {}, second: Second::EndFirst, second_after: NEVER };
        self.play(case, nothing, NEVER);
        self.clock.instructions(self.lasted)
    }

    /// Runs the operation with interrupts, and looks afterwards for what is missing: a value, or
    /// room for one.
    fn play(&mut self, case: Case, interrupts: Interrupts, ticks: u32) -> Interrupted {
        LOGS.iter().for_each(Log::clear);
        CAME.store(BEFORE, SeqCst);
        PHASE.store(BEFORE, SeqCst);
        for value in 0..case.filled as u32 {
            self.queue.push(FILLING + value);
        }
        let came = match case.operation {
            Operation::Push => {
                self.run(interrupts, ticks, |queue| Answer::to_push(VALUES[0], push(queue, VALUES[0])))
            }
            Operation::Pop => self.run(interrupts, ticks, |queue| Answer::to_pop(pop(queue))),
            Operation::Len => self.run(interrupts, ticks, |queue| Answer::Len(len(queue))),
            Operation::ForcePush => self.run(interrupts, ticks, |queue| {
                force_push(queue, VALUES[0]);
                Answer::Pushed(VALUES[0])
            }),
            Operation::Send => self.wait(interrupts, ticks, self.queue.send(VALUES[0]), Answer::Full),
            Operation::Recv => self.wait(interrupts, ticks, self.queue.recv(), Answer::Empty),
            Operation::CancelSend => {
                let futures = [VALUES[0], SECOND_VALUE].map(|value| self.queue.send(value));
                self.cancel(interrupts, ticks, futures, Answer::Full)
            }
            Operation::CancelRecv => {
                let futures = [(); 2].map(|()| self.queue.recv());
                self.cancel(interrupts, ticks, futures, Answer::Empty)
            }
        };
        for script in [Script::Drain, Script::Fill, Script::Drain] {
            script.play(self.queue, 2 * FILLING, |call| LOGS[0].afterwards(call()));
        }
        came
    }

    /// Polls a future with interrupts, and then as often as it is woken. It sleeps only where that
    /// is right.
    fn wait(
        &mut self,
        interrupts: Interrupts,
        ticks: u32,
        future: impl Future<Output = Answer>,
        asleep: Answer,
    ) -> Interrupted {
        let mut future = pin!(future);
        BELLS[0].rang();
        let mut answer = asleep;
        let came = self.run(interrupts, ticks, |_| {
            answer = BELLS[0].poll(future.as_mut(), asleep);
            answer
        });
        if answer == asleep {
            attend(&BELLS[0], future, asleep);
        }
        came
    }

    /// Drops the first of two futures that sleep, with interrupts, and goes on with the second.
    fn cancel<F: Future<Output = Answer>>(
        &mut self,
        interrupts: Interrupts,
        ticks: u32,
        [first, second]: [F; 2],
        asleep: Answer,
    ) -> Interrupted {
        let (mut first, mut second) = (pin!(Some(first)), pin!(second));
        let first_future = first.as_mut().as_pin_mut().expect("just made");
        let answers = [BELLS[0].poll(first_future, asleep), BELLS[1].poll(second.as_mut(), asleep)];
        assert_eq!(answers, [asleep; 2], "nothing can have woken them");
        let came = self.run(interrupts, ticks, |_| {
            first.set(None);
            asleep
        });
        attend(&BELLS[1], second, asleep);
        came
    }

    #[inline(always)]
    fn run(
        &mut self,
        interrupts: Interrupts,
        ticks: u32,
        operation: impl FnOnce(&Q) -> Answer,
    ) -> Interrupted {
        let mut answer = Answer::Empty;
        let came = machine::interrupted(interrupts, ticks, || {
            PHASE.store(DURING, SeqCst);
            let start = machine::now();
            answer = operation(self.queue);
            self.lasted = machine::since(start);
            PHASE.store(AFTER, SeqCst);
        });
        LOGS[0].sometime(answer);
        came
    }

    /// Whether the interrupt came during the operation: 1 or 0.
    fn is_counted(&mut self, came: Interrupted) -> u32 {
        if CAME.load(SeqCst) != DURING {
            return 0;
        }
        self.tally.points += u32::from(came.places != self.last);
        self.last = came.places;
        1
    }

    fn judge(&mut self, case: Case, came: Interrupted) {
        if self.is_counted(came) == 0 {
            return;
        }
        let mut model = Model::new(self.queue.capacity());
        for value in 0..case.filled as u32 {
            model = model.after(Answer::Pushed(FILLING + value), Strictness::Strict).expect("room");
        }
        if explains(model, &LOGS, Strictness::Strict) {
            self.tally.strict += 1;
        } else if explains(model, &LOGS, Strictness::ValuesOnly) {
            self.tally.spurious += 1;
        } else {
            self.tally.wrong += 1;
        }
    }
}

/// Polls a future that sleeps whenever it is woken. If it sleeps on, what it waits for is not
/// there.
fn attend(bell: &'static Bell, mut future: Pin<&mut impl Future<Output = Answer>>, asleep: Answer) {
    while bell.rang() {
        let answer = LOGS[0].afterwards(bell.poll(future.as_mut(), asleep));
        if answer != asleep {
            return;
        }
    }
    LOGS[0].afterwards(asleep);
}

#[inline(never)]
fn push(queue: &impl Swept, value: u32) -> bool {
    queue.push(value)
}

#[inline(never)]
fn pop(queue: &impl Swept) -> Option<u32> {
    queue.pop()
}

#[inline(never)]
fn len(queue: &impl Swept) -> usize {
    queue.len()
}

/// A displaced value was found in a full queue, and popped.
#[inline(never)]
fn force_push(queue: &impl Swept, value: u32) {
    queue.force_push(value, |displaced| {
        LOGS[0].sometime(Answer::Full);
        LOGS[0].sometime(Answer::Popped(displaced));
    });
}

impl Tally {
    pub(crate) fn print(self, name: &str, capacity: usize, levels: u32) {
        let Self { instructions, points, strict, spurious, wrong, hangs } = self;
        println!(
            "sweep|{name}|{capacity}|{levels}|{instructions}|{points}|{strict}|{spurious}|{wrong}|{hangs}"
        );
    }
}
