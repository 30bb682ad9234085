//! Embassy: an interrupt handler sends samples, an async task receives them.
//!
//! Interrupts are masked for the few instructions in which the task joins the channel's wait list,
//! and never while a sample is copied.

#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use embassy_executor::Spawner;
use ringway::channel::Channel;
use ringway::wait::CriticalSection;
use semihosting::{println, process};

/// How many samples are awaited.
const COUNT: u32 = 1000;

/// One spare slot: the handler interrupts the task, and nothing interrupts the handler.
static SAMPLES: Channel<u32, 16, CriticalSection, 1> = Channel::new();
static OVERRUNS: AtomicU32 = AtomicU32::new(0);

/// The timer stands for a converter: each time it has one more sample. After the last it says so.
#[exception]
fn SysTick() {
    static mut SAMPLE: u32 = 0;
    if *SAMPLE == COUNT {
        SAMPLES.close();
    } else if SAMPLES.try_send(*SAMPLE).is_err() {
        OVERRUNS.fetch_add(1, Relaxed);
    }
    *SAMPLE = COUNT.min(*SAMPLE + 1);
}

#[embassy_executor::task]
async fn sum_up() {
    let (mut count, mut sum) = (0, 0);
    while let Ok(sample) = SAMPLES.recv().await {
        assert_eq!(sample, count, "in order, none missing");
        count += 1;
        sum += sample;
    }
    assert_eq!((count, OVERRUNS.load(Relaxed)), (COUNT, 0));
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
