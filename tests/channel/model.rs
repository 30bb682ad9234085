//! Random operations on a channel, one after the other: each result is that of a plain list of
//! values, and exactly the waiters that should be woken are woken, in the right order.
//!
//! The model of the waiters requires that none sleeps while there is a value or room for it, that
//! the oldest is woken first, that a wake-up in vain does not cost the position in the queue, and
//! that an unused wake-up is passed on.

use crate::wait::Alarm;
use proptest::prelude::*;
use ringway::channel::{
    Channel, Fifo, RecvError, RecvFuture, SendError, SendFuture, TryRecvError, TrySendError,
};
use ringway::mpmc::Inline;
use ringway::wait::NoLock;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

const WAITERS: usize = 4;

#[derive(Clone, Copy, Debug)]
enum Step {
    PollRecv(usize),
    DropRecv(usize),
    PollSend(usize),
    DropSend(usize),
    /// Take the value back, and poll no more.
    TakeBack(usize),
    TrySend,
    TryRecv,
    ForceSend,
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    let waiter = 0..WAITERS;
    prop_oneof![
        5 => waiter.clone().prop_map(Step::PollRecv),
        2 => waiter.clone().prop_map(Step::DropRecv),
        5 => waiter.clone().prop_map(Step::PollSend),
        2 => waiter.clone().prop_map(Step::DropSend),
        1 => waiter.prop_map(Step::TakeBack),
        4 => Just(Step::TrySend),
        4 => Just(Step::TryRecv),
        1 => Just(Step::ForceSend),
        1 => prop_oneof![9 => Just(Step::TryRecv), 1 => Just(Step::Close)],
    ]
}

/// The expected waiters for one kind of change.
#[derive(Default)]
struct Line {
    asleep: VecDeque<usize>,
    notified: Vec<usize>,
    /// Notified since the wakers were last compared.
    rung: Vec<usize>,
}

impl Line {
    fn notify_one(&mut self) {
        if let Some(first) = self.asleep.pop_front() {
            self.notified.push(first);
            self.rung.push(first);
        }
    }

    fn notify_all(&mut self) {
        (0..self.asleep.len()).for_each(|_| self.notify_one());
    }

    fn forget_notification(&mut self, waiter: usize) -> bool {
        let place = self.notified.iter().position(|&notified| notified == waiter);
        place.map(|place| self.notified.swap_remove(place)).is_some()
    }

    /// A waiter was polled, and did not get what it waits for.
    fn polled_in_vain(&mut self, waiter: usize) {
        if self.forget_notification(waiter) {
            self.asleep.push_front(waiter);
        } else if !self.asleep.contains(&waiter) {
            self.asleep.push_back(waiter);
        }
    }

    /// A waiter was polled, and got it.
    fn served(&mut self, waiter: usize) {
        self.forget_notification(waiter);
        self.asleep.retain(|&other| other != waiter);
    }

    /// A waiter went without it.
    fn cancelled(&mut self, waiter: usize) {
        self.asleep.retain(|&other| other != waiter);
        if self.forget_notification(waiter) {
            self.notify_one();
        }
    }
}

/// What the channel should be.
struct Model {
    capacity: usize,
    values: VecDeque<u32>,
    is_closed: bool,
    receivers: Line,
    senders: Line,
}

impl Model {
    fn try_send(&mut self, value: u32) -> Result<(), TrySendError<u32>> {
        if self.is_closed {
            return Err(TrySendError::Closed(value));
        }
        if self.values.len() == self.capacity {
            return Err(TrySendError::Full(value));
        }
        self.values.push_back(value);
        self.receivers.notify_one();
        Ok(())
    }

    fn try_recv(&mut self) -> Result<u32, TryRecvError> {
        match self.values.pop_front() {
            Some(value) => {
                self.senders.notify_one();
                Ok(value)
            }
            None if self.is_closed => Err(TryRecvError::Closed),
            None => Err(TryRecvError::Empty),
        }
    }

    fn force_send(&mut self, value: u32) -> Result<Option<u32>, SendError<u32>> {
        match self.try_send(value) {
            Ok(()) => Ok(None),
            Err(TrySendError::Closed(value)) => Err(SendError(value)),
            Err(_) => {
                let displaced = self.values.pop_front();
                self.values.push_back(value);
                self.receivers.notify_one();
                Ok(displaced)
            }
        }
    }

    /// Polls a receiver, which uses the notification that it may have, whatever the result is.
    fn poll_recv(&mut self, waiter: usize) -> Poll<Result<u32, RecvError>> {
        match self.try_recv() {
            Err(TryRecvError::Empty) => {
                self.receivers.polled_in_vain(waiter);
                Poll::Pending
            }
            received => {
                self.receivers.served(waiter);
                Poll::Ready(received.map_err(|_| RecvError))
            }
        }
    }

    fn poll_send(&mut self, waiter: usize, value: u32) -> Poll<Result<(), SendError<u32>>> {
        match self.try_send(value) {
            Err(TrySendError::Full(_)) => {
                self.senders.polled_in_vain(waiter);
                Poll::Pending
            }
            sent => {
                self.senders.served(waiter);
                Poll::Ready(sent.map_err(|error| SendError(error.into_inner())))
            }
        }
    }

    fn close(&mut self) -> bool {
        let is_first = !self.is_closed;
        self.is_closed = true;
        self.senders.notify_all();
        self.receivers.notify_all();
        is_first
    }
}

type Place<F> = Option<Pin<Box<F>>>;

/// The queue of the channel.
type Ring<const N: usize> = Fifo<Inline<u32, N, 4, true>>;

/// The channel, its waiters, and what all of them should be.
struct World<'c, const N: usize> {
    channel: &'c Channel<u32, N, NoLock>,
    receivers: [Place<RecvFuture<'c, Ring<N>, NoLock>>; WAITERS],
    senders: [Place<SendFuture<'c, Ring<N>, NoLock>>; WAITERS],
    sending: [u32; WAITERS],
    alarms: [[Arc<Alarm>; WAITERS]; 2],
    model: Model,
    next: u32,
}

impl<'c, const N: usize> World<'c, N> {
    fn new(channel: &'c Channel<u32, N, NoLock>) -> Self {
        let model = Model {
            capacity: N,
            values: VecDeque::new(),
            is_closed: false,
            receivers: Line::default(),
            senders: Line::default(),
        };
        let alarms = [(); 2].map(|()| [(); WAITERS].map(|()| Alarm::new()));
        Self {
            channel,
            receivers: [const { None }; WAITERS],
            senders: [const { None }; WAITERS],
            sending: [0; WAITERS],
            alarms,
            model,
            next: 0,
        }
    }

    fn value(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn take(&mut self, step: Step) {
        let channel = self.channel;
        match step {
            Step::PollRecv(waiter) => {
                let recv = self.receivers[waiter].get_or_insert_with(|| Box::pin(channel.recv()));
                let received = self.alarms[0][waiter].poll(recv.as_mut());
                assert_eq!(received, self.model.poll_recv(waiter));
                if received.is_ready() {
                    self.receivers[waiter] = None;
                }
            }
            Step::DropRecv(waiter) => {
                self.receivers[waiter] = None;
                self.model.receivers.cancelled(waiter);
            }
            Step::PollSend(waiter) => self.poll_send(waiter),
            Step::DropSend(waiter) => {
                self.senders[waiter] = None;
                self.model.senders.cancelled(waiter);
            }
            Step::TakeBack(waiter) => {
                let taken = self.senders[waiter].take().map(|mut send| send.as_mut().into_inner());
                assert!(taken.is_none_or(|value| value == Some(self.sending[waiter])));
                self.model.senders.cancelled(waiter);
            }
            Step::TrySend => {
                let value = self.value();
                assert_eq!(channel.try_send(value), self.model.try_send(value));
            }
            Step::TryRecv => assert_eq!(channel.try_recv(), self.model.try_recv()),
            Step::ForceSend => {
                let value = self.value();
                assert_eq!(channel.force_send(value), self.model.force_send(value));
            }
            Step::Close => assert_eq!(channel.close(), self.model.close()),
        }
    }

    fn poll_send(&mut self, waiter: usize) {
        if self.senders[waiter].is_none() {
            self.sending[waiter] = self.value();
            self.senders[waiter] = Some(Box::pin(self.channel.send(self.sending[waiter])));
        }
        let send = self.senders[waiter].as_mut().expect("put there just now");
        let sent = self.alarms[1][waiter].poll(send.as_mut());
        assert_eq!(sent, self.model.poll_send(waiter, self.sending[waiter]));
        if sent.is_ready() {
            self.senders[waiter] = None;
        }
    }

    fn compare(&mut self) {
        assert_eq!(self.channel.len(), self.model.values.len());
        assert_eq!(self.channel.is_closed(), self.model.is_closed);
        for (alarms, line) in self.alarms.iter().zip([&mut self.model.receivers, &mut self.model.senders]) {
            let rang: Vec<_> = (0..WAITERS).filter(|&waiter| alarms[waiter].rang()).collect();
            line.rung.sort_unstable();
            line.rung.dedup();
            assert_eq!(rang, line.rung, "the waiters that were woken, and those that should be");
            line.rung.clear();
        }
    }
}

fn follows_the_model<const N: usize>(steps: &[Step]) {
    let channel = Channel::new();
    let mut world = World::<N>::new(&channel);
    for &step in steps {
        world.take(step);
        world.compare();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn a_channel_of_one_value_follows_the_model(steps in prop::collection::vec(step(), 1..100)) {
        follows_the_model::<1>(&steps);
    }

    #[test]
    fn a_channel_of_three_values_follows_the_model(steps in prop::collection::vec(step(), 1..100)) {
        follows_the_model::<3>(&steps);
    }
}
