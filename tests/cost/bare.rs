//! Bare queues; what they compile to is compared.
#![no_std]

use ringway::{mpmc, spsc};

#[unsafe(no_mangle)]
pub fn mpmc_push(queue: &mpmc::Queue<u64, 64>, value: u64) -> bool {
    queue.push(value).is_ok()
}

#[unsafe(no_mangle)]
pub fn mpmc_pop(queue: &mpmc::Queue<u64, 64>) -> Option<u64> {
    queue.pop()
}

#[unsafe(no_mangle)]
pub fn spsc_push(producer: &mut spsc::Producer<'_, u64>, value: u64) -> bool {
    producer.push(value).is_ok()
}

#[unsafe(no_mangle)]
pub fn spsc_pop(consumer: &mut spsc::Consumer<'_, u64>) -> Option<u64> {
    consumer.pop()
}
