//! Queues that hand out the most urgent value first.

use core::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, PoisonError};

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::priority_channel;

use crate::interface::priority::{PriorityQueue, ROOM};

/// What one writes oneself. A number per value keeps equals in order, as ringway does.
pub(crate) struct LockedHeap(Mutex<Numbered>);

struct Numbered {
    heap: BinaryHeap<Reverse<(usize, u64, u64)>>,
    next: u64,
}

impl LockedHeap {
    fn with<O>(&self, run: impl FnOnce(&mut Numbered) -> O) -> O {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl PriorityQueue for LockedHeap {
    const NAME: &'static str = "Mutex<BinaryHeap>";

    fn new() -> Box<Self> {
        Box::new(Self(Mutex::new(Numbered { heap: BinaryHeap::with_capacity(ROOM), next: 0 })))
    }

    #[inline]
    fn push(&self, level: usize, value: u64) -> bool {
        self.with(|numbered| {
            let has_room = numbered.heap.len() < ROOM;
            if has_room {
                numbered.heap.push(Reverse((level, numbered.next, value)));
                numbered.next += 1;
            }
            has_room
        })
    }

    #[inline]
    fn pop(&self) -> Option<u64> {
        self.with(|numbered| numbered.heap.pop()).map(|Reverse((_, _, value))| value)
    }
}

/// Equals come in any order.
pub(crate) type Embassy =
    priority_channel::PriorityChannel<CriticalSectionRawMutex, (usize, u64), priority_channel::Min, ROOM>;

impl PriorityQueue for Embassy {
    const NAME: &'static str = "embassy PriorityChannel";

    fn new() -> Box<Self> {
        Box::new(Self::new())
    }

    #[inline]
    fn push(&self, level: usize, value: u64) -> bool {
        self.try_send((level, value)).is_ok()
    }

    #[inline]
    fn pop(&self) -> Option<u64> {
        self.try_receive().ok().map(|(_, value)| value)
    }
}

/// Equals come in any order.
pub(crate) struct AsyncPriorityChannel {
    sender: async_priority_channel::Sender<u64, Reverse<usize>>,
    receiver: async_priority_channel::Receiver<u64, Reverse<usize>>,
}

impl PriorityQueue for AsyncPriorityChannel {
    const NAME: &'static str = "async-priority-channel";

    fn new() -> Box<Self> {
        let (sender, receiver) = async_priority_channel::bounded(ROOM as u64);
        Box::new(Self { sender, receiver })
    }

    #[inline]
    fn push(&self, level: usize, value: u64) -> bool {
        self.sender.try_send(value, Reverse(level)).is_ok()
    }

    #[inline]
    fn pop(&self) -> Option<u64> {
        self.receiver.try_recv().ok().map(|(value, _)| value)
    }
}
