//! Frames without a copy: a peripheral writes into a frame of a pool, an interrupt handler sends
//! the guard of the full frame to a task, and the task returns the frame by dropping the guard.
//!
//! The handler takes the next frame itself. If the task still has all of them, the frame that comes
//! is lost and counted; nothing waits.

#![no_std]
#![no_main]

use cortex_m::peripheral::syst::SystClkSource;
use embassy_executor::Spawner;
use ringway::channel::Channel;
use ringway::pool::{Guard, Pool};
use ringway::wait::CriticalSection;
use semihosting::{println, process};

/// How many frames are received, of how many bytes.
const COUNT: usize = 200;
const LENGTH: usize = 64;

type Frame = [u8; LENGTH];

static FRAMES: Pool<Frame, 3> = Pool::new([[0; LENGTH]; 3]);
/// Guards are four words each. There is room for all frames, so a send never finds it full.
static RECEIVED: Channel<Guard<'static, Frame>, 3, CriticalSection, 1> = Channel::new();

#[embassy_executor::task]
async fn check() {
    for number in 0..COUNT {
        let frame = RECEIVED.recv().await.expect("the channel is never closed");
        assert!(frame.iter().all(|&byte| usize::from(byte) == number % 256), "whole and in order");
    }
    assert_eq!(peripheral::lost(), 0);
    println!("{COUNT} frames of {LENGTH} bytes from a peripheral to a task, none copied, none lost");
    process::exit(0)
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    spawner.spawn(check().expect("spawned once"));
    let mut timer = cortex_m::Peripherals::take().expect("taken once").SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(500);
    timer.enable_counter();
    timer.enable_interrupt();
}

mod peripheral {
    //! Stands for a peripheral with direct memory access and its interrupt: at each tick of the
    //! timer eight bytes come, which it writes into the frame that it was given.

    use super::{FRAMES, Frame, LENGTH, RECEIVED};
    use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use cortex_m_rt::exception;
    use ringway::pool::Guard;

    const AT_ONCE: usize = 8;

    static LOST: AtomicUsize = AtomicUsize::new(0);

    pub(crate) fn lost() -> usize {
        LOST.load(Relaxed)
    }

    #[exception]
    fn SysTick() {
        static mut FRAME: Option<Guard<'static, Frame>> = None;
        static mut NUMBER: u8 = 0;
        static mut WRITTEN: usize = 0;

        if *WRITTEN == 0 {
            *FRAME = FRAMES.take();
        }
        if let Some(frame) = FRAME {
            frame[*WRITTEN..*WRITTEN + AT_ONCE].fill(*NUMBER);
        }
        *WRITTEN += AT_ONCE;
        if *WRITTEN == LENGTH {
            if !FRAME.take().is_some_and(|frame| RECEIVED.try_send(frame).is_ok()) {
                LOST.fetch_add(1, Relaxed);
            }
            *WRITTEN = 0;
            *NUMBER = NUMBER.wrapping_add(1);
        }
    }
}
