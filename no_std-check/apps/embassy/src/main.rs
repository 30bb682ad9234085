//! Embassy: an interrupt handler pushes samples, an async task waits for them.
//!
//! The queue masks no interrupts, so the handler is never late because of it.

#![no_std]
#![no_main]

use core::future::poll_fn;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use core::task::Poll;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use embassy_executor::Spawner;
use embassy_sync::waitqueue::AtomicWaker;
use ringway::mpmc::Queue;
use semihosting::{println, process};

/// How many samples are awaited.
const COUNT: u32 = 1000;

/// One spare slot: the handler interrupts the task, and nothing interrupts the handler.
static SAMPLES: Queue<u32, 16, 1> = Queue::new();
static ARRIVED: AtomicWaker = AtomicWaker::new();
static OVERRUNS: AtomicU32 = AtomicU32::new(0);

/// The timer stands for a converter: each time it has one more sample.
#[exception]
fn SysTick() {
    static mut SAMPLE: u32 = 0;
    if SAMPLES.push(*SAMPLE).is_err() {
        OVERRUNS.fetch_add(1, Relaxed);
    }
    *SAMPLE += 1;
    ARRIVED.wake();
}

/// Waits for a sample: tries, leaves its waker, and tries again in case one came between the two.
async fn next_sample() -> u32 {
    poll_fn(|context| {
        if let Some(sample) = SAMPLES.pop() {
            return Poll::Ready(sample);
        }
        ARRIVED.register(context.waker());
        SAMPLES.pop().map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

#[embassy_executor::task]
async fn sum_up() {
    let mut sum = 0;
    for expected in 0..COUNT {
        let sample = next_sample().await;
        assert_eq!(sample, expected, "in order, none missing");
        sum += sample;
    }
    assert_eq!(OVERRUNS.load(Relaxed), 0);
    println!("{COUNT} samples from an interrupt to a task, sum {sum}");
    process::exit(0)
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    spawner.spawn(sum_up().expect("spawned once"));
    let mut timer = cortex_m::Peripherals::take().expect("taken once").SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(2000);
    timer.enable_counter();
    timer.enable_interrupt();
}
