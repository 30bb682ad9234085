//! Interrupts every operation at every instruction, with a handler that uses the same queue, and asks of
//! every answer whether a plain queue could have given it.
//!
//! A future that sleeps answers too: that there is no value, or no room. So a lost wake-up is a wrong answer.

#![no_std]
#![no_main]

mod waiting;

use core::future::{Future, pending};
use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering::SeqCst};
use firmware::fifo::{Fifo, leak};
use firmware::history::{Answer, CONTEXTS, Log, Model, Strictness, explains};
use firmware::machine::{self, Clock, Interrupted, Interrupts, Second};
use firmware::{arguments, println, process};
use waiting::{Bell, Careless, Masking, SpinLock};

#[machine::entry]
fn main() -> ! {
    let clock = Clock::start();
    // The second level interrupts the first after every so many instructions; another so many each time.
    let stride = if arguments::contain("quick") { 251 } else { 31 };
    sweep_ringway::<1>(clock, stride);
    sweep_ringway::<2>(clock, stride);
    sweep_ringway::<4>(clock, stride);
    sweep_channel::<1>(clock, stride);
    sweep_channel::<2>(clock, stride);
    sweep_wrong_channels(clock);
    sweep_heapless::<2>(clock);
    sweep_heapless::<4>(clock);
    #[cfg(target_has_atomic = "ptr")]
    {
        sweep_crossbeam(clock, 1);
        sweep_crossbeam(clock, 2);
        sweep_crossbeam(clock, 4);
    }
    process::exit(0)
}

fn sweep_ringway<const N: usize>(clock: Clock, stride: usize) {
    // Too few spares: Full has to come early sometimes, and nothing else may go wrong.
    let none: &'static _ = leak(ringway::mpmc::Queue::<u32, N, 0>::new());
    Sweep::new(clock, none).one_level().print("ringway mpmc, no spare", N, 1);
    // As many spares as levels of interrupts.
    let one: &'static _ = leak(ringway::mpmc::Queue::<u32, N, 1>::new());
    Sweep::new(clock, one).one_level().print("ringway mpmc", N, 1);
    let two: &'static _ = leak(ringway::mpmc::Queue::<u32, N, 2>::new());
    Sweep::new(clock, two).two_levels(stride).print("ringway mpmc", N, 2);
}

fn sweep_channel<const N: usize>(clock: Clock, stride: usize) {
    let one: &'static _ = leak(Masking::<N, 1>::new());
    Sweep::new(clock, one).one_level().print("ringway channel", N, 1);
    let two: &'static _ = leak(Masking::<N, 2>::new());
    Sweep::new(clock, two).two_levels(stride).print("ringway channel", N, 2);
}

/// Channels as they should not be: with a lock that a handler finds held; without a second look.
fn sweep_wrong_channels(clock: Clock) {
    let spinning: &'static _ = leak(waiting::Channel::<1, SpinLock, 1>::new());
    Sweep::new(clock, spinning).one_level().print("channel, spin lock", 1, 1);
    let careless: &'static _ = leak(Careless::<1>::new());
    Sweep::new(clock, careless).one_level().print("channel, one look", 1, 1);
}

#[expect(deprecated, reason = "deprecated because it is not lock-free: that is what shows here")]
fn sweep_heapless<const N: usize>(clock: Clock) {
    let queue: &'static _ = leak(heapless::mpmc::Queue::<u32, N>::new());
    Sweep::new(clock, queue).one_level().print("heapless mpmc", N, 1);
}

#[cfg(target_has_atomic = "ptr")]
fn sweep_crossbeam(clock: Clock, capacity: usize) {
    let queue: &'static _ = leak(crossbeam_queue::ArrayQueue::new(capacity));
    Sweep::new(clock, queue).one_level().print("crossbeam ArrayQueue", capacity, 1);
}

// ---- what is interrupted, and by what

#[derive(Clone, Copy)]
enum Operation {
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
    fn is_possible(self, filled: usize, capacity: usize) -> bool {
        match self {
            Self::CancelSend => filled == capacity,
            Self::CancelRecv => filled == 0,
            _ => true,
        }
    }
}

/// A queue whose operations are interrupted.
trait Swept: Fifo<u32> {
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
enum Script {
    Push,
    Pop,
    PushPop,
    Fill,
    Drain,
}

const SCRIPTS: [Script; 5] = [Script::Push, Script::Pop, Script::PushPop, Script::Fill, Script::Drain];

impl Script {
    /// Makes the calls through `log`, which carries out and logs one.
    fn play(self, queue: &impl Swept, values: u32, mut log: impl FnMut(&dyn Fn() -> Answer) -> Answer) {
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

// ---- the stage, where handlers find what they need

static QUEUE: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());
static LOGS: [Log; CONTEXTS] = [Log::new(), Log::new(), Log::new()];
/// The scripts of both handlers: indices.
static HANDLERS: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

/// Where `main` is.
static PHASE: AtomicU32 = AtomicU32::new(BEFORE);
const BEFORE: u32 = 0;
const DURING: u32 = 1;
const AFTER: u32 = 2;
/// Where `main` was when the first interrupt came.
static CAME: AtomicU32 = AtomicU32::new(BEFORE);

/// The values of each context start with its own number.
const VALUES: [u32; CONTEXTS] = [1000, 2000, 3000];
/// Those that fill the queue before and after the operation.
const FILLING: u32 = 100;
/// That of a second future.
const SECOND_VALUE: u32 = 200;

/// Wakes the future that is interrupted, and the one behind it.
static BELLS: [Bell; 2] = [Bell::new(), Bell::new()];

/// The queue on the stage.
fn queue<Q>() -> &'static Q {
    // SAFETY: `Sweep::play` put a queue of this type there, which stays for ever.
    unsafe { &*QUEUE.load(SeqCst).cast::<Q>() }
}

fn script(level: usize) -> Script {
    SCRIPTS[HANDLERS[level].load(SeqCst)]
}

fn first<Q: Swept>() {
    CAME.store(PHASE.load(SeqCst), SeqCst);
    script(0).play(queue::<Q>(), VALUES[1], |call| LOGS[1].call(call));
}

fn second<Q: Swept>() {
    let progress = LOGS[1].progress();
    script(1).play(queue::<Q>(), VALUES[2], |call| LOGS[2].call_at(progress, call));
}

// ---- the sweep

/// Longer than every handler, in instructions.
const HANG: u32 = 20_000;
/// Longer than everything, in ticks.
const NEVER: u32 = 1 << 23;

#[derive(Clone, Copy, Default)]
struct Tally {
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

struct Sweep<Q: 'static> {
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
    fn new(clock: Clock, queue: &'static Q) -> Self {
        Self { clock, queue, tally: Tally::default(), last: [0; 2], lasted: 0 }
    }

    /// A handler at every instruction, ended by a watchdog if it hangs.
    fn one_level(mut self) -> Tally {
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
    fn two_levels(mut self, stride: usize) -> Tally {
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

    /// Runs the operation with interrupts, and looks afterwards for what is missing: a value, or room for one.
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

    /// Polls a future with interrupts, and then as often as it is woken. It sleeps only where that is right.
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

/// Polls a future that sleeps whenever it is woken. If it sleeps on, what it waits for is not there.
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
    fn print(self, name: &str, capacity: usize, levels: u32) {
        let Self { instructions, points, strict, spurious, wrong, hangs } = self;
        println!(
            "sweep|{name}|{capacity}|{levels}|{instructions}|{points}|{strict}|{spurious}|{wrong}|{hangs}"
        );
    }
}
