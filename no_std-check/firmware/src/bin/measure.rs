//! Counts the instructions of push and pop over all fill levels, and how long interrupts wait for
//! them.

#![no_std]
#![no_main]

use core::cell::RefCell;
use core::hint::black_box;
use core::marker::PhantomData;
use critical_section::Mutex;
use embassy_sync::channel::Channel;
use firmware::fifo::{BipBuffer, Ends, Fifo, InPlace, Masked, Words, leak};
use firmware::machine::{self, Clock, Interrupts, Second};
use firmware::{heap, println, process};
use heapless::Deque;

/// The capacity of every queue, but for those that hold one less than their size.
const CAPACITY: usize = 8;
/// As many spare slots as levels of interrupts.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
const SPARES: usize = 2;
/// A value that takes long to copy.
type Large = [u32; 16];

#[machine::entry]
fn main() -> ! {
    let clock = Clock::start();
    small(clock);
    large(clock);
    process::exit(0)
}

fn small(clock: Clock) {
    measure(clock, "ringway spsc", || Ends::new(leak(ringway::spsc::Queue::<u32, CAPACITY>::new()).split()));
    #[cfg(any(target_arch = "arm", target_has_atomic = "ptr", feature = "portable-atomic"))]
    heapless_spsc(clock);
    measure(clock, "bbqueue", || Words(BipBuffer::<{ 4 * CAPACITY }>::new(), PhantomData));
    measure(clock, "critical-section deque", masked::<u32>);
    measure(clock, "embassy channel", Channel::<_, u32, CAPACITY>::new);
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    {
        measure(clock, "ringway mpmc", ringway::mpmc::Queue::<u32, CAPACITY, SPARES>::new);
        measure(clock, "heapless mpmc", heapless_mpmc::<u32>);
    }
    #[cfg(target_has_atomic = "ptr")]
    measure(clock, "crossbeam ArrayQueue", || crossbeam_queue::ArrayQueue::<u32>::new(CAPACITY));
}

/// Present where heapless has it: not on RISC-V without the atomic extension.
#[cfg(any(target_arch = "arm", target_has_atomic = "ptr", feature = "portable-atomic"))]
fn heapless_spsc(clock: Clock) {
    measure(clock, "heapless spsc", || {
        Ends::new(leak(heapless::spsc::Queue::<u32, CAPACITY>::new()).split())
    });
    measure(clock, "heapless spsc, in place", || InPlace::new(heapless::spsc::Queue::<u32, CAPACITY>::new()));
}

fn large(clock: Clock) {
    lateness(clock, "critical-section deque", masked::<Large>);
    lateness(clock, "embassy channel", Channel::<_, Large, CAPACITY>::new);
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    {
        lateness(clock, "ringway mpmc", ringway::mpmc::Queue::<Large, CAPACITY, SPARES>::new);
        lateness(clock, "heapless mpmc", heapless_mpmc::<Large>);
    }
}

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
#[expect(deprecated, reason = "deprecated because it is not lock-free: see the sweep")]
fn heapless_mpmc<T>() -> heapless::mpmc::Queue<T, CAPACITY> {
    heapless::mpmc::Queue::new()
}

fn masked<T>() -> Masked<T, CAPACITY> {
    Mutex::new(RefCell::new(Deque::new()))
}

#[inline(never)]
fn push<Q: Fifo<u32>>(queue: &Q, value: u32) -> bool {
    queue.push(value)
}

#[inline(never)]
fn pop<Q: Fifo<u32>>(queue: &Q) -> Option<u32> {
    queue.pop()
}

/// The smallest and the largest of some counts.
#[derive(Clone, Copy)]
struct Range {
    least: u32,
    most: u32,
}

impl Range {
    const NONE: Self = Self { least: u32::MAX, most: 0 };

    fn add(&mut self, count: u32) {
        self.least = self.least.min(count);
        self.most = self.most.max(count);
    }
}

fn measure<Q: Fifo<u32>>(clock: Clock, name: &str, make: impl FnOnce() -> Q) {
    let before = heap::handed_out();
    let queue: &Q = leak(make());
    println!("ram|{name}|{}", heap::handed_out() - before);
    println!("code|{name}|{:p}|{:p}", push::<Q> as *const (), pop::<Q> as *const ());
    let mut pushes = [Range::NONE; 2];
    let mut pops = [Range::NONE; 2];
    // Each round goes through all fill levels and ends one position further on.
    for round in 0..=2 * CAPACITY as u32 {
        let mut filled = 0;
        loop {
            let (count, accepted) = clock.count_push(push::<Q>, queue, round + filled);
            pushes[usize::from(accepted)].add(count);
            if !accepted {
                break;
            }
            filled += 1;
        }
        for value in 0..=filled {
            let (count, popped) = clock.count_pop(pop::<Q>, queue);
            pops[usize::from(popped.is_some())].add(count);
            assert_eq!(popped, (value < filled).then_some(round + value));
        }
        assert!(queue.push(0) && queue.pop() == Some(0));
    }
    for (operation, [refused, done]) in [("push", pushes), ("pop", pops)] {
        println!("count|{name}|{operation}|{}|{}|{}|{}", done.least, done.most, refused.least, refused.most);
    }
}

/// Prints for how many instructions an interrupt waits, at worst, for a push or a pop of a large
/// value.
fn lateness<Q: Fifo<Large>>(clock: Clock, name: &str, make: impl FnOnce() -> Q) {
    let queue: &Q = leak(make());
    let drain = || while queue.pop().is_some() {};
    let fill = || while queue.push([0; 16]) {};
    let at_once = latest(clock, || {}, || machine::pass(200));
    let push = latest(clock, drain, || assert!(push_large(queue)));
    let pop = latest(clock, fill, || assert!(pop_large(queue)));
    println!("late|{name}|{}|{}", push.saturating_sub(at_once), pop.saturating_sub(at_once));
}

#[inline(never)]
fn push_large<Q: Fifo<Large>>(queue: &Q) -> bool {
    queue.push(black_box([7; 16]))
}

#[inline(never)]
fn pop_large<Q: Fifo<Large>>(queue: &Q) -> bool {
    black_box(queue.pop()).is_some()
}

/// Interrupts `operation` at every instruction, and returns how late the latest interrupt came.
fn latest(clock: Clock, prepare: impl Fn(), operation: impl Fn()) -> u32 {
    let interrupts = Interrupts { first: || {}, second: Second::EndFirst, second_after: u32::MAX };
    let mut latest = 0;
    for ticks in clock.delays() {
        prepare();
        let outcome = machine::interrupted(interrupts, ticks, &operation);
        if outcome.count == 0 {
            break;
        }
        latest = latest.max(outcome.lateness);
    }
    clock.instructions(latest)
}
