//! Two cores on one queue: every value arrives once, and in order.

#![no_std]
#![no_main]

use core::cell::UnsafeCell;
use core::hint::spin_loop;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst};
use cortex_m_rt::entry;
use firmware::{println, process};
use ringway::{mpmc, spsc};

/// How many values each producer sends.
const COUNT: u32 = 300_000;
const CORES: usize = 2;

static SPSC: spsc::Queue<u32, 8> = spsc::Queue::new();
/// As many spare slots as the guarantee asks of two cores: two for each core beside this one.
static MPMC: mpmc::Queue<u32, 8, 2> = mpmc::Queue::new();

#[entry]
fn main() -> ! {
    let (producer, consumer) = SPSC.take().expect("taken once");
    CONSUMER.put(consumer);
    second_core::start(run_second);
    run_first(producer);
    process::exit(0)
}

fn run_first(mut producer: spsc::Producer<'static, u32>) {
    meet();
    (0..COUNT).for_each(|value| push_at_last(|| producer.push(value).is_ok()));
    meet();
    println!("spsc, {COUNT} values from core to core, in order");

    (0..COUNT).for_each(|value| push_at_last(|| MPMC.push(value).is_ok()));
    meet();
    println!("mpmc, {COUNT} values from core to core, in order");

    push_and_pop(0);
    meet();
    drain(&mut Received::default());
    let sent = u64::from(COUNT) * u64::from(COUNT - 1) / 2 * CORES as u64;
    assert_eq!(CHECKSUM.load(), sent);
    println!(
        "mpmc, {} values from both cores to both, each producer's in order, sum {sent}",
        COUNT * CORES as u32
    );
}

fn run_second() {
    let mut consumer = CONSUMER.take();
    meet();
    (0..COUNT).for_each(|value| assert_eq!(pop_at_last(|| consumer.pop()), value));
    meet();
    (0..COUNT).for_each(|value| assert_eq!(pop_at_last(|| MPMC.pop()), value));
    meet();
    push_and_pop(1);
    meet();
}

fn push_at_last(mut push: impl FnMut() -> bool) {
    while !push() {
        spin_loop();
    }
}

fn pop_at_last(mut pop: impl FnMut() -> Option<u32>) -> u32 {
    loop {
        if let Some(value) = pop() {
            return value;
        }
        spin_loop();
    }
}

// ---- both cores push and pop

/// The bit of a value that names the core that sent it.
const SENDER: u32 = 31;

/// The next number from each sender that may come.
#[derive(Default)]
struct Received([u32; CORES]);

impl Received {
    fn note(&mut self, value: u32) {
        let (sender, number) = ((value >> SENDER) as usize, value & !(1 << SENDER));
        assert!(number >= self.0[sender], "overtaken");
        self.0[sender] = number + 1;
        CHECKSUM.add(number);
    }
}

fn push_and_pop(core: u32) {
    let mut received = Received::default();
    for number in 0..COUNT {
        while MPMC.push(core << SENDER | number).is_err() {
            MPMC.pop().into_iter().for_each(|value| received.note(value));
        }
        MPMC.pop().into_iter().for_each(|value| received.note(value));
    }
}

fn drain(received: &mut Received) {
    while let Some(value) = MPMC.pop() {
        received.note(value);
    }
}

/// The sum of all numbers received, in 64 bits made of two halves.
struct Checksum {
    low: AtomicU32,
    carries: AtomicU32,
}

static CHECKSUM: Checksum = Checksum { low: AtomicU32::new(0), carries: AtomicU32::new(0) };

impl Checksum {
    fn add(&self, number: u32) {
        let before = self.low.fetch_add(number, SeqCst);
        if before.checked_add(number).is_none() {
            self.carries.fetch_add(1, SeqCst);
        }
    }

    fn load(&self) -> u64 {
        u64::from(self.carries.load(SeqCst)) << 32 | u64::from(self.low.load(SeqCst))
    }
}

/// Returns when both cores called it.
fn meet() {
    static ARRIVALS: AtomicUsize = AtomicUsize::new(0);
    let round = ARRIVALS.fetch_add(1, SeqCst) / CORES;
    while ARRIVALS.load(SeqCst) < (round + 1) * CORES {
        spin_loop();
    }
}

/// Hands the consumer over, before the second core starts.
struct Handover(UnsafeCell<Option<spsc::Consumer<'static, u32>>>);

static CONSUMER: Handover = Handover(UnsafeCell::new(None));

// SAFETY: the first core puts before it starts the second, which takes.
unsafe impl Sync for Handover {}

impl Handover {
    fn put(&self, consumer: spsc::Consumer<'static, u32>) {
        // SAFETY: the second core does not run yet.
        let place = unsafe { &mut *self.0.get() };
        *place = Some(consumer);
    }

    fn take(&self) -> spsc::Consumer<'static, u32> {
        // SAFETY: the first core does not come here any more.
        let place = unsafe { &mut *self.0.get() };
        place.take().expect("was put there")
    }
}

mod second_core {
    //! The second core waits at reset until the first core sets where its vectors are.

    use core::cell::UnsafeCell;
    use core::ptr;
    use core::sync::atomic::{AtomicPtr, Ordering::SeqCst};

    /// Where the second core finds its vectors.
    const INITSVTOR1: *mut u32 = ptr::without_provenance_mut(0x5002_1114);
    /// A bit for each core that has to wait.
    const CPUWAIT: *mut u32 = ptr::without_provenance_mut(0x5002_1118);

    const STACK_SIZE: usize = 8 * 1024;

    #[repr(align(8))]
    struct Stack(#[expect(dead_code, reason = "only its address is used")] UnsafeCell<[u8; STACK_SIZE]>);

    // SAFETY: only the second core uses it.
    unsafe impl Sync for Stack {}

    static STACK: Stack = Stack(UnsafeCell::new([0; STACK_SIZE]));

    #[repr(C, align(256))]
    struct Vectors {
        stack: *const Stack,
        reset: extern "C" fn() -> !,
        faults: [extern "C" fn() -> !; 14],
    }

    // SAFETY: never written.
    unsafe impl Sync for Vectors {}

    static VECTORS: Vectors =
        Vectors { stack: (&raw const STACK).wrapping_add(1), reset, faults: [fault; 14] };

    static PROGRAM: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());

    pub(crate) fn start(program: fn()) {
        PROGRAM.store(program as *mut (), SeqCst);
        // SAFETY: the vectors are valid, in the memory of secure code.
        unsafe { INITSVTOR1.write_volatile((&raw const VECTORS).addr() as u32) };
        // SAFETY: the second core does not run yet, and finds all it needs.
        unsafe { CPUWAIT.write_volatile(0) };
    }

    extern "C" fn reset() -> ! {
        let program = PROGRAM.load(SeqCst);
        // SAFETY: `start` stored a function of this type.
        let program = unsafe { core::mem::transmute::<*mut (), fn()>(program) };
        program();
        loop {
            cortex_m::asm::wfi();
        }
    }

    extern "C" fn fault() -> ! {
        panic!("fault on the second core")
    }
}
