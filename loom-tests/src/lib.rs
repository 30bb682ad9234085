//! What the models in `tests/` share: exploring, gates, outcome sets.
//!
//! Empty unless built with `--cfg loom`; `cargo loom` does that.
#![cfg(loom)]

use loom::sync::atomic::AtomicUsize;
use loom::thread::JoinHandle;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize as Count, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

/// Runs `model` in every schedule within the preemption bound, prints how many there were, and demands
/// that its outcomes are exactly `expected`: one too many is a bug in the queue, one too few means that the
/// model does not test what it says.
pub fn explore<O>(
    name: &str,
    expected: impl IntoIterator<Item = O>,
    model: impl Fn() -> O + Send + Sync + 'static,
) where
    O: Ord + Debug + Send + 'static,
{
    let outcomes = outcomes(name, model);
    let expected: BTreeSet<O> = expected.into_iter().collect();
    assert_eq!(outcomes, expected, "{name}: the outcomes (left) are not those expected (right)");
}

/// All outcomes of `model`.
pub fn outcomes<O>(name: &str, model: impl Fn() -> O + Send + Sync + 'static) -> BTreeSet<O>
where
    O: Ord + Debug + Send + 'static,
{
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let executions = Arc::new(Count::new(0));
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 100_000;
    builder.preemption_bound = builder.preemption_bound.or(Some(2));
    let (seen_inside, executions_inside) = (seen.clone(), executions.clone());
    builder.check(move || {
        let outcome = model();
        executions_inside.fetch_add(1, Relaxed);
        seen_inside.lock().expect("no model panics with the lock").insert(outcome);
    });
    println!("executions: {:>9}  {name}", executions.load(Relaxed));
    std::mem::take(&mut *seen.lock().expect("no model panics with the lock"))
}

/// The start gate: loom misses schedules of threads that load before they ever wrote, so every modelled
/// thread passes a gate first. `gates.rs` shows what is missed without it.
#[derive(Clone)]
pub struct Gate(Arc<AtomicUsize>);

impl Gate {
    /// A gate for the threads of one execution.
    #[expect(clippy::new_without_default, reason = "a gate belongs to a model, it is no plain value")]
    pub fn new() -> Self {
        Self(Arc::new(AtomicUsize::new(0)))
    }

    /// Lets this thread in.
    pub fn pass(&self) {
        // ORDERING: none, on purpose: the gate must not order the threads.
        self.0.fetch_add(1, loom::sync::atomic::Ordering::Relaxed);
    }

    /// Spawns a thread behind the gate.
    pub fn spawn<R: 'static>(&self, run: impl FnOnce() -> R + 'static) -> JoinHandle<R> {
        let gate = self.clone();
        loom::thread::spawn(move || {
            gate.pass();
            run()
        })
    }
}

impl Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gate")
    }
}

/// A value that loom watches: a move that no edge orders is reported as a race, a leak as a leak.
#[derive(Debug)]
pub struct Tracked(loom::alloc::Track<u8>);

impl Tracked {
    /// A value with a name.
    pub fn new(id: u8) -> Self {
        Self(loom::alloc::Track::new(id))
    }

    /// The name.
    pub fn id(self) -> u8 {
        self.0.into_inner()
    }
}
