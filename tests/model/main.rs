//! Random sequences of operations, step by step beside a `VecDeque`.
//!
//! The last test of each module runs the same sequences beside a model whose capacity is one too
//! large, and demands that they detect the difference.
#![allow(
    clippy::drop_non_drop,
    clippy::forget_non_drop,
    reason = "what is dropped or forgotten here is to stay right if it gets a `Drop` one day"
)]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestError, TestRunner};
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
    config: Config,
    op: impl Strategy<Value = Op>,
    check: impl Fn(usize, Vec<Op>) -> TestCaseResult,
) -> Result<(), TestError<(usize, Vec<Op>)>> {
    let config = Config { cases: CASES, failure_persistence: None, ..config };
    let cases = (1..=9usize, prop::collection::vec(op, 0..LENGTH));
    TestRunner::new(config).run(&cases, |(capacity, ops)| check(capacity, ops))
}

fn assert_none_found<C: std::fmt::Debug>(result: Result<(), TestError<C>>) {
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// A search for what must be found begins at the same place each time: how far it shrinks what it
/// found depends on where it began.
fn from_a_fixed_seed() -> Config {
    Config { rng_seed: RngSeed::Fixed(0), ..Config::default() }
}

/// A difference must be found, and shrunk to the fewest operations that show it.
fn assert_found<Op: std::fmt::Debug>(result: Result<(), TestError<(usize, Vec<Op>)>>) {
    match result {
        Err(TestError::Fail(_, (capacity, ops))) => {
            assert!(ops.len() <= capacity + 2, "{capacity}, {ops:?} is more than it takes");
        }
        other => panic!("a wrong model was not detected: {other:?}"),
    }
}

mod mpmc;

mod spsc;
