//! Random sequences of operations, step by step beside a `VecDeque`.
//!
//! The last test of each module runs the same sequences beside a model whose capacity is one too large,
//! and demands that they tell it from the queue.
#![allow(
    clippy::drop_non_drop,
    clippy::forget_non_drop,
    reason = "what is dropped or forgotten here is to stay right if it gets a `Drop` one day"
)]

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestError, TestRunner};
use std::collections::VecDeque;

const CASES: u32 = 400;
const LENGTH: usize = 120;

/// Calls a function that is generic over the capacity with one chosen at run time.
macro_rules! with_capacity {
    ($capacity:expr, $function:ident($($argument:expr),*)) => {
        match $capacity {
            1 => $function::<1>($($argument),*),
            2 => $function::<2>($($argument),*),
            3 => $function::<3>($($argument),*),
            4 => $function::<4>($($argument),*),
            5 => $function::<5>($($argument),*),
            6 => $function::<6>($($argument),*),
            7 => $function::<7>($($argument),*),
            8 => $function::<8>($($argument),*),
            9 => $function::<9>($($argument),*),
            other => unreachable!("no capacity {other} in this test"),
        }
    };
}

/// What a bounded queue is.
struct Model {
    values: VecDeque<u32>,
    capacity: usize,
}

impl Model {
    fn new(capacity: usize) -> Self {
        Self { values: VecDeque::new(), capacity }
    }

    fn free(&self) -> usize {
        self.capacity - self.values.len()
    }

    fn is_full(&self) -> bool {
        self.free() == 0
    }

    fn take(&mut self, count: usize) -> Vec<u32> {
        self.values.drain(..count.min(self.values.len())).collect()
    }
}

/// Runs `check` on a capacity and a sequence of operations, many times.
fn search<Op: std::fmt::Debug>(
    op: impl Strategy<Value = Op>,
    check: impl Fn(usize, Vec<Op>) -> TestCaseResult,
) -> Result<(), TestError<(usize, Vec<Op>)>> {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let cases = (1..=9usize, prop::collection::vec(op, 0..LENGTH));
    TestRunner::new(config).run(&cases, |(capacity, ops)| check(capacity, ops))
}

fn assert_none_found<C: std::fmt::Debug>(result: Result<(), TestError<C>>) {
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// A difference must be found, and shrunk to the fewest operations that show it.
fn assert_found<Op: std::fmt::Debug>(result: Result<(), TestError<(usize, Vec<Op>)>>) {
    match result {
        Err(TestError::Fail(_, (capacity, ops))) => {
            assert!(ops.len() <= capacity + 2, "{capacity}, {ops:?} is more than it takes");
        }
        other => panic!("a model that is wrong was not told from the queue: {other:?}"),
    }
}

mod mpmc {
    use super::*;
    use ringway::Full;
    use ringway::mpmc::{FilledGrant, Grant, Queue, Taken, View};

    const SPARES: usize = 3;

    #[derive(Clone, Debug)]
    enum Op {
        Push(u32),
        Pop,
        ForcePush(u32),
        Observe,
        Reserve,
        PopRef,
        /// What becomes of one of the open guards.
        Finish(prop::sample::Index, Finish),
    }

    #[derive(Clone, Copy, Debug)]
    enum Finish {
        Drop,
        /// Grants get their value and are committed; a taken reference gives its value out.
        Complete(u32),
        /// Grants get their value and give it back.
        Undo(u32),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            8 => any::<u32>().prop_map(Op::Push),
            6 => Just(Op::Pop),
            2 => any::<u32>().prop_map(Op::ForcePush),
            1 => Just(Op::Observe),
            2 => Just(Op::Reserve),
            2 => Just(Op::PopRef),
            4 => (any::<prop::sample::Index>(), finish()).prop_map(|(which, how)| Op::Finish(which, how)),
        ]
    }

    fn finish() -> impl Strategy<Value = Finish> {
        prop_oneof![
            1 => Just(Finish::Drop),
            3 => any::<u32>().prop_map(Finish::Complete),
            1 => any::<u32>().prop_map(Finish::Undo),
        ]
    }

    /// An open guard and the value in it.
    enum Guard<'q> {
        Empty(Grant<'q, u32>),
        Filled(FilledGrant<'q, u32>, u32),
        Taken(Taken<'q, u32>, u32),
    }

    /// The queue and what it ought to be.
    struct Pair<'q> {
        queue: &'q View<'q, u32>,
        guards: Vec<Guard<'q>>,
        model: Model,
    }

    impl<'q> Pair<'q> {
        /// Alone on the queue, an operation finds any slot that is free: `Full` is early only beyond that.
        fn has_slot(&self) -> bool {
            self.model.values.len() + self.guards.len() < self.queue.capacity() + SPARES
        }

        fn step(&mut self, op: Op) -> TestCaseResult {
            match op {
                Op::Push(value) => self.push(value),
                Op::Pop => {
                    prop_assert_eq!(self.queue.pop(), self.model.values.pop_front());
                    Ok(())
                }
                Op::ForcePush(value) => self.force_push(value),
                Op::Observe => self.observe(),
                Op::Reserve => {
                    let grant = self.queue.reserve();
                    prop_assert_eq!(grant.is_some(), self.has_slot());
                    self.guards.extend(grant.map(Guard::Empty));
                    Ok(())
                }
                Op::PopRef => self.pop_ref(),
                Op::Finish(_, _) if self.guards.is_empty() => Ok(()),
                Op::Finish(which, how) => {
                    let guard = self.guards.swap_remove(which.index(self.guards.len()));
                    self.finish(guard, how)
                }
            }
        }

        fn push(&mut self, value: u32) -> TestCaseResult {
            let fits = !self.model.is_full() && self.has_slot();
            prop_assert_eq!(self.queue.push(value), if fits { Ok(()) } else { Err(Full(value)) });
            self.model.values.extend(fits.then_some(value));
            Ok(())
        }

        fn force_push(&mut self, value: u32) -> TestCaseResult {
            if self.model.values.is_empty() && !self.has_slot() {
                // Every slot is in a guard, and there is nothing to displace.
                prop_assert_eq!(self.queue.force_push(value), Some(value));
                return Ok(());
            }
            let fits = !self.model.is_full() && self.has_slot();
            let displaced = if fits { None } else { self.model.values.pop_front() };
            prop_assert_eq!(self.queue.force_push(value), displaced);
            self.model.values.push_back(value);
            Ok(())
        }

        fn observe(&mut self) -> TestCaseResult {
            let (len, stats) = (self.model.values.len(), self.queue.stats());
            prop_assert_eq!(self.queue.len(), len);
            prop_assert_eq!(self.queue.is_empty(), len == 0);
            prop_assert_eq!(self.queue.is_full(), self.model.is_full());
            prop_assert_eq!((stats.len, stats.pushed - stats.popped), (len, len));
            Ok(())
        }

        fn pop_ref(&mut self) -> TestCaseResult {
            let taken = self.queue.pop_ref();
            let expected = self.model.values.pop_front();
            prop_assert_eq!(taken.as_deref().copied(), expected);
            self.guards.extend(taken.zip(expected).map(|(taken, value)| Guard::Taken(taken, value)));
            Ok(())
        }

        fn finish(&mut self, guard: Guard<'q>, how: Finish) -> TestCaseResult {
            match (guard, how) {
                (guard, Finish::Drop) => drop(guard),
                (Guard::Taken(taken, value), _) => prop_assert_eq!(taken.into_inner(), value),
                (Guard::Empty(grant), Finish::Undo(value)) => {
                    prop_assert_eq!(grant.write(value).into_inner(), value);
                }
                (Guard::Filled(grant, value), Finish::Undo(_)) => prop_assert_eq!(grant.into_inner(), value),
                (Guard::Empty(grant), Finish::Complete(value)) => self.commit(grant.write(value), value)?,
                (Guard::Filled(grant, value), Finish::Complete(_)) => self.commit(grant, value)?,
            }
            Ok(())
        }

        fn commit(&mut self, grant: FilledGrant<'q, u32>, value: u32) -> TestCaseResult {
            let fits = !self.model.is_full();
            match grant.commit() {
                Ok(()) => {
                    prop_assert!(fits);
                    self.model.values.push_back(value);
                }
                Err(Full(grant)) => {
                    prop_assert!(!fits);
                    prop_assert_eq!(*grant, value);
                    self.guards.push(Guard::Filled(grant, value));
                }
            }
            Ok(())
        }
    }

    fn run<const N: usize>(ops: Vec<Op>, model: Model) -> TestCaseResult {
        let queue = Queue::<u32, N, SPARES>::new();
        let mut pair = Pair { queue: &queue.view(), guards: Vec::new(), model };
        ops.into_iter().try_for_each(|op| pair.step(op))
    }

    fn compare(capacity: usize, ops: Vec<Op>, model_capacity: usize) -> TestCaseResult {
        with_capacity!(capacity, run(ops, Model::new(model_capacity)))
    }

    #[test]
    fn every_sequence_does_what_the_model_does() {
        assert_none_found(search(op(), |capacity, ops| compare(capacity, ops, capacity)));
    }

    #[test]
    fn a_model_with_one_place_too_many_is_found_wanting() {
        assert_found(search(op(), |capacity, ops| compare(capacity, ops, capacity + 1)));
    }
}

mod spsc {
    use super::*;
    use ringway::Full;
    use ringway::spsc::{Consumer, Producer, Queue};
    use std::mem::forget;

    #[derive(Clone, Debug)]
    enum Op {
        Push(u32),
        Pop,
        PushSlice(Vec<u32>),
        PopSlice(usize),
        /// A chunk of so many, into which these are written, and what becomes of it.
        WriteChunk(usize, Vec<u32>, Leave),
        ReadChunk(usize, Read),
        /// Adds to the oldest value.
        Change(u32),
        Drain(usize),
        Skip(usize),
        Observe,
        /// Gives up both ends and makes them anew.
        Split(Leave),
    }

    #[derive(Clone, Copy, Debug)]
    enum Leave {
        Done,
        Dropped,
        Forgotten,
    }

    #[derive(Clone, Copy, Debug)]
    enum Read {
        Commit(usize),
        CommitAll,
        MoveOut(usize, Leave),
        Leave(Leave),
    }

    /// Sizes around all the capacities.
    fn size() -> impl Strategy<Value = usize> {
        0..12usize
    }

    fn values() -> impl Strategy<Value = Vec<u32>> {
        prop::collection::vec(any::<u32>(), 0..12)
    }

    fn leave() -> impl Strategy<Value = Leave> {
        prop_oneof![3 => Just(Leave::Done), 1 => Just(Leave::Dropped), 1 => Just(Leave::Forgotten)]
    }

    fn read() -> impl Strategy<Value = Read> {
        prop_oneof![
            size().prop_map(Read::Commit),
            Just(Read::CommitAll),
            (size(), leave()).prop_map(|(count, leave)| Read::MoveOut(count, leave)),
            leave().prop_map(Read::Leave),
        ]
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            6 => any::<u32>().prop_map(Op::Push),
            4 => Just(Op::Pop),
            1 => values().prop_map(Op::PushSlice),
            1 => size().prop_map(Op::PopSlice),
            3 => (size(), values(), leave()).prop_map(|(size, values, leave)| {
                Op::WriteChunk(size, values, leave)
            }),
            2 => (size(), read()).prop_map(|(size, read)| Op::ReadChunk(size, read)),
            1 => any::<u32>().prop_map(Op::Change),
            1 => size().prop_map(Op::Drain),
            1 => size().prop_map(Op::Skip),
            1 => Just(Op::Observe),
            1 => leave().prop_map(Op::Split),
        ]
    }

    struct Pair<'m, 'q> {
        producer: Producer<'q, u32>,
        consumer: Consumer<'q, u32>,
        model: &'m mut Model,
    }

    impl<'m, 'q> Pair<'m, 'q> {
        fn new<const N: usize>(queue: &'q mut Queue<u32, N>, model: &'m mut Model) -> Self {
            let (producer, consumer) = queue.split();
            Self { producer, consumer, model }
        }

        /// Steps through `ops` until the ends are given up.
        fn run(mut self, ops: &mut impl Iterator<Item = Op>) -> TestCaseResult {
            for op in ops {
                if let Op::Split(leave) = op {
                    if matches!(leave, Leave::Forgotten) {
                        forget((self.producer, self.consumer));
                    }
                    return Ok(());
                }
                self.step(op)?;
            }
            Ok(())
        }

        fn step(&mut self, op: Op) -> TestCaseResult {
            match op {
                Op::Push(value) => self.push(value)?,
                Op::Pop => prop_assert_eq!(self.consumer.pop(), self.model.values.pop_front()),
                Op::PushSlice(values) => {
                    let count = values.len().min(self.model.free());
                    prop_assert_eq!(self.producer.push_slice(&values), count);
                    self.model.values.extend(&values[..count]);
                }
                Op::PopSlice(size) => {
                    let mut values = vec![0; size];
                    let count = self.consumer.pop_slice(&mut values);
                    prop_assert_eq!(&values[..count], self.model.take(size));
                }
                Op::WriteChunk(size, values, leave) => self.write_chunk(size, &values, leave)?,
                Op::ReadChunk(size, read) => self.read_chunk(size, read)?,
                Op::Change(by) => self.change(by)?,
                Op::Drain(count) => {
                    let drained: Vec<_> = self.consumer.drain().take(count).collect();
                    prop_assert_eq!(drained, self.model.take(count));
                }
                Op::Skip(count) => prop_assert_eq!(self.consumer.skip(count), self.model.take(count).len()),
                Op::Observe => self.observe()?,
                Op::Split(_) => unreachable!("ends the run"),
            }
            Ok(())
        }

        fn push(&mut self, value: u32) -> TestCaseResult {
            let fits = !self.model.is_full();
            prop_assert_eq!(self.producer.push(value), if fits { Ok(()) } else { Err(Full(value)) });
            self.model.values.extend(fits.then_some(value));
            Ok(())
        }

        fn write_chunk(&mut self, size: usize, values: &[u32], leave: Leave) -> TestCaseResult {
            let free = self.model.free();
            let mut chunk = match self.producer.write_chunk(size) {
                Ok(chunk) => chunk,
                Err(error) => {
                    prop_assert!(size > free);
                    prop_assert_eq!(error.available(), free);
                    return Ok(());
                }
            };
            prop_assert!(size <= free);
            let count = size.min(values.len());
            prop_assert_eq!(chunk.fill(values.iter().copied()), count);
            match leave {
                Leave::Done => {
                    prop_assert_eq!(chunk.commit(), count);
                    self.model.values.extend(&values[..count]);
                }
                Leave::Dropped => drop(chunk),
                Leave::Forgotten => forget(chunk),
            }
            Ok(())
        }

        fn read_chunk(&mut self, size: usize, read: Read) -> TestCaseResult {
            let available = self.model.values.len();
            let chunk = match self.consumer.read_chunk(size) {
                Ok(chunk) => chunk,
                Err(error) => {
                    prop_assert!(size > available);
                    prop_assert_eq!(error.available(), available);
                    return Ok(());
                }
            };
            prop_assert!(size <= available);
            let (first, second) = chunk.as_slices();
            prop_assert!(first.iter().chain(second).eq(self.model.values.iter().take(size)));
            match read {
                Read::Commit(count) => {
                    chunk.commit(count);
                    self.model.take(count.min(size));
                }
                Read::CommitAll => {
                    chunk.commit_all();
                    self.model.take(size);
                }
                Read::MoveOut(count, leave) => {
                    let mut values = chunk.into_iter();
                    let moved: Vec<_> = values.by_ref().take(count).collect();
                    prop_assert_eq!(moved, self.model.take(count.min(size)));
                    if matches!(leave, Leave::Forgotten) {
                        forget(values);
                    }
                }
                Read::Leave(Leave::Forgotten) => forget(chunk),
                Read::Leave(_) => drop(chunk),
            }
            Ok(())
        }

        fn change(&mut self, by: u32) -> TestCaseResult {
            let seen = self.consumer.peek_mut().map(|value| {
                *value = value.wrapping_add(by);
                *value
            });
            let expected = self.model.values.front_mut().map(|value| {
                *value = value.wrapping_add(by);
                *value
            });
            prop_assert_eq!(seen, expected);
            prop_assert_eq!(self.consumer.peek(), self.model.values.front());
            Ok(())
        }

        fn observe(&mut self) -> TestCaseResult {
            let len = self.model.values.len();
            prop_assert_eq!((self.producer.len(), self.consumer.len()), (len, len));
            prop_assert_eq!((self.producer.is_empty(), self.consumer.is_empty()), (len == 0, len == 0));
            let full = self.model.is_full();
            prop_assert_eq!((self.producer.is_full(), self.consumer.is_full()), (full, full));
            prop_assert_eq!(self.producer.free(), self.model.free());
            prop_assert!(self.consumer.iter().eq(&self.model.values));
            Ok(())
        }
    }

    fn run<const N: usize>(ops: Vec<Op>, mut model: Model) -> TestCaseResult {
        let mut queue = Queue::<u32, N>::new();
        let mut ops = ops.into_iter().peekable();
        while ops.peek().is_some() {
            Pair::new(&mut queue, &mut model).run(&mut ops)?;
            prop_assert_eq!(queue.len(), model.values.len());
        }
        Ok(())
    }

    fn compare(capacity: usize, ops: Vec<Op>, model_capacity: usize) -> TestCaseResult {
        with_capacity!(capacity, run(ops, Model::new(model_capacity)))
    }

    #[test]
    fn every_sequence_does_what_the_model_does() {
        assert_none_found(search(op(), |capacity, ops| compare(capacity, ops, capacity)));
    }

    #[test]
    fn a_model_with_one_place_too_many_is_found_wanting() {
        assert_found(search(op(), |capacity, ops| compare(capacity, ops, capacity + 1)));
    }
}
