//! Whatever is done to a channel in whatever order, by one after the other: each answer is that of a plain list of
//! values, and exactly those are woken, in exactly that order, who should be.
//!
//! The model of the waiters says that nobody sleeps beside a value or a place, that who waits longest is woken first,
//! that a wake-up in vain costs no place, and that one that was not used is passed on.

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
    let who = 0..WAITERS;
    prop_oneof![
        5 => who.clone().prop_map(Step::PollRecv),
        2 => who.clone().prop_map(Step::DropRecv),
        5 => who.clone().prop_map(Step::PollSend),
        2 => who.clone().prop_map(Step::DropSend),
        1 => who.prop_map(Step::TakeBack),
        4 => Just(Step::TrySend),
        4 => Just(Step::TryRecv),
        1 => Just(Step::ForceSend),
        1 => prop_oneof![9 => Just(Step::TryRecv), 1 => Just(Step::Close)],
    ]
}

/// Those who wait for one kind of change, as they should be.
#[derive(Default)]
struct Line {
    asleep: VecDeque<usize>,
    told: Vec<usize>,
    /// Told since the wakers were last compared.
    rung: Vec<usize>,
}

impl Line {
    fn tell_one(&mut self) {
        if let Some(first) = self.asleep.pop_front() {
            self.told.push(first);
            self.rung.push(first);
        }
    }

    fn tell_all(&mut self) {
        (0..self.asleep.len()).for_each(|_| self.tell_one());
    }

    fn forget_told(&mut self, who: usize) -> bool {
        let place = self.told.iter().position(|&told| told == who);
        place.map(|place| self.told.swap_remove(place)).is_some()
    }

    /// A waiter was polled, and did not get what it waits for.
    fn polled_in_vain(&mut self, who: usize) {
        if self.forget_told(who) {
            self.asleep.push_front(who);
        } else if !self.asleep.contains(&who) {
            self.asleep.push_back(who);
        }
    }

    /// A waiter was polled, and got it.
    fn served(&mut self, who: usize) {
        self.forget_told(who);
        self.asleep.retain(|&waiter| waiter != who);
    }

    /// A waiter went without it.
    fn cancelled(&mut self, who: usize) {
        self.asleep.retain(|&waiter| waiter != who);
        if self.forget_told(who) {
            self.tell_one();
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
        self.receivers.tell_one();
        Ok(())
    }

    fn try_recv(&mut self) -> Result<u32, TryRecvError> {
        match self.values.pop_front() {
            Some(value) => {
                self.senders.tell_one();
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
                self.receivers.tell_one();
                Ok(displaced)
            }
        }
    }

    /// A receiver that was told has its turn, whatever comes of it.
    fn poll_recv(&mut self, who: usize) -> Poll<Result<u32, RecvError>> {
        match self.try_recv() {
            Err(TryRecvError::Empty) => {
                self.receivers.polled_in_vain(who);
                Poll::Pending
            }
            received => {
                self.receivers.served(who);
                Poll::Ready(received.map_err(|_| RecvError))
            }
        }
    }

    fn poll_send(&mut self, who: usize, value: u32) -> Poll<Result<(), SendError<u32>>> {
        match self.try_send(value) {
            Err(TrySendError::Full(_)) => {
                self.senders.polled_in_vain(who);
                Poll::Pending
            }
            sent => {
                self.senders.served(who);
                Poll::Ready(sent.map_err(|error| SendError(error.into_inner())))
            }
        }
    }

    fn close(&mut self) -> bool {
        let is_first = !self.is_closed;
        self.is_closed = true;
        self.senders.tell_all();
        self.receivers.tell_all();
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
            Step::PollRecv(who) => {
                let recv = self.receivers[who].get_or_insert_with(|| Box::pin(channel.recv()));
                let received = self.alarms[0][who].poll(recv.as_mut());
                assert_eq!(received, self.model.poll_recv(who));
                if received.is_ready() {
                    self.receivers[who] = None;
                }
            }
            Step::DropRecv(who) => {
                self.receivers[who] = None;
                self.model.receivers.cancelled(who);
            }
            Step::PollSend(who) => self.poll_send(who),
            Step::DropSend(who) => {
                self.senders[who] = None;
                self.model.senders.cancelled(who);
            }
            Step::TakeBack(who) => {
                let taken = self.senders[who].take().map(|mut send| send.as_mut().into_inner());
                assert!(taken.is_none_or(|value| value == Some(self.sending[who])));
                self.model.senders.cancelled(who);
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

    fn poll_send(&mut self, who: usize) {
        if self.senders[who].is_none() {
            self.sending[who] = self.value();
            self.senders[who] = Some(Box::pin(self.channel.send(self.sending[who])));
        }
        let send = self.senders[who].as_mut().expect("put there just now");
        let sent = self.alarms[1][who].poll(send.as_mut());
        assert_eq!(sent, self.model.poll_send(who, self.sending[who]));
        if sent.is_ready() {
            self.senders[who] = None;
        }
    }

    fn compare(&mut self) {
        assert_eq!(self.channel.len(), self.model.values.len());
        assert_eq!(self.channel.is_closed(), self.model.is_closed);
        for (alarms, line) in self.alarms.iter().zip([&mut self.model.receivers, &mut self.model.senders]) {
            let rang: Vec<_> = (0..WAITERS).filter(|&who| alarms[who].rang()).collect();
            line.rung.sort_unstable();
            line.rung.dedup();
            assert_eq!(rang, line.rung, "who was woken, and who should be");
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
