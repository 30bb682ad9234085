//! Counts and times, timed by a counter of cycles.

use crate::{Later, roots};
use core::sync::atomic::{AtomicU32, Ordering};
use ringway::metrics::{CycleClock, Histogram, LittlesLaw};

#[unsafe(no_mangle)]
static STATIC_HISTOGRAM: Histogram<20> = Histogram::with_octaves();
#[unsafe(no_mangle)]
static STATIC_LITTLE: Later<LittlesLaw<CycleClock>> = Later::new();
/// Stands for the counter of a timer.
static CYCLES: AtomicU32 = AtomicU32::new(0);

fn cycles() -> u32 {
    CYCLES.load(Ordering::Relaxed)
}

roots! {
    fn word_histogram_record(value: u32) {
        STATIC_HISTOGRAM.record(value.into());
    }

    fn word_histogram_observe() -> u64 {
        STATIC_HISTOGRAM.count() + STATIC_HISTOGRAM.max()
    }

    fn bulk_little_new() {
        STATIC_LITTLE.set(LittlesLaw::new(CycleClock::new(cycles, 64_000_000)));
    }

    #[cfg(feature = "mpmc")]
    fn word_metered(value: crate::Word) -> Option<crate::Word> {
        use ringway::metrics::{Meter, Metered, Stamped};
        use ringway::mpmc::Queue;

        // With a clock, which is not zero, so they do not lie in `.bss`.
        static METER: Meter<CycleClock, 1, 20> = Meter::with_clock(CycleClock::new(cycles, 64_000_000));
        static METERED: Metered<Queue<Stamped<crate::Word, CycleClock>, 8>, &Meter<CycleClock, 1, 20>> =
            Metered::new(Queue::new(), &METER);
        METERED.push(value).err().map(ringway::Full::into_inner).or_else(|| METERED.pop())
    }

    #[cfg(feature = "defmt")]
    fn format_metrics() {
        defmt::info!("{}", STATIC_HISTOGRAM);
    }
}
