//! The MPMC queue beside the model.

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
    /// Alone on the queue, an operation finds any slot that is free: `Full` is early only beyond
    /// that.
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
    assert_none_found(search(Config::default(), op(), |capacity, ops| compare(capacity, ops, capacity)));
}

#[test]
fn a_model_with_one_place_too_many_is_found_wanting() {
    assert_found(search(from_a_fixed_seed(), op(), |capacity, ops| compare(capacity, ops, capacity + 1)));
}
