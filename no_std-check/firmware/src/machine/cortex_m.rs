//! Cortex-M: SysTick is the clock, and the timer whose interrupts have the highest priority. The
//! first level of interrupts runs in PendSV, which has the lowest, so that SysTick can interrupt it
//! again.

use super::{COME, LATENESS, SECOND_AFTER, STACK_OF_FIRST, call_first, call_second, note};
use core::arch::{global_asm, naked_asm};
use core::ptr;
use core::sync::atomic::Ordering::SeqCst;
use cortex_m::peripheral::SCB;
pub use cortex_m_rt::entry;

/// SysTick counts in 24 bits.
pub(super) const CLOCK_MASK: u32 = 0xff_ffff;

/// Control and status.
const CSR: *mut u32 = ptr::without_provenance_mut(0xe000_e010);
/// Where the counter starts again after zero.
const RVR: *mut u32 = ptr::without_provenance_mut(0xe000_e014);
/// The counter, which counts down. A write resets it to zero.
const CVR: *mut u32 = ptr::without_provenance_mut(0xe000_e018);

/// The priorities of PendSV (third byte) and SysTick (fourth).
const SHPR3: *mut u32 = ptr::without_provenance_mut(0xe000_ed20);
const PENDSV_LOWEST: u32 = 0xff << 16;

const STOPPED: u32 = CORE_CLOCK;
const ENABLE: u32 = 1;
const INTERRUPT: u32 = 1 << 1;
const CORE_CLOCK: u32 = 1 << 2;

global_asm!(
    ".thumb_func",
    ".global firmware_spin",
    ".p2align 2",
    "firmware_spin:",
    "subs r0, r0, #1",
    "bne firmware_spin",
    "bx lr",
    ".thumb_func",
    ".global firmware_straight",
    "firmware_straight:",
    ".rept 65",
    "nop",
    ".endr",
    "movs r0, #0",
    "bx lr",
);

fn set(register: *mut u32, value: u32) {
    // SAFETY: the system registers are always there, and take every value.
    unsafe { register.write_volatile(value) };
}

/// Lets the clock run freely.
pub(super) fn start() {
    set(SHPR3, PENDSV_LOWEST);
    set(CSR, STOPPED);
    set(RVR, CLOCK_MASK);
    set(CVR, 0);
    set(CSR, ENABLE | CORE_CLOCK);
}

/// The clock, which counts up.
#[inline(always)]
pub(super) fn now() -> u32 {
    // SAFETY: the register is always there.
    CLOCK_MASK - unsafe { CVR.read_volatile() }
}

/// Lets the timer interrupt after `ticks`, once.
pub(super) fn arm(ticks: u32) {
    set(CSR, STOPPED);
    SCB::clear_pendst();
    set(RVR, ticks.max(1));
    set(CVR, 0);
    set(CSR, ENABLE | INTERRUPT | CORE_CLOCK);
    // The counter takes the number of ticks over a moment later.
    while now() == CLOCK_MASK {}
    // Counts on from the largest number afterwards, so that the handler can compute how late it is.
    set(RVR, CLOCK_MASK);
}

/// Stops the timer and forgets an interrupt that it left pending.
pub(super) fn disarm() {
    set(CSR, STOPPED);
    SCB::clear_pendst();
    start();
}

/// Finds the place that was interrupted: the seventh word that the core pushed onto the stack.
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn SysTick() {
    naked_asm!("mov r0, sp", "ldr r1, ={handler}", "bx r1", handler = sym on_timer)
}

extern "C" fn on_timer(frame: &mut [usize; 8]) {
    let lateness = now();
    let [.., place, status] = frame;
    if note(*place) == 0 {
        LATENESS.store(lateness, SeqCst);
        arm(SECOND_AFTER.load(SeqCst));
        SCB::set_pendsv();
    } else {
        set(CSR, STOPPED);
        if call_second() {
            *place = (end_first as *const ()).addr() & !1;
            *status = (*status & EXCEPTION_NUMBER) | THUMB;
        }
    }
}

/// Fields of the program status: all others speak of the instruction that was interrupted.
const EXCEPTION_NUMBER: usize = 0x1ff;
const THUMB: usize = 1 << 24;

#[cortex_m_rt::exception]
fn PendSV() {
    call_first();
    if COME.load(SeqCst) == 1 {
        set(CSR, STOPPED);
        SCB::clear_pendst();
    }
}

/// Calls a function such that `end_first` can end it.
pub(super) fn guarded(function: fn()) {
    call_guarded(function as *const ());
}

#[unsafe(naked)]
extern "C" fn call_guarded(function: *const ()) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "mov r7, r11",
        "push {{r3-r7}}",
        "ldr r1, ={stack}",
        "mov r2, sp",
        "str r2, [r1]",
        "blx r0",
        "ldr r1, ={end}",
        "bx r1",
        stack = sym STACK_OF_FIRST,
        end = sym end_first,
    )
}

/// Returns from `call_guarded`, whatever it called.
#[unsafe(naked)]
extern "C" fn end_first() {
    naked_asm!(
        "ldr r1, ={stack}",
        "ldr r2, [r1]",
        "mov sp, r2",
        "pop {{r3-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "pop {{r4-r7, pc}}",
        stack = sym STACK_OF_FIRST,
    )
}
