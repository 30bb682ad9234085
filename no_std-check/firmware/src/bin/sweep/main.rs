//! Interrupts every operation at every instruction, with a handler that uses the same queue, and
//! asks of every answer whether a plain queue could have given it.
//!
//! A future that sleeps answers too: that there is no value, or no room. So a lost wake-up is a
//! wrong answer.

#![no_std]
#![no_main]

mod operations;
mod stage;
mod sweep;
mod waiting;

use firmware::fifo::leak;
use firmware::machine::{self, Clock};
use firmware::{arguments, process};
use sweep::Sweep;
use waiting::{Careless, Masking, SpinLock};

#[machine::entry]
fn main() -> ! {
    let clock = Clock::start();
    // The second level interrupts the first after every so many instructions; another so many each
    // time.
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
