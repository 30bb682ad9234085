//! RISC-V in machine mode: the CLINT is clock and timer. The handler of the first interrupt lets
//! itself be interrupted.

use super::{COME, LATENESS, SECOND_AFTER, STACK_OF_FIRST, call_first, call_second, note};
use core::arch::{global_asm, naked_asm};
use core::ptr;
use core::sync::atomic::Ordering::SeqCst;
use riscv::interrupt::Interrupt;
use riscv::register::{mepc, mie, mstatus};
pub use riscv_rt::entry;

/// The lower half of the clock counts in 32 bits.
pub(super) const CLOCK_MASK: u32 = u32::MAX;

const MTIME: *mut u32 = ptr::without_provenance_mut(0x0200_bff8);
const MTIME_HIGH: *mut u32 = ptr::without_provenance_mut(0x0200_bffc);
const MTIMECMP: *mut u32 = ptr::without_provenance_mut(0x0200_4000);
const MTIMECMP_HIGH: *mut u32 = ptr::without_provenance_mut(0x0200_4004);

global_asm!(
    ".global firmware_spin",
    ".p2align 2",
    "firmware_spin:",
    // To a label that is local: to another one it would take two instructions.
    "1:",
    "addi a0, a0, -1",
    "bnez a0, 1b",
    "ret",
    ".global firmware_straight",
    "firmware_straight:",
    ".rept 65",
    "nop",
    ".endr",
    "li a0, 0",
    "ret",
);

fn set(register: *mut u32, value: u32) {
    // SAFETY: the registers of the CLINT are always there, and take every value.
    unsafe { register.write_volatile(value) };
}

fn get(register: *mut u32) -> u32 {
    // SAFETY: the registers of the CLINT are always there.
    unsafe { register.read_volatile() }
}

/// Lets the timer interrupt. The clock runs anyway.
pub(super) fn start() {
    disarm();
    // SAFETY: the handlers share only atomics with `main`.
    unsafe { mie::set_mtimer() };
    // SAFETY: as above.
    unsafe { mstatus::set_mie() };
}

/// The clock, which counts up.
#[inline(always)]
pub(super) fn now() -> u32 {
    get(MTIME)
}

/// Lets the timer interrupt after `ticks`, once.
pub(super) fn arm(ticks: u32) {
    let (high, low) = full_time();
    let (due, is_carried) = low.overflowing_add(ticks);
    set(MTIMECMP, due);
    set(MTIMECMP_HIGH, high + u32::from(is_carried));
}

/// Both halves of the clock, of one moment. The lower half runs over every seven minutes.
fn full_time() -> (u32, u32) {
    loop {
        let (high, low) = (get(MTIME_HIGH), now());
        if get(MTIME_HIGH) == high {
            return (high, low);
        }
    }
}

/// Stops the timer, and with it an interrupt that is pending.
pub(super) fn disarm() {
    set(MTIMECMP_HIGH, u32::MAX);
}

#[riscv_rt::core_interrupt(Interrupt::MachineTimer)]
fn on_timer() {
    let lateness = now().wrapping_sub(get(MTIMECMP));
    if note(mepc::read()) == 0 {
        LATENESS.store(lateness, SeqCst);
        arm(SECOND_AFTER.load(SeqCst));
        // SAFETY: the handler may be interrupted from here on; what it must keep for its return is
        // kept.
        unsafe { riscv::interrupt::nested(call_first) };
        if COME.load(SeqCst) == 1 {
            disarm();
        }
    } else {
        disarm();
        if call_second() {
            // SAFETY: `end_first` takes over from wherever `first` is.
            unsafe { mepc::write((end_first as *const ()).addr()) };
        }
    }
}

/// Calls a function such that `end_first` can end it.
pub(super) fn guarded(function: fn()) {
    call_guarded(function as *const ());
}

#[unsafe(naked)]
extern "C" fn call_guarded(function: *const ()) {
    naked_asm!(
        "addi sp, sp, -64",
        "sw ra, 0(sp)",
        "sw s0, 4(sp)",
        "sw s1, 8(sp)",
        "sw s2, 12(sp)",
        "sw s3, 16(sp)",
        "sw s4, 20(sp)",
        "sw s5, 24(sp)",
        "sw s6, 28(sp)",
        "sw s7, 32(sp)",
        "sw s8, 36(sp)",
        "sw s9, 40(sp)",
        "sw s10, 44(sp)",
        "sw s11, 48(sp)",
        "la t0, {stack}",
        "sw sp, 0(t0)",
        "jalr a0",
        "tail {end}",
        stack = sym STACK_OF_FIRST,
        end = sym end_first,
    )
}

/// Returns from `call_guarded`, whatever it called.
#[unsafe(naked)]
extern "C" fn end_first() {
    naked_asm!(
        "la t0, {stack}",
        "lw sp, 0(t0)",
        "lw ra, 0(sp)",
        "lw s0, 4(sp)",
        "lw s1, 8(sp)",
        "lw s2, 12(sp)",
        "lw s3, 16(sp)",
        "lw s4, 20(sp)",
        "lw s5, 24(sp)",
        "lw s6, 28(sp)",
        "lw s7, 32(sp)",
        "lw s8, 36(sp)",
        "lw s9, 40(sp)",
        "lw s10, 44(sp)",
        "lw s11, 48(sp)",
        "addi sp, sp, 64",
        "ret",
        stack = sym STACK_OF_FIRST,
    )
}
