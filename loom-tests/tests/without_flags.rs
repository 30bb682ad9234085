//! What a plain `cargo test -p ringway-loom-tests` can say: without a flag the features `loom` and
//! `shuttle`, which this package enables, change nothing. The models need the flag:
//! `RUSTFLAGS="--cfg loom" cargo test -p ringway-loom-tests`, or `cargo loom` for all tiers and
//! mutants.
#![cfg(not(any(loom, shuttle)))]

use ringway::channel::{Channel, bounded};
use ringway::{mpmc, spsc, stack};

static QUEUE: mpmc::Queue<u8, 2> = mpmc::Queue::new();
static ENDS: spsc::Queue<u8, 2> = spsc::Queue::new();
static STACK: stack::Stack<u8, 2> = stack::Stack::new();
static CHANNEL: Channel<u8, 2> = Channel::new();

#[test]
fn statics_are_constants_and_work_outside_a_model() {
    QUEUE.push(1).unwrap();
    assert_eq!(QUEUE.pop(), Some(1));
    let (mut producer, mut consumer) = ENDS.take().unwrap();
    producer.push(2).unwrap();
    assert_eq!(consumer.pop(), Some(2));
    STACK.push(3).unwrap();
    assert_eq!(STACK.pop(), Some(3));
    CHANNEL.try_send(4).unwrap();
    assert_eq!(CHANNEL.recv_blocking(), Ok(4));
    let (sender, receiver) = bounded(1).unwrap();
    sender.send_blocking(5).unwrap();
    assert_eq!(receiver.recv_blocking(), Ok(5));
}
