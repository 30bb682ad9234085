//! Direct memory access: a peripheral writes into the free part of the queue, the main program
//! publishes what it wrote, an interrupt handler reads. No byte is copied on the way.
//!
//! While a transfer runs, its [`WriteChunk`](ringway::spsc::WriteChunk) keeps the memory reserved:
//! the borrow checker sees to it that nothing else is pushed, and the consumer does not see it yet.

#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use cortex_m::peripheral::SCB;
use cortex_m_rt::{entry, exception};
use ringway::spsc::{Consumer, Producer, Queue};
use semihosting::{println, process};

/// How many bytes are transferred, and how many at once.
const COUNT: usize = 2000;
const TRANSFER: usize = 24;

static BYTES: Queue<u8, 64> = Queue::new();

/// What the handler has read.
static READ: AtomicU32 = AtomicU32::new(0);

#[entry]
fn main() -> ! {
    let (producer, consumer) = BYTES.take().expect("taken once");
    reader::hand_over(consumer);
    transfer_all(producer);
    assert_eq!(READ.load(Relaxed) as usize, COUNT);
    println!("{COUNT} bytes from a peripheral to an interrupt handler, none copied");
    process::exit(0)
}

fn transfer_all(mut producer: Producer<'static, u8>) {
    let mut transferred = 0;
    while transferred < COUNT {
        let wanted = TRANSFER.min(COUNT - transferred).min(producer.free_capacity());
        transferred += transfer(&mut producer, wanted);
        SCB::set_pendsv();
    }
}

/// One transfer of at most `wanted` bytes: how many it was.
fn transfer(producer: &mut Producer<'_, u8>, wanted: usize) -> usize {
    let Ok(mut chunk) = producer.write_chunk(wanted) else { return 0 };
    // The rest, behind the end of the ring, is for the next transfer.
    let (memory, _) = chunk.as_mut_slices();
    let length = memory.len();
    // SAFETY: `chunk` keeps the memory until the transfer is done.
    unsafe { peripheral::start(memory.as_mut_ptr().cast(), length) };
    while !peripheral::is_done() {
        cortex_m::asm::wfi();
    }
    // SAFETY: the peripheral wrote so many bytes.
    unsafe { chunk.assume_init(length) };
    chunk.commit()
}

/// Runs after a transfer, and reads what has come.
#[exception]
fn PendSV() {
    for byte in reader::consumer().drain() {
        let number = READ.fetch_add(1, Relaxed);
        assert_eq!(u32::from(byte), number % 256, "in order, none missing");
    }
}

mod reader {
    //! The consumer's end, which belongs to the handler.

    use super::Consumer;
    use core::cell::UnsafeCell;

    struct Place(UnsafeCell<Option<Consumer<'static, u8>>>);

    // SAFETY: `main` puts the consumer there before the handler runs, which alone uses it
    // afterwards.
    unsafe impl Sync for Place {}

    static PLACE: Place = Place(UnsafeCell::new(None));

    pub(crate) fn hand_over(consumer: Consumer<'static, u8>) {
        // SAFETY: the handler has not run yet.
        let place = unsafe { &mut *PLACE.0.get() };
        *place = Some(consumer);
    }

    /// Called by the handler only, which does not interrupt itself.
    pub(crate) fn consumer() -> &'static mut Consumer<'static, u8> {
        // SAFETY: see above.
        let place = unsafe { &mut *PLACE.0.get() };
        place.as_mut().expect("handed over")
    }
}

mod peripheral {
    //! Stands for a peripheral with direct memory access: the timer writes one byte at a time.

    use core::ptr;
    use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
    use cortex_m::peripheral::SYST;
    use cortex_m_rt::exception;

    /// The registers of the peripheral.
    static ADDRESS: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
    static REMAINING: AtomicUsize = AtomicUsize::new(0);

    /// # Safety
    /// The memory stays free until the transfer is done.
    pub(crate) unsafe fn start(address: *mut u8, length: usize) {
        ADDRESS.store(address, SeqCst);
        REMAINING.store(length, SeqCst);
        // SAFETY: nothing else uses the timer.
        let timer = unsafe { &*SYST::PTR };
        // SAFETY: the handler below writes to memory that is free.
        unsafe { timer.rvr.write(500) };
        // SAFETY: as above: counter and interrupt, on the clock of the core.
        unsafe { timer.csr.write(0b111) };
    }

    pub(crate) fn is_done() -> bool {
        REMAINING.load(SeqCst) == 0
    }

    #[exception]
    fn SysTick() {
        static mut NEXT: u8 = 0;
        let remaining = REMAINING.load(Relaxed);
        if remaining > 0 {
            let address = ADDRESS.load(Relaxed);
            // SAFETY: `start` was promised that so many bytes are free.
            unsafe { address.write(*NEXT) };
            *NEXT = NEXT.wrapping_add(1);
            ADDRESS.store(address.wrapping_add(1), SeqCst);
            REMAINING.store(remaining - 1, SeqCst);
        }
    }
}
