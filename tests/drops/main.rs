//! Every value is dropped exactly once, in any order of drops, by a user or by the queue, and if a
//! drop panics.
//!
//! A [`Ledger`] counts the drops of each value by its number. That it would notice a missing or a
//! second drop is shown in `wrong_queues`, on two that are wrong on purpose.
#![allow(
    clippy::drop_non_drop,
    clippy::forget_non_drop,
    reason = "what is dropped or forgotten here is to stay right if it gets a `Drop` one day"
)]

mod collect;
#[path = "../support/ledger.rs"]
mod ledger;
mod mpmc_guards;
mod pool;
mod priority_and_stack;
mod spsc_ends;
mod wrong_queues;

use ledger::{Ledger, NO_BOMB, Value, assert_panics};
use ringway::mpmc::{self, FilledGrant, Grant, Taken};
use ringway::spsc::{self, Consumer, Producer};
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

/// All orders of `0..n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let insert = |order: &Vec<usize>, at| [&order[..at], &[n - 1], &order[at..]].concat();
    orders(n - 1).iter().flat_map(|order| (0..n).map(|at| insert(order, at)).collect::<Vec<_>>()).collect()
}
