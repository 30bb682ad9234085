//! Runs an operation one instruction at a time and goes back in time.
//!
//! The processor's trap flag stops the operation after each instruction, in a signal handler. There
//! the *universe* (registers, stack, memory of the queue) is copied, the [`Explorer`] interrupts,
//! and the operation runs on to the end of this timeline. Then the copy is put back, for the next
//! interrupt at the same instruction, or for the next instruction. So the operation is stepped
//! through once, and not from the start again for each instruction: a trap costs as much as
//! thousands of instructions.
//!
//! What must survive (the log, the verdicts) lives outside the universe: above the frame that
//! [`Machine::run`] marks, or on the heap.

use super::memory::Region;
use std::arch::asm;
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What becomes of an operation after an interrupt.
pub(crate) enum Fate {
    /// It goes on as soon as the interrupt has ended.
    Resumes,
    /// It stands still for ever.
    Stalls,
    /// It was not interrupted: there is nothing more to try at this instruction.
    Untouched,
}

/// Decides what happens at each instruction.
pub(crate) trait Explorer {
    /// Interrupts the operation before its instruction number `step`.
    fn interrupt(&mut self, step: usize) -> Fate;
    /// The timeline has ended.
    fn judge(&mut self);
    /// The universe has gone back to the moment before the interrupt.
    fn rewind(&mut self);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Stepping,
    Resumed,
}

pub(crate) struct Machine<'a> {
    explorer: &'a mut dyn Explorer,
    phase: Phase,
    step: usize,
    copy: Copied,
}

type Bytes = Vec<MaybeUninit<u8>>;

/// The universe at one moment.
struct Copied {
    registers: [i64; 23],
    /// Where the stack ends for the universe: the frames above are not part of it.
    stack_base: *mut u8,
    stack: (Region, Bytes),
    vectors: Bytes,
    memory: Vec<(Region, Bytes)>,
}

struct Current(Cell<*mut Machine<'static>>);

// SAFETY: this program has one thread.
unsafe impl Sync for Current {}

/// The machine that runs, for the signal handlers.
static CURRENT: Current = Current(Cell::new(ptr::null_mut()));

impl<'a> Machine<'a> {
    /// Runs `body`, which steps through operations with [`step_through`] and calls [`end_timeline`]
    /// last.
    pub(crate) fn run(memory: Vec<Region>, explorer: &'a mut dyn Explorer, body: &dyn Fn()) {
        let mut base = 0u8;
        let mut machine =
            Machine { explorer, phase: Phase::Stepping, step: 0, copy: Copied::new(&raw mut base, memory) };
        CURRENT.0.set((&raw mut machine).cast());
        body();
        CURRENT.0.set(ptr::null_mut());
    }

    fn on_step(&mut self, context: &mut libc::ucontext_t) {
        // The instruction that clears the flag is still trapped; after it the operation is over.
        if has_trap_flag(context) && !is_masked() {
            self.step += 1;
            self.copy.take(context);
            self.explore(context);
        }
    }

    fn on_end(&mut self, context: &mut libc::ucontext_t) {
        if self.phase == Phase::Resumed {
            self.go_back(context);
            self.explore(context);
        }
    }

    fn explore(&mut self, context: &mut libc::ucontext_t) {
        loop {
            match self.explorer.interrupt(self.step) {
                Fate::Stalls => self.go_back(context),
                Fate::Resumes => {
                    self.phase = Phase::Resumed;
                    return set_trap_flag_of(context, false);
                }
                Fate::Untouched => {
                    self.phase = Phase::Stepping;
                    return set_trap_flag_of(context, true);
                }
            }
        }
    }

    fn go_back(&mut self, context: &mut libc::ucontext_t) {
        self.explorer.judge();
        self.copy.put_back(context);
        self.explorer.rewind();
    }
}

impl Copied {
    fn new(stack_base: *mut u8, memory: Vec<Region>) -> Self {
        let nothing = Region { start: stack_base, len: 0 };
        Self {
            registers: [0; 23],
            stack_base,
            stack: (nothing, Vec::new()),
            vectors: Vec::new(),
            memory: memory.into_iter().map(|region| (region, Vec::new())).collect(),
        }
    }

    fn take(&mut self, context: &libc::ucontext_t) {
        self.registers = context.uc_mcontext.gregs;
        self.stack.0 = stack_of(context, self.stack_base);
        copy_out(vectors_of(context), &mut self.vectors);
        copy_out(self.stack.0, &mut self.stack.1);
        self.memory.iter_mut().for_each(|(region, bytes)| copy_out(*region, bytes));
    }

    fn put_back(&self, context: &mut libc::ucontext_t) {
        context.uc_mcontext.gregs = self.registers;
        copy_in(&self.vectors, vectors_of(context));
        copy_in(&self.stack.1, self.stack.0);
        self.memory.iter().for_each(|(region, bytes)| copy_in(bytes, *region));
    }
}

/// What the interrupted code has on the stack, with the 128 bytes below that a leaf function may
/// use.
fn stack_of(context: &libc::ucontext_t, base: *mut u8) -> Region {
    let low = context.uc_mcontext.gregs[libc::REG_RSP as usize] as usize - 128;
    Region { start: ptr::with_exposed_provenance_mut(low), len: base.expose_provenance() - low }
}

/// The floating-point and vector registers, where the kernel put them; the processor manual's XSAVE
/// area.
fn vectors_of(context: &libc::ucontext_t) -> Region {
    const LEGACY: usize = 512;
    const KERNEL_NOTE: usize = 464;
    const EXTENDED_MAGIC: u32 = 0x4650_5853;
    let start = context.uc_mcontext.fpregs.cast::<u8>();
    let note = start.wrapping_add(KERNEL_NOTE).cast::<u32>();
    // SAFETY: the kernel writes its note into the last bytes of the legacy area of every signal
    // frame.
    let magic = unsafe { note.read() };
    // SAFETY: as above; the size of the area is the fifth word of the note.
    let size = unsafe { note.wrapping_add(4).read() };
    Region { start, len: if magic == EXTENDED_MAGIC { size as usize } else { LEGACY } }
}

fn copy_out(from: Region, to: &mut Bytes) {
    to.resize(from.len, MaybeUninit::uninit());
    // SAFETY: the region belongs to the stopped universe, whose code does not run; `to` is as long.
    unsafe { ptr::copy_nonoverlapping(from.start.cast(), to.as_mut_ptr(), from.len) }
}

fn copy_in(from: &Bytes, to: Region) {
    // SAFETY: as in `copy_out`. The bytes are those that stood there, so they are valid where they
    // go.
    unsafe { ptr::copy_nonoverlapping(from.as_ptr(), to.start.cast(), from.len()) }
}

const TRAP_FLAG: i64 = 1 << 8;

fn set_trap_flag_of(context: &mut libc::ucontext_t, is_set: bool) {
    let flags = &mut context.uc_mcontext.gregs[libc::REG_EFL as usize];
    *flags = if is_set { *flags | TRAP_FLAG } else { *flags & !TRAP_FLAG };
}

fn has_trap_flag(context: &libc::ucontext_t) -> bool {
    context.uc_mcontext.gregs[libc::REG_EFL as usize] & TRAP_FLAG != 0
}

#[inline(always)]
fn set_trap_flag() {
    // SAFETY: from the next instruction on each one raises SIGTRAP, which has a handler.
    unsafe { asm!("pushfq", "or qword ptr [rsp], 0x100", "popfq") }
}

#[inline(always)]
fn clear_trap_flag() {
    // SAFETY: changes the trap flag only.
    unsafe { asm!("pushfq", "and qword ptr [rsp], -0x101", "popfq") }
}

/// Runs `body` one instruction at a time, unless this timeline was interrupted already.
pub(crate) fn step_through(body: &mut dyn FnMut()) {
    // SAFETY: set by `Machine::run`, in whose body this is called; no handler is active here.
    let is_stepping = unsafe { (*CURRENT.0.get()).phase == Phase::Stepping };
    if is_stepping {
        set_trap_flag();
    }
    body();
    clear_trap_flag();
}

/// Ends this timeline. Returns only if there is nothing left to try; otherwise time goes back.
pub(crate) fn end_timeline() {
    // SAFETY: sends a signal that has a handler to this process, which has one thread.
    unsafe { libc::raise(libc::SIGUSR1) };
}

static MASKS: AtomicUsize = AtomicUsize::new(0);

/// Runs `body` with interrupts masked, as a critical section does: one that comes meanwhile strikes
/// afterwards.
pub(crate) fn with_interrupts_masked<O>(body: impl FnOnce() -> O) -> O {
    MASKS.fetch_add(1, Ordering::SeqCst);
    let output = body();
    MASKS.fetch_sub(1, Ordering::SeqCst);
    output
}

fn is_masked() -> bool {
    MASKS.load(Ordering::SeqCst) > 0
}

/// Steps through an operation inside an interrupt.
#[derive(Clone, Copy)]
struct Nested {
    step: usize,
    action: *mut dyn FnMut(usize) -> Onward,
}

/// How a nested operation goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Onward {
    StepByStep,
    AtFullSpeed,
}

struct CurrentNested(Cell<Option<Nested>>);

// SAFETY: this program has one thread.
unsafe impl Sync for CurrentNested {}

static NESTED: CurrentNested = CurrentNested(Cell::new(None));

/// Runs `body`, which is itself part of an interrupt, and calls `action` before each of its
/// instructions. There is no way back in time from here.
pub(crate) fn step_through_nested(body: &mut dyn FnMut(), action: &mut dyn FnMut(usize) -> Onward) {
    let action: *mut (dyn FnMut(usize) -> Onward + '_) = &raw mut *action;
    // SAFETY: only the lifetime changes, and the pointer is taken back below, while `action` lives.
    let action = unsafe { std::mem::transmute::<*mut (dyn FnMut(usize) -> Onward + '_), *mut _>(action) };
    NESTED.0.set(Some(Nested { step: 0, action }));
    set_trap_flag();
    body();
    clear_trap_flag();
    NESTED.0.set(None);
}

fn on_nested_step(nested: Nested, context: &mut libc::ucontext_t) {
    // As in `on_step`.
    if has_trap_flag(context) && !is_masked() {
        let step = nested.step + 1;
        NESTED.0.set(Some(Nested { step, ..nested }));
        // SAFETY: `step_through_nested` is still on the stack, and nothing else uses the closure.
        let action = unsafe { &mut *nested.action };
        set_trap_flag_of(context, action(step) == Onward::StepByStep);
    }
}

extern "C" fn on_trap(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel passes the context of the interrupted code, which no other code uses
    // meanwhile.
    let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
    if let Some(nested) = NESTED.0.get() {
        return on_nested_step(nested, context);
    }
    // SAFETY: stepping goes on only inside `Machine::run`, and not while a handler has the machine.
    unsafe { &mut *CURRENT.0.get() }.on_step(context);
}

extern "C" fn on_end(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: as in `on_trap`.
    let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
    // SAFETY: as in `on_trap`.
    unsafe { &mut *CURRENT.0.get() }.on_end(context);
}

/// Installs the handlers, on a stack of their own: they overwrite the one that they interrupt.
pub(crate) fn install() {
    const HANDLER_STACK: usize = 1 << 20;
    let stack = Box::leak(vec![0u8; HANDLER_STACK].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: stack.as_mut_ptr().cast(), ss_flags: 0, ss_size: HANDLER_STACK };
    // SAFETY: the memory is this call's for ever.
    assert_eq!(unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) }, 0);
    handle(libc::SIGTRAP, on_trap);
    handle(libc::SIGUSR1, on_end);
}

fn handle(signal: c_int, handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void)) {
    // SAFETY: zero is a valid value for every field.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler as *const () as usize;
    // The handler of a trap can be trapped itself: that is the second level.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
    // SAFETY: the handler has the signature that SA_SIGINFO asks for.
    assert_eq!(unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) }, 0);
}
