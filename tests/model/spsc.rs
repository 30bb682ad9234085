//! The SPSC queue beside the model.

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
        prop_assert_eq!(self.producer.free_capacity(), self.model.free());
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
    assert_none_found(search(Config::default(), op(), |capacity, ops| compare(capacity, ops, capacity)));
}

#[test]
fn a_model_with_one_place_too_many_is_found_wanting() {
    assert_found(search(from_a_fixed_seed(), op(), |capacity, ops| compare(capacity, ops, capacity + 1)));
}
