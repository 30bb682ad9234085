//! What the models in `tests/` share: exploring, gates, outcome sets.
//!
//! Empty unless built with `--cfg loom`, as `cargo loom` does.
#![cfg(loom)]

use loom::sync::atomic::AtomicUsize;
use loom::thread::JoinHandle;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize as Count, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake};

/// Runs `model` in every schedule within the preemption bound, prints how many there were, and
/// demands that its outcomes are exactly `expected`: one too many is a bug in the queue, one too
/// few means that the model does not test what it says.
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

/// Each of two threads makes the same change, to one of two objects, and then asks the other object
/// whether it was made there: at least one of them sees the other's change. `make` gives the ends
/// of an object: of the thread that changes it, and of the thread that asks.
pub fn one_sees<A: 'static, B: 'static>(
    name: &str,
    make: fn() -> (A, B),
    change: fn(&mut A),
    is_seen: fn(&mut B) -> bool,
) {
    let one_at_least = [(false, true), (true, false), (true, true)];
    explore(name, one_at_least, move || across_two(make, change, is_seen));
}

/// The same where both may miss the other's change, which happened before neither question.
pub fn both_may_miss<A: 'static, B: 'static>(
    name: &str,
    make: fn() -> (A, B),
    change: fn(&mut A),
    is_seen: fn(&mut B) -> bool,
) {
    let any = [(false, false), (false, true), (true, false), (true, true)];
    explore(name, any, move || across_two(make, change, is_seen));
}

fn across_two<A: 'static, B: 'static>(
    make: fn() -> (A, B),
    change: fn(&mut A),
    is_seen: fn(&mut B) -> bool,
) -> (bool, bool) {
    let ((mut left, mut left_asked), (mut right, mut right_asked)) = (make(), make());
    let gate = Gate::new();
    // The ends go after both threads are done, so that going is no part of the model.
    let other = gate.spawn(move || {
        change(&mut right);
        (is_seen(&mut left_asked), left_asked, right)
    });
    gate.pass();
    change(&mut left);
    let mine = is_seen(&mut right_asked);
    (mine, other.join().expect("no panic").0)
}

/// A push beside a pop: the value arrives whole, or not yet.
pub fn a_value_arrives<Q: 'static>(
    name: &str,
    make: fn() -> loom::sync::Arc<Q>,
    push: fn(&Q, u8) -> bool,
    pop: fn(&Q) -> Option<u8>,
) {
    explore(name, [None, Some(1)], move || {
        let (queue, gate) = (make(), Gate::new());
        let pusher = queue.clone();
        let pusher = gate.spawn(move || assert!(push(&pusher, 1)));
        gate.pass();
        let popped = pop(&queue);
        pusher.join().expect("no panic");
        popped
    });
}

/// Two pushes where there is room for one: one is rejected, and the other's value is there.
pub fn only_one_fits<Q: 'static>(
    name: &str,
    make: fn() -> loom::sync::Arc<Q>,
    push: fn(&Q, u8) -> bool,
    len: fn(&Q) -> usize,
) {
    explore(name, [(true, false, 1), (false, true, 1)], move || {
        let (queue, gate) = (make(), Gate::new());
        let other = queue.clone();
        let other = gate.spawn(move || push(&other, 1));
        gate.pass();
        let mine = push(&queue, 2);
        (mine, other.join().expect("no panic"), len(&queue))
    });
}

/// The start gate: loom misses schedules of threads that load before they ever wrote, so every
/// modelled thread passes a gate first. `gates.rs` shows what is missed without it.
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

/// A plain write at the start of an edge, read at its end: loom reports a race if no edge orders
/// the two.
#[derive(Clone, Debug)]
pub struct Note(Arc<loom::cell::UnsafeCell<u8>>);

impl Note {
    /// Nothing yet.
    #[expect(clippy::new_without_default, reason = "a note belongs to a model, it is no plain value")]
    #[expect(clippy::arc_with_non_send_sync, reason = "loom runs all its threads on one")]
    pub fn new() -> Self {
        Self(Arc::new(loom::cell::UnsafeCell::new(0)))
    }

    /// Leaves it.
    pub fn leave(&self) {
        self.0.with_mut(|note| {
            // SAFETY: loom fails the model if another access is not ordered with this one.
            unsafe { *note = 1 }
        });
    }

    /// One if it was left, zero if not.
    pub fn read(&self) -> u8 {
        self.0.with(|note| {
            // SAFETY: as above.
            unsafe { *note }
        })
    }
}

/// A waker for a modelled thread. A wake-up that comes before the thread sleeps is kept.
#[derive(Debug)]
pub struct Bell {
    rope: loom::sync::mpsc::Sender<()>,
    /// Only the thread that the bell belongs to locks this. Kept in the bell, so that a late
    /// wake-up still finds a receiver.
    ear: Mutex<loom::sync::mpsc::Receiver<()>>,
    /// Not part of the model, so that to count orders nothing.
    strokes: Count,
}

impl Bell {
    /// A bell for one thread of one execution.
    pub fn new() -> Arc<Self> {
        let (rope, ear) = loom::sync::mpsc::channel();
        Arc::new(Self { rope, ear: Mutex::new(ear), strokes: Count::new(0) })
    }

    /// Sleeps until the bell was rung once more than this was called.
    pub fn wait(&self) {
        let ear = self.ear.lock().expect("no model panics with the lock");
        ear.recv().expect("the rope is as old as the ear");
    }

    /// How often it was rung so far.
    pub fn strokes(&self) -> usize {
        self.strokes.load(Relaxed)
    }

    /// Polls once with this bell as the waker.
    pub fn poll<F: Future>(self: &Arc<Self>, future: Pin<&mut F>) -> Option<F::Output> {
        let waker = self.clone().into();
        match future.poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }

    /// Polls until the future is ready, and sleeps in between: if it is not woken, loom finds a
    /// deadlock. Returns how often it slept.
    pub fn block_on<F: Future>(self: &Arc<Self>, mut future: Pin<&mut F>) -> (F::Output, usize) {
        let mut naps = 0;
        loop {
            if let Some(output) = self.poll(future.as_mut()) {
                return (output, naps);
            }
            self.wait();
            naps += 1;
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.strokes.fetch_add(1, Relaxed);
        self.rope.send(()).expect("the ear is as old as the rope");
    }
}

/// Polls until the future is ready, on a thread that sleeps in between. Returns how often it slept.
pub fn block_on<F: Future>(future: F) -> (F::Output, usize) {
    Bell::new().block_on(std::pin::pin!(future))
}
