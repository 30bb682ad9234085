//! The machine: a clock that counts instructions, and interrupts after a given number of them.
//!
//! QEMU runs with `-icount`, so every instruction takes the same time and the timer of the board
//! says how many were executed. How many ticks an instruction takes is measured on a loop of known
//! length.

use core::hint::black_box;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering::SeqCst};

#[cfg_attr(target_arch = "arm", path = "cortex_m.rs")]
#[cfg_attr(target_arch = "riscv32", path = "riscv.rs")]
mod architecture;

pub use architecture::entry;
use architecture::guarded;

// In the assembly of each architecture.
unsafe extern "Rust" {
    /// A loop of two instructions.
    #[link_name = "firmware_spin"]
    safe fn spin(rounds: *const (), unused: u32) -> bool;
    /// 64 instructions more than one round of the loop.
    #[link_name = "firmware_straight"]
    safe fn straight(unused: *const (), unused: u32) -> bool;
}

/// How many instructions the ticks are averaged over.
const CALIBRATION: u32 = 4096;

/// How many instructions may pass before a timer that was started is set up.
const SET_UP: u32 = 16;

/// The clock, calibrated.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// How long `CALIBRATION` instructions take.
    ticks: u32,
}

impl Clock {
    /// Starts the clock and calibrates it.
    pub fn start() -> Self {
        architecture::start();
        // The loop has two instructions.
        let short = timed_push(spin, core::ptr::without_provenance(1), 0).0;
        let long = timed_push(spin, core::ptr::without_provenance(1 + CALIBRATION as usize / 2), 0).0;
        let clock = Self { ticks: long - short };
        let straight = timed_push(straight, core::ptr::null(), 0).0;
        assert_eq!(clock.instructions(straight - short), 64, "the loop has two instructions");
        clock
    }

    /// The number of instructions that take `ticks`, rounded.
    pub fn instructions(self, ticks: u32) -> u32 {
        (ticks * CALIBRATION + self.ticks / 2) / self.ticks
    }

    /// How many ticks `instructions` take.
    pub fn ticks(self, instructions: u32) -> u32 {
        instructions * self.ticks / CALIBRATION
    }

    /// Delays in ticks, so dense that an interrupt meets every instruction after [`interrupted`]
    /// set it up.
    pub fn delays(self) -> impl Iterator<Item = u32> {
        let step = self.ticks / CALIBRATION;
        (SET_UP * step..).step_by(step as usize)
    }

    /// The instructions that a call of `push` takes, its arguments and its return included, and its
    /// result.
    pub fn count_push<Q>(self, push: fn(&Q, u32) -> bool, queue: &Q, value: u32) -> (u32, bool) {
        // SAFETY: a reference and a pointer are passed alike, and the pointer is made of a
        // reference.
        let push = unsafe { core::mem::transmute::<fn(&Q, u32) -> bool, PushProbe>(push) };
        let (ticks, accepted) = timed_push(push, core::ptr::from_ref(queue).cast(), value);
        (self.instructions(ticks) - self.instructions(timed_nothing()), accepted)
    }

    /// The same for `pop`.
    pub fn count_pop<Q>(self, pop: fn(&Q) -> Option<u32>, queue: &Q) -> (u32, Option<u32>) {
        // SAFETY: a reference and a pointer are passed alike, and the pointer is made of a
        // reference.
        let pop = unsafe { core::mem::transmute::<fn(&Q) -> Option<u32>, PopProbe>(pop) };
        let (ticks, value) = timed_pop(pop, core::ptr::from_ref(queue).cast());
        (self.instructions(ticks) - self.instructions(timed_nothing()), value)
    }
}

/// The clock.
#[inline(always)]
pub fn now() -> u32 {
    architecture::now()
}

/// How many ticks passed since `start`.
#[inline(always)]
pub fn since(start: u32) -> u32 {
    now().wrapping_sub(start) & architecture::CLOCK_MASK
}

/// Passes the time of `instructions`.
pub fn pass(instructions: u32) {
    spin(core::ptr::without_provenance(instructions as usize / 2), 0);
}

type PushProbe = fn(*const (), u32) -> bool;
type PopProbe = fn(*const ()) -> Option<u32>;

/// Not generic, so that the instructions around the call are the same for every probe.
#[inline(never)]
fn timed_push(probe: PushProbe, queue: *const (), value: u32) -> (u32, bool) {
    let probe = black_box(probe);
    let start = now();
    let accepted = probe(queue, value);
    (since(start), accepted)
}

#[inline(never)]
fn timed_pop(probe: PopProbe, queue: *const ()) -> (u32, Option<u32>) {
    let probe = black_box(probe);
    let start = now();
    let value = probe(queue);
    (since(start), value)
}

/// What it takes to read the clock.
#[inline(never)]
fn timed_nothing() -> u32 {
    let start = now();
    since(start)
}

// ---- interrupts

/// The functions that interrupts call: the first level interrupts `main`, the second the first.
/// Null stands for [`Second::EndFirst`].
static LEVELS: [AtomicPtr<()>; 2] =
    [AtomicPtr::new(core::ptr::null_mut()), AtomicPtr::new(core::ptr::null_mut())];
/// The stack of the first level at its start, to go back to.
static STACK_OF_FIRST: AtomicUsize = AtomicUsize::new(0);
/// How many ticks after the first interrupt the second comes.
static SECOND_AFTER: AtomicU32 = AtomicU32::new(0);
/// How many interrupts have come.
static COME: AtomicUsize = AtomicUsize::new(0);
/// The instruction before which each interrupt came.
static PLACES: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
/// How many ticks after it was due the first interrupt came.
static LATENESS: AtomicU32 = AtomicU32::new(0);

/// What the interrupts do.
#[derive(Clone, Copy, Debug)]
pub struct Interrupts {
    /// Called by the first interrupt.
    pub first: fn(),
    /// What the second interrupt does, if it comes while `first` runs.
    pub second: Second,
    /// How many ticks after the first the second interrupt comes.
    pub second_after: u32,
}

/// What the second interrupt does.
#[derive(Clone, Copy, Debug)]
pub enum Second {
    Call(fn()),
    /// It is a watchdog: `first` does not go on.
    EndFirst,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Interrupted {
    /// How many interrupts came: at most two.
    pub count: usize,
    /// Where each came: the address of an instruction.
    pub places: [usize; 2],
    /// How late the first came, in ticks.
    pub lateness: u32,
}

/// Runs `operation` with an interrupt after `ticks`.
pub fn interrupted(interrupts: Interrupts, ticks: u32, operation: impl FnOnce()) -> Interrupted {
    LEVELS[0].store(interrupts.first as *mut (), SeqCst);
    let second = match interrupts.second {
        Second::Call(function) => function as *mut (),
        Second::EndFirst => core::ptr::null_mut(),
    };
    LEVELS[1].store(second, SeqCst);
    SECOND_AFTER.store(interrupts.second_after, SeqCst);
    COME.store(0, SeqCst);
    architecture::arm(ticks);
    pass(SET_UP);
    operation();
    architecture::disarm();
    Interrupted {
        count: COME.load(SeqCst),
        places: [PLACES[0].load(SeqCst), PLACES[1].load(SeqCst)],
        lateness: LATENESS.load(SeqCst),
    }
}

/// Notes an interrupt that came before the instruction at `place`, and returns its number.
fn note(place: usize) -> usize {
    let number = COME.load(SeqCst);
    if let Some(slot) = PLACES.get(number) {
        slot.store(place, SeqCst);
    }
    COME.store(number + 1, SeqCst);
    number
}

/// Calls `first` such that a watchdog can end it.
fn call_first() {
    guarded(function(0));
}

/// Calls `second`, or returns that `first` is to be ended.
fn call_second() -> bool {
    let is_watchdog = LEVELS[1].load(SeqCst).is_null();
    if !is_watchdog {
        function(1)();
    }
    is_watchdog
}

fn function(level: usize) -> fn() {
    let function = LEVELS[level].load(SeqCst);
    // SAFETY: `interrupted` stores functions of this type before it arms the timer.
    unsafe { core::mem::transmute::<*mut (), fn()>(function) }
}
