//! The same, metered.
#![no_std]

use ringway::metrics::{ManualClock, Meter, Metered, Stamped};
use ringway::{mpmc, spsc};

type Timed = Stamped<u64, ManualClock>;
type TestMeter = Meter<ManualClock>;

#[unsafe(no_mangle)]
pub fn mpmc_push(queue: &Metered<mpmc::Queue<Timed, 64>, &TestMeter>, value: u64) -> bool {
    queue.push(value).is_ok()
}

#[unsafe(no_mangle)]
pub fn mpmc_pop(queue: &Metered<mpmc::Queue<Timed, 64>, &TestMeter>) -> Option<u64> {
    queue.pop()
}

#[unsafe(no_mangle)]
pub fn spsc_push(producer: &mut Metered<spsc::Producer<'_, Timed>, &TestMeter>, value: u64) -> bool {
    producer.push(value).is_ok()
}

#[unsafe(no_mangle)]
pub fn spsc_pop(consumer: &mut Metered<spsc::Consumer<'_, Timed>, &TestMeter>) -> Option<u64> {
    consumer.pop()
}
