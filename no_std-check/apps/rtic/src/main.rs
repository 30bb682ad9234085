//! RTIC: bytes go from a receiver with high priority to a parser with low priority through an SPSC
//! queue, and tasks of all priorities report to one MPMC queue, which `idle` reads.
//!
//! Neither queue needs a lock, so no task raises the ceiling for another.

#![no_std]
#![no_main]

use ringway::{mpmc, spsc};

/// What tasks report.
#[derive(Clone, Copy, Debug)]
enum Event {
    Tick,
    Frame { sum: u32 },
    Overrun,
}

/// Three priorities push and `idle` pops: each interrupts the ones below, so three spare slots.
static EVENTS: mpmc::Queue<Event, 32, 3> = mpmc::Queue::new();

fn report(event: Event) {
    EVENTS.push(event).expect("idle keeps up");
}

/// How many bytes make a frame, and how many frames are awaited.
const FRAME: u32 = 16;
const FRAMES: u32 = 50;

#[rtic::app(device = lm3s6965, peripherals = false)]
mod app {
    use super::{EVENTS, Event, FRAME, FRAMES, report, spsc};
    use cortex_m::peripheral::syst::SystClkSource;
    use lm3s6965::Interrupt;
    use semihosting::{println, process};

    #[shared]
    struct Shared {}

    #[local]
    struct Local {
        producer: spsc::Producer<'static, u8>,
        consumer: spsc::Consumer<'static, u8>,
    }

    #[init(local = [bytes: spsc::Queue<u8, 8> = spsc::Queue::new()])]
    fn init(context: init::Context) -> (Shared, Local) {
        let (producer, consumer) = context.local.bytes.split();
        let mut timer = context.core.SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(2000);
        timer.enable_counter();
        timer.enable_interrupt();
        (Shared {}, Local { producer, consumer })
    }

    /// The timer stands for the line: from time to time, bytes arrive.
    #[task(binds = SysTick, priority = 3)]
    fn tick(_: tick::Context) {
        report(Event::Tick);
        rtic::pend(Interrupt::UART0);
    }

    /// Receives three bytes.
    #[task(binds = UART0, priority = 2, local = [producer, next: u8 = 0])]
    fn receive(context: receive::Context) {
        let receive::LocalResources { producer, next, .. } = context.local;
        for _ in 0..3 {
            if producer.push(*next).is_err() {
                report(Event::Overrun);
            }
            *next = next.wrapping_add(1);
        }
        rtic::pend(Interrupt::GPIOA);
    }

    /// Adds up the bytes of a frame.
    #[task(binds = GPIOA, priority = 1, local = [consumer, bytes: u32 = 0, sum: u32 = 0])]
    fn parse(context: parse::Context) {
        let parse::LocalResources { consumer, bytes, sum, .. } = context.local;
        for byte in consumer.drain() {
            *sum += u32::from(byte);
            *bytes += 1;
            if *bytes == FRAME {
                report(Event::Frame { sum: *sum });
                (*bytes, *sum) = (0, 0);
            }
        }
    }

    #[idle]
    fn idle(_: idle::Context) -> ! {
        let (mut ticks, mut frames) = (0, 0);
        while frames < FRAMES {
            match EVENTS.pop() {
                Some(Event::Tick) => ticks += 1,
                Some(Event::Frame { sum }) => {
                    assert_eq!(sum, expected_sum(frames));
                    frames += 1;
                }
                Some(Event::Overrun) => panic!("bytes got lost"),
                None => {}
            }
        }
        assert!(3 * ticks >= FRAME * FRAMES);
        println!("{frames} frames and {ticks} ticks between priorities");
        process::exit(0)
    }

    /// The bytes count up.
    fn expected_sum(frame: u32) -> u32 {
        (frame * FRAME..(frame + 1) * FRAME).map(|byte| byte % 256).sum()
    }
}
