//! What priority queues do: order, policies and their bounds, cost classes.

use super::faces::Ends;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use ringway::priority::{CostClass, Fair, Policy, Priority, Strict, Weighted};
use ringway::{Full, PushError};
use std::collections::VecDeque;
use std::thread;

const LEVELS: usize = 3;
const ROOM: usize = 4;

/// What is in a priority queue: the values of each level, oldest first.
#[derive(Default)]
struct Model([VecDeque<u32>; LEVELS]);

impl Model {
    fn push(&mut self, level: usize, value: u32) -> Result<(), PushError<u32>> {
        match self.0.get_mut(level) {
            None => Err(PushError::NoSuchLevel(value)),
            Some(values) if values.len() == ROOM => Err(PushError::Full(value)),
            Some(values) => {
                values.push_back(value);
                Ok(())
            }
        }
    }

    /// From the first of these levels that has any.
    fn pop(&mut self, levels: impl IntoIterator<Item = usize>) -> Option<(usize, u32)> {
        levels.into_iter().find_map(|level| Some((level, self.0[level].pop_front()?)))
    }

    fn lengths(&self) -> [usize; LEVELS] {
        self.0.each_ref().map(VecDeque::len)
    }
}

#[derive(Clone, Debug)]
enum Op {
    /// At a level, of which the last does not exist.
    Push(usize, u32),
    Pop,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let push = (0..=LEVELS, any::<u32>()).prop_map(|(level, value)| Op::Push(level, value));
    prop::collection::vec(prop_oneof![3 => push, 2 => Just(Op::Pop)], 0..300)
}

/// Runs random operations on a queue with this policy and on the model; `first` says which level
/// the pop of this number looks at first.
fn compare<P: Policy<LEVELS>>(
    policy: fn() -> P,
    first: impl Fn(usize) -> usize,
) -> Result<(), proptest::test_runner::TestError<Vec<Op>>> {
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&ops(), |ops| {
        let queue = Priority::<u32, LEVELS, ROOM, P, 2>::with_policy(policy());
        let (mut model, mut pops) = (Model::default(), 0);
        for op in ops {
            match op {
                Op::Push(level, value) => {
                    prop_assert_eq!(queue.push(level, value), model.push(level, value));
                }
                Op::Pop => {
                    prop_assert_eq!(queue.pop(), model.pop([first(pops)].into_iter().chain(0..LEVELS)));
                    pops += 1;
                }
            }
            observe(&queue, model.lengths())?;
        }
        Ok(())
    })
}

fn observe<P>(queue: &Priority<u32, LEVELS, ROOM, P, 2>, lengths: [usize; LEVELS]) -> TestCaseResult {
    prop_assert_eq!(queue.lengths(), lengths);
    prop_assert_eq!(queue.len(), lengths.iter().sum::<usize>());
    prop_assert_eq!(queue.is_empty(), lengths == [0; LEVELS]);
    for (level, length) in lengths.into_iter().enumerate() {
        prop_assert_eq!(queue.level(level).map(|level| level.len()), Some(length));
    }
    Ok(())
}

/// Every third pop, at levels 1 and 2 in turn.
fn fair_turn(pop: usize) -> usize {
    if pop % 3 == 2 { 1 + pop / 3 % 2 } else { 0 }
}

#[test]
fn strict_takes_the_oldest_of_the_most_urgent() {
    compare(|| Strict, |_| 0).unwrap();
}

#[test]
fn fair_looks_at_each_other_level_in_turn_at_every_kth_pop() {
    compare(Fair::<3>::new, fair_turn).unwrap();
}

#[test]
fn weights_of_which_only_one_is_not_zero_favour_that_level() {
    compare(|| Weighted::new([0, 1, 0]), |_| 1).unwrap();
}

#[test]
fn weights_of_zero_are_strict() {
    compare(|| Weighted::new([0; LEVELS]), |_| 0).unwrap();
}

#[test]
fn a_model_with_another_policy_is_found_wanting() {
    compare(|| Strict, fair_turn).unwrap_err();
    compare(Fair::<3>::new, |_| 0).unwrap_err();
    compare(Fair::<4>::new, fair_turn).unwrap_err();
    compare(|| Weighted::new([0, 0, 1]), |_| 1).unwrap_err();
}

/// Keeps the other levels as busy as a random script says, and returns the most pops that it took a
/// value of `level` with `ahead` others before it to come out; none if it was not out after
/// `patience`.
fn most_pops<P: Policy<LEVELS>>(
    policy: fn() -> P,
    level: usize,
    ahead: usize,
    patience: usize,
) -> Option<usize> {
    let mut most = 0;
    let mut dice = 1u32;
    let mut throw = |sides: u32| {
        dice ^= dice << 13;
        dice ^= dice >> 17;
        dice ^= dice << 5;
        dice % sides
    };
    for _ in 0..300 {
        let queue = Priority::<u32, LEVELS, ROOM, P, 2>::with_policy(policy());
        // Begin anywhere in a round, with any state of the others, which are mostly full.
        let mut fill = |queue: &Priority<u32, LEVELS, ROOM, P, 2>| {
            for other in (0..LEVELS).filter(|&other| other != level) {
                for _ in 0..throw(8) {
                    let _ = queue.push(other, 0);
                }
            }
        };
        for _ in 0..most % 23 + 7 {
            fill(&queue);
            queue.pop();
        }
        while queue.level(level).and_then(|level| level.pop()).is_some() {}
        (0..ahead).for_each(|_| queue.push(level, 0).unwrap());
        queue.push(level, 1).unwrap();
        let pops = (1..=patience).find(|_| {
            fill(&queue);
            queue.pop() == Some((level, 1))
        })?;
        most = most.max(pops);
    }
    Some(most)
}

#[test]
fn fair_keeps_its_bound_and_reaches_it() {
    for ahead in 0..ROOM {
        for level in 1..LEVELS {
            let bound = (ahead + 1) * 3 * (LEVELS - 1);
            let most = most_pops(Fair::<3>::new, level, ahead, bound);
            assert!(most.is_some_and(|most| most + 3 > bound), "{most:?} of {bound}");
        }
        let bound = 2 * (ahead + 1);
        assert!(most_pops(Fair::<2>::new, 0, ahead, bound).is_some(), "level 0 waits longer than {bound}");
    }
}

#[test]
fn weighted_keeps_its_bound_and_reaches_it() {
    const WEIGHTS: [usize; LEVELS] = [4, 2, 1];
    for (level, weight) in WEIGHTS.into_iter().enumerate() {
        for ahead in 0..ROOM {
            let bound = (ahead + 1).div_ceil(weight) * 7;
            let most = most_pops(|| Weighted::new(WEIGHTS), level, ahead, bound);
            assert!(most.is_some_and(|most| most + 5 > bound - weight), "{most:?} of {bound}");
        }
    }
}

#[test]
fn strict_has_no_bound() {
    assert_eq!(most_pops(|| Strict, 2, 0, 10_000), None);
}

#[test]
fn levels_that_are_never_empty_get_their_weights() {
    let queue = Priority::<usize, LEVELS, ROOM, _>::with_policy(Weighted::new([5, 3, 2]));
    let mut pops = [0; LEVELS];
    for _ in 0..1000 {
        (0..LEVELS).for_each(|level| _ = queue.push(level, level));
        pops[queue.pop().unwrap().0] += 1;
    }
    assert_eq!(pops, [500, 300, 200]);
}

#[test]
fn a_level_without_values_leaves_its_turns_to_the_others_by_their_weights() {
    let queue = Priority::<usize, LEVELS, ROOM, _>::with_policy(Weighted::new([5, 3, 2]));
    let mut pops = [0; LEVELS];
    for _ in 0..1000 {
        (1..LEVELS).for_each(|level| _ = queue.push(level, level));
        pops[queue.pop().unwrap().0] += 1;
    }
    assert_eq!(pops, [0, 600, 400]);
}

#[test]
fn threads_that_share_turns_keep_the_shares() {
    const EACH: usize = 6000;
    let queue = Priority::<usize, 2, 4, Fair<3>, 8>::with_policy(Fair::new());
    let urgent: usize = thread::scope(|scope| {
        let work = || {
            let popped = (0..EACH).map(|_| {
                // Whatever the others take, each has put in, or found the level full.
                (0..2).for_each(|level| _ = queue.push(level, level));
                queue.pop().map_or(0, |(level, _)| 1 - level)
            });
            popped.sum::<usize>()
        };
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    // So both levels have values at every pop, and the turns alone decide.
    assert_eq!(urgent, 3 * EACH * 2 / 3);
}

#[test]
fn cost_classes_double_and_the_last_takes_the_rest() {
    for short_bits in [0u32, 1, 10, 40] {
        let class = CostClass::<5>::new(1 << short_bits);
        assert_eq!(class, CostClass::new((1 << short_bits) | ((1 << short_bits) - 1)), "rounded down");
        for level in 1..5u32 {
            let start = 1u64 << (short_bits + level - 1);
            assert_eq!((class.level(start - 1), class.level(start)), (level as usize - 1, level as usize));
        }
        assert_eq!((class.level(0), class.level(u64::MAX)), (0, 4));
    }
    assert_eq!(CostClass::<1>::new(0).level(7), 0);
    assert_eq!(CostClass::<3>::new(0).level(1), 1, "a short of zero is one of one");
}

#[test]
fn a_policy_of_ones_own_cannot_lose_anything() {
    /// Points to a level that does not exist.
    struct Beyond;
    impl Policy<2> for Beyond {
        fn first(&self, is_empty: impl Fn(usize) -> bool) -> usize {
            assert!(is_empty(7), "what does not exist is empty");
            7
        }
    }
    let queue = Priority::<_, 2, 1, _>::with_policy(Beyond);
    queue.push(1, "a").unwrap();
    assert_eq!((queue.pop(), queue.pop()), (Some((1, "a")), None));
}

/// All values at one level: that must be a queue like any other.
pub(super) struct AtLevel<const LEVEL: usize, const N: usize, const S: usize>;

impl<const LEVEL: usize, const N: usize, const S: usize> super::faces::Face for AtLevel<LEVEL, N, S> {
    const CAPACITY: usize = N;

    fn with<T: Send>(body: impl FnOnce(&mut dyn Ends<T>)) {
        body(&mut OneLevel::<T, LEVEL, N, S>(Priority::new()));
    }
}

struct OneLevel<T, const LEVEL: usize, const N: usize, const S: usize>(Priority<T, LEVELS, N, Strict, S>);

impl<T, const LEVEL: usize, const N: usize, const S: usize> Ends<T> for OneLevel<T, LEVEL, N, S> {
    fn push(&mut self, value: T) -> Result<(), Full<T>> {
        self.0.push(LEVEL, value).map_err(|error| Full(error.into_inner()))
    }
    fn pop(&mut self) -> Option<T> {
        self.0.pop().map(|(level, value)| {
            assert_eq!(level, LEVEL);
            value
        })
    }
    fn len(&self) -> usize {
        self.0.len()
    }
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    fn is_full(&self) -> bool {
        self.0.level(LEVEL).unwrap().is_full()
    }
    fn capacity(&self) -> usize {
        assert_eq!(self.0.levels(), LEVELS);
        self.0.capacity()
    }
}
