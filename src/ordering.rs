//! Every memory ordering of the algorithms: one constant for each access, with its edge beside it.
//!
//! An *edge* leads from a write to the loads that may read from it: what precedes the write
//! happened before what follows such a load. A constant says at which end of which edge its access
//! is, and what that protects, in the form "if A reads from B, then C reads from D". The names `E1`
//! to `O1` are those of the edges in the design documents and of the mutants.
//!
//! **No ordering without an edge, no edge without a mutant.** `loom-tests/src/mutants.rs` weakens
//! each constant in each layout in which it is more than relaxed, and `cargo loom` demands that a
//! model fails. An access that has no constant here is relaxed, and says why at its place; but for
//! the splitter in `sync`, which is proved for sequential consistency.
//!
//! # Two layouts
//!
//! Where cores share caches, an access has the ordering that it needs. On microcontrollers an
//! ordering is a barrier instruction, and one barrier between two accesses serves both of them:
//! there most accesses of the MPMC ring are relaxed, and fences between them, the constants
//! `…_FENCE`, carry the edges. [`by_layout`] has both, side by side.
//!
//! # One core
//!
//! With `--cfg ringway_single_core` all are relaxed: one core sees its own accesses in order, and
//! the compiler fences of [`Atomic`](crate::sync::Atomic) keep the compiler from changing it.

use crate::sync::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use crate::sync::{CACHES, IS_SINGLE_CORE};

/// The ordering that an access needs where there is more than one core.
const fn order(needed: Ordering) -> Ordering {
    if IS_SINGLE_CORE { Relaxed } else { needed }
}

/// The ordering where cores share caches, and the one on microcontrollers.
const fn by_layout(cached: Ordering, compact: Ordering) -> Ordering {
    order(if CACHES { cached } else { compact })
}

// MPMC ring
//
// * **E1 link**, from: push links a cell; to: push, pop and `len` load the cell. Without it, a pop
//   reads a slot before the value is in it.
// * **E2 free**, from: pop releases a slot; to: push loads and claims the slot. Without it, a push
//   writes to a slot that is still being read.
// * **E3 hint**, from: push stores the hint; to: push loads the hint. Without it, a push misses
//   fills before the hint; its own next pop finds Empty.
// * **E4 take**, from: pop advances the head; to: push, pop and `len` load the head. Without it, a
//   pop misses the fills and takes that led to the head.
// * **E5 exact**, from: a link, a take; to: the loads that answer Empty, Full or a length. Without
//   it, two threads on two queues each miss the other's change.
// * **E6 claim**, from: push claims a slot; to: push finds the slot busy. Without it, a push misses
//   what the holder did before, and answers Full early.

/// Push exchanges a cell to link its slot: **E1 from** (Release), **E5** (SeqCst).
///
/// If a load of the cell reads from this exchange, then a read of the slot reads the value that was
/// written to it, and a load of any earlier cell reads a fill that this push saw, or a later one.
/// Sequentially consistent for E5: if a thread links a cell and then loads the head or a cell of
/// another queue, and a second thread does the reverse, at least one of them reads what the other
/// wrote.
pub(crate) const PUSH_LINK_CELL: Ordering = by_layout(SeqCst, Release);

/// Behind that exchange: **E3 from** (Release), **E5** (SeqCst).
///
/// On microcontrollers it carries E5 for the exchange, and E3 for the store of the hint that
/// follows.
pub(crate) const PUSH_LINK_CELL_FENCE: Ordering = by_layout(Relaxed, SeqCst);

/// Push loads a cell, to find the first vacant one: **E1 to** (Acquire).
///
/// If it reads from the link of another push, then this push knows the fills that the other one
/// knew, and the slot that it links itself brings them to a pop.
pub(crate) const PUSH_LOAD_CELL: Ordering = by_layout(Acquire, Relaxed);

/// Behind that load, and behind that of `len`: **E1 to** and **E3 to** (Acquire), **E6 from**
/// (Release).
///
/// On microcontrollers the hint is loaded without Acquire, so the first cell after it may be out of
/// date. Such a cell is of an earlier lap and not vacant, and behind this fence the next ones are
/// up to date. The claim that follows is released by it.
pub(crate) const PUSH_LOAD_CELL_FENCE: Ordering = by_layout(Relaxed, AcqRel);

/// Pop loads the cell of its position: **E1 to** (Acquire), **E5** (SeqCst).
///
/// If it reads from a link, then the read of the slot reads the value. If it reads a vacant cell,
/// the queue is empty at this load, in the one order of all sequentially consistent accesses.
pub(crate) const POP_LOAD_CELL: Ordering = by_layout(SeqCst, Relaxed);

/// Behind that load: **E4 from** (Release), on microcontrollers.
///
/// If a load of the head reads from the exchange that follows, then it brings the fill that this
/// pop saw.
pub(crate) const POP_LOAD_CELL_FENCE: Ordering = by_layout(Relaxed, Release);

/// Pop exchanges the head to take a value: **E4 from** (Release), **E5** (SeqCst).
///
/// If a load of the head reads from this exchange, then loads of the cells before that head read
/// the fills that this pop saw. Sequentially consistent for E5, as [`PUSH_LINK_CELL`].
pub(crate) const POP_ADVANCE_HEAD: Ordering = by_layout(SeqCst, Relaxed);

/// Behind that exchange: **E1 to** (Acquire), **E5** (SeqCst), on microcontrollers.
///
/// The cell was loaded relaxed before the exchange; from here on the value may be read.
pub(crate) const POP_ADVANCE_HEAD_FENCE: Ordering = by_layout(Relaxed, SeqCst);

/// Pop, or an observer, loads the head to begin with: **E4 to** (Acquire).
///
/// If it reads from the take of another pop, then the load of a cell reads a fill that the other
/// pop saw, or a later one.
pub(crate) const POP_LOAD_HEAD: Ordering = order(Acquire);

/// Push loads the head, to answer Full: **E4 to** (Acquire), **E5** (SeqCst).
///
/// If it reads from a take, then this push knows the takes and fills that led there. If it reads a
/// head that is a lap behind, the queue is full at this load. On microcontrollers the fence behind
/// the next claim, or the next link, acquires it.
pub(crate) const PUSH_LOAD_HEAD: Ordering = by_layout(SeqCst, Relaxed);

/// `len` and its like load the cells, and then the head once more: **E1 to** (Acquire), **E5**
/// (SeqCst).
///
/// If the head is unchanged, the vacant cell is the tail at the load of that cell. One constant for
/// both loads: on every processor, and in the models, the first orders the second; the language
/// wants it of each.
pub(crate) const LEN_LOAD: Ordering = by_layout(SeqCst, Relaxed);

/// Push stores the hint: **E3 from** (Release).
///
/// If a push starts from this hint, then its loads of the cells before the hint would read fills.
/// The hint may lag, and a push that stops before this store delays no other.
pub(crate) const PUSH_STORE_HINT: Ordering = by_layout(Release, Relaxed);

/// Push, or an observer, loads the hint: **E3 to** (Acquire), from [`PUSH_STORE_HINT`].
pub(crate) const PUSH_LOAD_HINT: Ordering = by_layout(Acquire, Relaxed);

/// Pop stores "free" to the flag of a slot: **E2 from** (Release). A guard and the thread lock do
/// the same.
///
/// If a claim reads from this store, then the value that was in the slot is gone, and what follows
/// the claim does not disturb the read of it.
pub(crate) const SLOT_RELEASE: Ordering = order(Release);

/// Push loads the flag of a slot: **E2 to** (Acquire), from [`SLOT_RELEASE`]; **E6 to**, from
/// [`SLOT_CLAIM`].
///
/// If it reads "free", then the value of the lap before is gone: there is room. Only where there
/// are caches: elsewhere a push claims at once.
pub(crate) const SLOT_LOAD: Ordering = by_layout(Acquire, Relaxed);

/// Push claims a slot, by a read-modify-write of its flag: **E2 to** (Acquire), from
/// [`SLOT_RELEASE`]; **E6**, from and to (AcqRel).
///
/// If it reads from the claim of another push, the slot is busy, and this push knows the cells that
/// the other one saw before it claimed: a scan that finds all slots busy then sees what was linked
/// meanwhile, and does not answer Full early.
pub(crate) const SLOT_CLAIM: Ordering = by_layout(AcqRel, Relaxed);

/// Behind that claim: **E2 to**, **E4 to**, **E6 to** (Acquire), on microcontrollers.
pub(crate) const SLOT_CLAIM_FENCE: Ordering = by_layout(Relaxed, Acquire);

// SPSC ring
//
// * **S1 publish**, from: the producer stores the tail; to: the consumer loads the tail. Without
//   it, a pop reads a place before the value is in it.
// * **S2 vacate**, from: the consumer stores the head; to: the producer loads the head. Without it,
//   a push writes to a place that is still being read.

/// The producer stores the tail behind values that it wrote: **S1 from** (Release).
///
/// If the consumer reads this tail, then its reads of the places before it read the values.
pub(crate) const PRODUCER_STORE_TAIL: Ordering = order(Release);

/// The consumer, or an observer, loads the tail: **S1 to** (Acquire), from [`PRODUCER_STORE_TAIL`].
pub(crate) const CONSUMER_LOAD_TAIL: Ordering = order(Acquire);

/// The consumer stores the head behind places that it emptied: **S2 from** (Release).
///
/// If the producer reads this head, then the values before it are gone, and its writes do not
/// disturb the reads of them.
pub(crate) const CONSUMER_STORE_HEAD: Ordering = order(Release);

/// The producer, or an observer, loads the head: **S2 to** (Acquire), from [`CONSUMER_STORE_HEAD`].
pub(crate) const PRODUCER_LOAD_HEAD: Ordering = order(Acquire);

// Stack
//
// * **L1 link**, from: push exchanges the top of the used slots; to: push and pop load it, or lose
//   a race for it. Without it, a pop reads a slot before the value is in it.
// * **L2 room**, from: pop exchanges the top of the used slots; to: push loads it. Without it, a
//   push misses slots that were given back, and answers Full early.
// * **L3 exact**, from: both of these exchanges; to: both of these loads. Without it, two threads
//   on two stacks each miss the other's change.
// * **L4 below**, from: an operation stores the word of its slot; to: an operation loads the word
//   of the top. Without it, a count is not that of the top it is taken for.
// * **L5 free**, from: an operation links a free slot; to: an operation loads the top of the free
//   slots. Without it, a push writes to a slot that is still being read.

/// Push exchanges the top of the used slots: **L1 from** (Release), **L3** (SeqCst).
///
/// If a load of the top reads from this exchange, or from a later one of the same word, then the
/// value in the slot and the words of the slots below are seen. Sequentially consistent for L3: of
/// two threads that each change one stack and then look at the other's, at least one sees the
/// change.
pub(crate) const USED_LINK: Ordering = order(SeqCst);

/// Pop exchanges the top of the used slots: **L2 from** (Release), **L3** (SeqCst).
///
/// If a push reads from this exchange, then it sees the slots that this thread gave back before,
/// and does not answer Full while one of them is free.
pub(crate) const USED_TAKE: Ordering = order(SeqCst);

/// An operation loads the top of the used slots: **L1 to** and **L2 to** (Acquire), **L3**
/// (SeqCst).
///
/// This load is where Empty, Full and a length are decided.
pub(crate) const USED_LOAD_TOP: Ordering = order(SeqCst);

/// An operation goes on from the top that it lost a race to: **L1 to** (Acquire), from
/// [`USED_LINK`].
pub(crate) const USED_LOST_RACE: Ordering = order(Acquire);

/// An operation stores the word of its slot before it links the slot: **L4 from** (Release).
///
/// If a load of that word reads from this store, then the next load of the top shows that the slot
/// was taken before, and the count that was read is not used.
pub(crate) const BELOW_STORE: Ordering = order(Release);

/// An operation loads the word of the slot at the top: **L4 to** (Acquire), from [`BELOW_STORE`].
pub(crate) const BELOW_LOAD: Ordering = order(Acquire);

/// An operation links its slot to the free ones: **L5 from** (Release).
///
/// If the slot is taken by an operation that reads from this exchange, or from a later one of the
/// same word, then its value is gone, and the words of the slots below are seen.
pub(crate) const FREE_LINK: Ordering = order(Release);

/// An operation loads the top of the free slots: **L5 to** (Acquire), from [`FREE_LINK`].
pub(crate) const FREE_LOAD_TOP: Ordering = order(Acquire);

/// An operation goes on from the top that it lost a race to: **L5 to** (Acquire), from
/// [`FREE_LINK`].
pub(crate) const FREE_LOST_RACE: Ordering = order(Acquire);

// Waiting
//
// A queue answers Empty or Full exactly, so a waiter that is registered *before* it tries for the
// last time may sleep: an operation that changes the answer afterwards sees it registered.
//
// * **W1 wake**, from: a waiter registers, a fence, and tries; to: a notifier changes the queue,
//   and loads the waiters. Without it, both miss each other: a lost wake-up.
// * **W2 waker**, from: the waiter of a cell stores its waker; to: the notifier takes it. Without
//   it, the notifier reads a waker that is not written yet.
// * **W2 place**, from: the notifier's fence before its next notification; to: the waiter takes its
//   waker back. Without it, both use one place of the cell.
// * **W3 node**, from: a notifier is done with a node; to: its waiter loads that it was notified.
//   Without it, a node is reused while the notifier reads it.

/// Behind the registration of a waiter, before its last try: **W1 from** (SeqCst).
///
/// If the try misses a change, then the load of the waiters that follows the change reads this
/// registration: the two fences, or the fence and the sequentially consistent change, stand in one
/// order.
pub(crate) const WAITER_REGISTER_FENCE: Ordering = order(SeqCst);

/// A notifier loads whether there are waiters, after its change: **W1 to** (SeqCst).
///
/// If it misses a registration, then the try that follows the registration reads the change. Needed
/// where the change is an exchange without a fence behind it: a queue in the cached layout, closing,
/// tasks and oneshots.
pub(crate) const NOTIFY_LOAD_WAITERS: Ordering = order(SeqCst);

/// Between a change that is a plain store and that load: **W1 to** (SeqCst); **W2 from**, to
/// [`WAITER_TAKE_WAKER_BACK`].
///
/// Changes that are sequentially consistent exchanges need no such fence.
pub(crate) const NOTIFY_AFTER_STORE_FENCE: Ordering = order(SeqCst);

/// The waiter of a cell stores in which place its waker is: **W2 from** (Release).
///
/// If the notifier takes this word, then its read of the place reads the waker.
pub(crate) const WAITER_STORE_WAKER: Ordering = order(Release);

/// The notifier of a cell takes the word: **W2 to** (Acquire), from [`WAITER_STORE_WAKER`].
pub(crate) const NOTIFY_TAKE_WAKER: Ordering = order(Acquire);

/// The waiter of a cell takes its word back: **W2 to** (Acquire), from
/// [`NOTIFY_AFTER_STORE_FENCE`].
///
/// If it reads that the word was taken, then the notifier is done with the other place, which it
/// took before that fence.
pub(crate) const WAITER_TAKE_WAKER_BACK: Ordering = order(Acquire);

/// A notifier marks a node that it took off a list: **W3 from** (Release).
///
/// If the waiter reads this mark, then the notifier has read the node for the last time.
pub(crate) const NOTIFY_RELEASE_NODE: Ordering = order(Release);

/// A waiter loads whether it was notified: **W3 to** (Acquire), from [`NOTIFY_RELEASE_NODE`].
pub(crate) const WAITER_LOAD_NOTIFIED: Ordering = order(Acquire);

// Channels
//
// * **C1 close**, from: the flag is set; to: the flag is loaded. Without it, "closed" comes without
//   what was done before it was closed.
// * **C2 last**, from: a handle is dropped; to: the last handle of its side is dropped. Without it,
//   the same, if another handle did it.

/// The flag of a channel is set: **C1 from** (Release); SeqCst, because it is a change of W1.
///
/// If a load of the flag reads from this exchange, then all that preceded it is seen. If a waiter's
/// last try misses the flag, then the closing thread sees the waiter.
pub(crate) const CHANNEL_CLOSE: Ordering = order(SeqCst);

/// An operation loads the flag: **C1 to** (Acquire), from [`CHANNEL_CLOSE`].
pub(crate) const CHANNEL_LOAD_CLOSED: Ordering = order(Acquire);

/// A handle is dropped, and counted off: **C2**, from and to (AcqRel).
///
/// If the last handle of a side reads from this subtraction, then the flag that it sets brings what
/// was done with this one.
pub(crate) const CHANNEL_DROP_HANDLE: Ordering = order(AcqRel);

// Oneshots
//
// * **O1 reply**, from: an end exchanges the state; to: the other end loads or exchanges it.
//   Without it, the receiver reads a value that is not written yet.

/// An end exchanges the state, to leave its last word: **O1**, from and to (AcqRel); SeqCst,
/// because it is a change of W1.
///
/// If the other end reads from this exchange, then the value is in its place, or is gone from
/// there. If the last try of a waiting receiver misses it, then the sender sees the waiter.
pub(crate) const ONESHOT_SWAP_STATE: Ordering = order(SeqCst);

/// An end loads the state: **O1 to** (Acquire), from [`ONESHOT_SWAP_STATE`].
pub(crate) const ONESHOT_LOAD_STATE: Ordering = order(Acquire);

/// The sender loads whether the receiver is gone: **O1 to** (SeqCst), so that the answer holds
/// across several oneshots.
pub(crate) const ONESHOT_LOAD_CLOSED: Ordering = order(SeqCst);

// Tasks
//
// * **T1 done**, from: a task is counted off; to: the count is loaded. Without it, a thread joins
//   without what the tasks did.

/// A task is finished, and counted off: **T1 from** (Release); SeqCst, because it is a change of
/// W1.
///
/// If a load of the count reads from this subtraction, or from a later one, then all that the task
/// did is seen.
pub(crate) const TASK_FINISH: Ordering = order(SeqCst);

/// An observer or a waiter loads the count: **T1 to** (Acquire); SeqCst, as all changes of the
/// count are, so that the answer holds across several trackers.
pub(crate) const TASK_LOAD_UNFINISHED: Ordering = order(SeqCst);

/// A task is counted: at no end of an edge, as whatever hands the task on brings the count too;
/// SeqCst for [`TASK_LOAD_UNFINISHED`].
pub(crate) const TASK_TRACK: Ordering = order(SeqCst);
