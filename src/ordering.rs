//! Every memory ordering of the algorithms: one constant per access, with its edge beside it.
//!
//! An *edge* leads from a write to the loads that may read from it. Everything before the write
//! then *happens before* everything after such a load. Each layer begins with the list of its
//! edges: from which accesses, to which accesses, and what goes wrong without the edge. Each
//! constant names its access, the edge, and at which end of it the access is, and argues what that
//! protects, in the form "if A reads from B, then C reads from D". The labels `E1` to `T1` identify
//! the edges in comments and in the names of the mutants.
//!
//! **No ordering without an edge, no edge without a mutant.** `loom-tests/src/mutants.rs` weakens
//! each constant in each profile in which it is stronger than relaxed, and `cargo loom` requires a
//! model to fail. An access without a constant here is relaxed, and its comment says why. The one
//! exception is the splitter in `sync`, which is proved for sequential consistency.
//!
//! # Two profiles
//!
//! In the cached profile each access carries the ordering it needs. In the compact profile
//! (microcontrollers) an ordering is a barrier instruction, and one barrier between two accesses
//! can serve both: most accesses of the MPMC ring are relaxed there, and the fences between them
//! carry the edges: `PUSH_…_FENCE`, `POP_…_FENCE` and `SLOT_CLAIM_FENCE`. [`by_layout`] has both
//! orderings side by side.
//!
//! # One core
//!
//! With `--cfg ringway_single_core` every ordering is relaxed: a core observes its own accesses in
//! program order, and the compiler fences of [`Atomic`](crate::sync::Atomic) keep the compiler from
//! changing that order.

use crate::sync::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use crate::sync::{CACHES, IS_SINGLE_CORE};

/// The ordering of an access: `needed`, or relaxed if the program runs on one core.
const fn order(needed: Ordering) -> Ordering {
    if IS_SINGLE_CORE { Relaxed } else { needed }
}

/// The ordering of an access in the cached and in the compact profile.
const fn by_layout(cached: Ordering, compact: Ordering) -> Ordering {
    order(if CACHES { cached } else { compact })
}

// MPMC ring
//
// * **E1 link**, from: push links a slot to a cell; to: push, pop and `len` load the cell. Without
//   it, a pop reads a slot before the value is in it.
// * **E2 free**, from: pop frees a slot; to: push loads or claims the flag of the slot.
//   Without it, a push writes to a slot that is still being read.
// * **E3 hint**, from: push stores the tail hint; to: push loads the hint. Without it, a push
//   starts at the hint without knowing that the positions before it are filled, and the next pop of
//   the same thread may find the queue empty.
// * **E4 take**, from: pop advances the head; to: push, pop and `len` load the head. Without it, a
//   pop starts at a head without knowing the pushes and pops that led to it.
// * **E5 exact**, from: push links a cell, pop advances the head; to: the loads on which Empty,
//   Full or a length is decided. Without it, two threads that each change one queue and then look
//   at the other's may both miss the change.
// * **E6 claim**, from: push claims a slot; to: push finds that slot busy. Without it, a push that
//   finds every slot busy does not know what the holders did before, and reports Full early.

/// Push links a slot: compare-exchange of the cell.
///
/// Releases to every load of the cell (E1): if a load reads from this exchange, then a read of the
/// slot reads the value that was written to it, and a load of any earlier cell reads a fill that
/// this push saw, or a later one. Sequentially consistent (E5): if a thread links a cell and then
/// loads the head or a cell of another queue, and a second thread does the reverse, at least one of
/// them reads what the other wrote.
pub(crate) const PUSH_LINK_CELL: Ordering = by_layout(SeqCst, Release);

/// Push, after that exchange and before the store of the hint: fence of the compact profile.
///
/// Sequentially consistent in place of the exchange (E5), and releases for the store of the hint
/// that follows (E3).
pub(crate) const PUSH_LINK_CELL_FENCE: Ordering = by_layout(Relaxed, SeqCst);

/// Push searches for the first vacant position: load of a cell.
///
/// Acquires the link of the cell (E1): if the load reads from the link of another push, then this
/// push knows the fills that the other one knew, and the slot that it links itself passes that
/// knowledge on to a pop.
pub(crate) const PUSH_LOAD_CELL: Ordering = by_layout(Acquire, Relaxed);

/// Push and `len`, after a load of a cell: fence of the compact profile.
///
/// Acquires the link of the cell (E1) and the store of the hint (E3), and releases for the claim
/// that follows (E6). The hint is loaded relaxed there, so the cell that is loaded next may be out
/// of date. Such a cell belongs to an earlier lap and is not vacant, and the cells that are loaded
/// after this fence are up to date.
pub(crate) const PUSH_LOAD_CELL_FENCE: Ordering = by_layout(Relaxed, AcqRel);

/// Pop loads the cell at the head.
///
/// Acquires the link of the cell (E1): if the load reads from a link, then a read of the slot reads
/// the value. Sequentially consistent (E5): if it reads a vacant cell, the queue is empty at this
/// load, in the single order of all sequentially consistent accesses.
pub(crate) const POP_LOAD_CELL: Ordering = by_layout(SeqCst, Relaxed);

/// Pop, after that load and before the exchange of the head: fence of the compact profile.
///
/// Releases for the exchange that follows (E4): if a load of the head reads from that exchange, the
/// fill that this pop saw is visible after it.
pub(crate) const POP_LOAD_CELL_FENCE: Ordering = by_layout(Relaxed, Release);

/// Pop takes a value: compare-exchange of the head.
///
/// Releases to every load of the head (E4): if a load reads from this exchange, then loads of the
/// cells before that head read the fills that this pop saw. Sequentially consistent (E5), as
/// [`PUSH_LINK_CELL`] is.
pub(crate) const POP_ADVANCE_HEAD: Ordering = by_layout(SeqCst, Relaxed);

/// Pop, after that exchange and before the value is read: fence of the compact profile.
///
/// Acquires the link of the cell, which was loaded relaxed before the exchange, so that the value
/// may be read (E1). Sequentially consistent in place of the exchange (E5).
pub(crate) const POP_ADVANCE_HEAD_FENCE: Ordering = by_layout(Relaxed, SeqCst);

/// Pop and the observers begin: load of the head.
///
/// Acquires the exchange of the head by another pop (E4): if the load reads from it, then the load
/// of a cell reads a fill that the other pop saw, or a later one.
pub(crate) const POP_LOAD_HEAD: Ordering = order(Acquire);

/// Push decides on Full: load of the head.
///
/// Acquires the exchange of the head by a pop (E4): if the load reads from it, then this push knows
/// the pops and pushes that led to it. Sequentially consistent (E5): if it reads a head one lap
/// behind, the queue is full at this load. In the compact profile the fence after the next claim,
/// or after the link, acquires for this load.
pub(crate) const PUSH_LOAD_HEAD: Ordering = by_layout(SeqCst, Relaxed);

/// `len` and the other observers: loads of the cells, and then of the head once more.
///
/// Acquires the links of the cells (E1). Sequentially consistent (E5): if the head is unchanged,
/// the vacant cell is the tail at the load of that cell. One constant serves both loads: on every
/// processor, and in the models, the first is enough to order the second, but the language requires
/// the ordering on each.
pub(crate) const LEN_LOAD: Ordering = by_layout(SeqCst, Relaxed);

/// Push stores the tail hint after its link.
///
/// Releases to the push that starts from this hint (E3): its loads of the cells before the hint
/// would read fills. The hint may lag, and a push that stalls before this store delays no other.
pub(crate) const PUSH_STORE_HINT: Ordering = by_layout(Release, Relaxed);

/// Push and the observers begin: load of the tail hint.
///
/// Acquires the store of the hint, [`PUSH_STORE_HINT`] (E3).
pub(crate) const PUSH_LOAD_HINT: Ordering = by_layout(Acquire, Relaxed);

/// Pop frees a slot: store to its flag. A guard and the thread lock release the same way.
///
/// Releases to the claim of the slot (E2): if a claim reads from this store, then the value that
/// was in the slot is gone, and a write after the claim cannot disturb the read of that value.
pub(crate) const SLOT_RELEASE: Ordering = order(Release);

/// Push loads the flag of a slot, in the cached profile. In the compact profile it claims at
/// once.
///
/// Acquires the release of the slot, [`SLOT_RELEASE`] (E2): if the load reads "free", then the
/// value of the lap before is gone, which means that there is room. Acquires the claim of the slot
/// by another push, [`SLOT_CLAIM`] (E6).
pub(crate) const SLOT_LOAD: Ordering = by_layout(Acquire, Relaxed);

/// Push claims a slot: read-modify-write of its flag.
///
/// Acquires the release of the slot, [`SLOT_RELEASE`] (E2). Acquires and releases among claims
/// (E6): if it reads from the claim of another push, the slot is busy, and this push knows the
/// cells that the other one saw before it claimed. A search that finds every slot busy therefore
/// sees the values that were linked meanwhile, and does not report Full early.
pub(crate) const SLOT_CLAIM: Ordering = by_layout(AcqRel, Relaxed);

/// Push, after that claim: fence of the compact profile.
///
/// Acquires the release of the slot (E2), the exchange of the head that was loaded before (E4), and
/// the claim by another push (E6).
pub(crate) const SLOT_CLAIM_FENCE: Ordering = by_layout(Relaxed, Acquire);

// SPSC ring
//
// * **S1 publish**, from: the producer stores the tail; to: the consumer loads the tail. Without
//   it, a pop reads a slot before the value is in it.
// * **S2 vacate**, from: the consumer stores the head; to: the producer loads the head. Without it,
//   a push writes to a slot that is still being read.
// * **S3 gone**, from: an end is dropped; to: the other end asks whether it was. Without it, a
//   consumer that finds the producer gone and then the queue empty may miss the last values.

/// The producer publishes values: store of the tail.
///
/// Releases to the load of the tail by the consumer (S1): if the consumer reads this tail, then its
/// reads of the slots before it read the values.
pub(crate) const PRODUCER_STORE_TAIL: Ordering = order(Release);

/// The consumer, or an observer, loads the tail.
///
/// Acquires the store of the tail, [`PRODUCER_STORE_TAIL`] (S1).
pub(crate) const CONSUMER_LOAD_TAIL: Ordering = order(Acquire);

/// The consumer gives slots back: store of the head.
///
/// Releases to the load of the head by the producer (S2): if the producer reads this head, then the
/// values before it are gone, and its writes cannot disturb the reads of them.
pub(crate) const CONSUMER_STORE_HEAD: Ordering = order(Release);

/// The producer, or an observer, loads the head.
///
/// Acquires the store of the head, [`CONSUMER_STORE_HEAD`] (S2).
pub(crate) const PRODUCER_LOAD_HEAD: Ordering = order(Acquire);

/// An end is dropped: store of its mark.
///
/// Releases to the load of the mark by the other end (S3): if that load reads from this store, then
/// everything that this end did is visible: the last values that it pushed, or the last slots that
/// it freed.
pub(crate) const END_STORE_GONE: Ordering = order(Release);

/// An end asks whether the other was dropped: load of that mark.
///
/// Acquires the store of the mark, [`END_STORE_GONE`] (S3).
pub(crate) const END_LOAD_GONE: Ordering = order(Acquire);

// Stack
//
// * **L1 link**, from: push exchanges the top of the used slots; to: push and pop load it, or fail
//   to exchange it. Without it, a pop reads a slot before the value is in it.
// * **L2 room**, from: pop exchanges the top of the used slots; to: push loads it. Without it, a
//   push misses slots that were freed, and reports Full early.
// * **L3 exact**, from: both of these exchanges; to: both of these loads. Without it, two threads
//   that each change one stack and then look at the other's may both miss the change.
// * **L4 below**, from: an operation stores the word of its slot; to: an operation loads the word
//   of the slot at the top. Without it, the depth that is read may not belong to that top.
// * **L5 free**, from: an operation links a free slot; to: an operation loads the top of the free
//   slots, or fails to exchange it. Without it, a push writes to a slot that is still being read.

/// Push links a slot: compare-exchange of the top of the used slots.
///
/// Releases to every load of that top (L1): if a load reads from this exchange, or from a later one
/// of the same word, then the value in the slot and the words of the slots below are visible.
/// Sequentially consistent (L3): of two threads that each change one stack and then look at the
/// other's, at least one sees the change.
pub(crate) const USED_LINK: Ordering = order(SeqCst);

/// Pop takes a slot: compare-exchange of the top of the used slots.
///
/// Releases to the load of that top by a push (L2): if a push reads from this exchange, then it
/// sees the slots that this thread freed before, and does not report Full while one of them is
/// free. Sequentially consistent (L3), as [`USED_LINK`] is.
pub(crate) const USED_TAKE: Ordering = order(SeqCst);

/// An operation loads the top of the used slots.
///
/// Acquires the exchanges of that top by push (L1) and by pop (L2). Sequentially consistent (L3):
/// Empty, Full and a length are decided on this load.
pub(crate) const USED_LOAD_TOP: Ordering = order(SeqCst);

/// An operation fails to exchange the top of the used slots, and continues from what it read.
///
/// Acquires the link of the slot, [`USED_LINK`] (L1).
pub(crate) const USED_LOST_RACE: Ordering = order(Acquire);

/// An operation stores the word of its slot, before it links the slot.
///
/// Releases to the load of that word (L4): if a load reads from this store, then the next load of
/// the top shows that the slot was taken before, and the depth that was read is discarded.
pub(crate) const BELOW_STORE: Ordering = order(Release);

/// An operation loads the word of the slot at the top.
///
/// Acquires the store of that word, [`BELOW_STORE`] (L4).
pub(crate) const BELOW_LOAD: Ordering = order(Acquire);

/// An operation frees its slot: compare-exchange of the top of the free slots.
///
/// Releases to the operation that takes the slot (L5): if it reads from this exchange, or from a
/// later one of the same word, then the value of the slot is gone, and the words of the slots below
/// are visible.
pub(crate) const FREE_LINK: Ordering = order(Release);

/// An operation loads the top of the free slots.
///
/// Acquires the link of the slot, [`FREE_LINK`] (L5).
pub(crate) const FREE_LOAD_TOP: Ordering = order(Acquire);

/// An operation fails to exchange the top of the free slots, and continues from what it read.
///
/// Acquires the link of the slot, [`FREE_LINK`] (L5).
pub(crate) const FREE_LOST_RACE: Ordering = order(Acquire);

// Waiting
//
// A queue reports Empty and Full exactly, so a waiter that registers *before* its last attempt may
// park: an operation that changes the queue afterwards sees the registration.
//
// * **W1 wake**, from: a waiter registers, fences, and tries once more; to: a notifier changes the
//   queue and loads the number of waiters. Without it, both miss each other: a lost wake-up.
// * **W2 waker**, from: the waiter of a cell stores its waker; to: the notifier takes it. Without
//   it, the notifier reads a waker that is not written yet.
// * **W2 slot**, from: the fence in the notifier's next notification; to: the waiter takes its
//   waker back. Without it, both use one waker slot of the cell at the same time.
// * **W3 node**, from: a notifier marks a node as notified; to: the waiter loads that mark. Without
//   it, a node is reused while the notifier still reads it.

/// A waiter registers and then tries once more: fence between the two.
///
/// Sequentially consistent (W1): if the attempt misses a change, then the load of the waiters that
/// follows the change reads this registration. The two fences, or this fence and the sequentially
/// consistent change, have a place in one order.
pub(crate) const WAITER_REGISTER_FENCE: Ordering = order(SeqCst);

/// A notifier checks for waiters after its change: load of their number.
///
/// Sequentially consistent (W1): if the load misses a registration, then the attempt that follows
/// the registration reads the change. Needed where the change is an exchange without a fence after
/// it: queues in the cached profile, closing, tasks and oneshots.
pub(crate) const NOTIFY_LOAD_WAITERS: Ordering = order(SeqCst);

/// A notifier whose change is a plain store: fence between that store and the load of the waiter.
///
/// Sequentially consistent (W1). Releases to the waiter that takes its waker back,
/// [`WAITER_TAKE_WAKER_BACK`] (W2). Changes that are sequentially consistent exchanges do not need
/// this fence.
pub(crate) const NOTIFY_AFTER_STORE_FENCE: Ordering = order(SeqCst);

/// The waiter of a cell registers: store of the word that names its waker slot.
///
/// Releases to the notifier (W2): if it takes this word, then its read of the slot reads the waker.
pub(crate) const WAITER_STORE_WAKER: Ordering = order(Release);

/// The notifier of a cell takes the waker: swap of that word.
///
/// Acquires the registration, [`WAITER_STORE_WAKER`] (W2).
pub(crate) const NOTIFY_TAKE_WAKER: Ordering = order(Acquire);

/// The waiter of a cell takes its waker back: swap of that word.
///
/// Acquires the fence of the notifier, [`NOTIFY_AFTER_STORE_FENCE`] (W2): if the swap reads that
/// the word was taken, then the notifier no longer uses the other waker slot, which it took before
/// that fence.
pub(crate) const WAITER_TAKE_WAKER_BACK: Ordering = order(Acquire);

/// A notifier marks a node that it took off the list.
///
/// Releases to the waiter (W3): if it reads this mark, then the notifier has read the node for the
/// last time.
pub(crate) const NOTIFY_RELEASE_NODE: Ordering = order(Release);

/// A waiter checks whether it was notified: load of that mark.
///
/// Acquires the mark of the notifier, [`NOTIFY_RELEASE_NODE`] (W3).
pub(crate) const WAITER_LOAD_NOTIFIED: Ordering = order(Acquire);

// Channels
//
// * **C1 close**, from: the closed flag is set; to: the flag is loaded. Without it, a thread learns
//   that the channel is closed without seeing what happened before it was closed.
// * **C2 last**, from: a handle is dropped; to: the last handle of its side is dropped. Without it,
//   the same, for what was done with another handle.
// * **C3 none**, from: a handle is dropped; to: the count of its side is loaded. Without it, a
//   thread learns that there is no sender left, and does not find what the last one sent.

/// The channel is closed: exchange of the flag.
///
/// Releases to every load of the flag (C1): if a load reads from this exchange, then everything
/// that preceded it is visible. Sequentially consistent, as a change that waiters wait for (W1): if
/// the last attempt of a waiter misses the flag, then the closing thread sees the waiter.
pub(crate) const CHANNEL_CLOSE: Ordering = order(SeqCst);

/// An operation loads the closed flag.
///
/// Acquires the exchange of the flag, [`CHANNEL_CLOSE`] (C1).
pub(crate) const CHANNEL_LOAD_CLOSED: Ordering = order(Acquire);

/// A handle is dropped: subtraction from the count of its side.
///
/// Acquires and releases among the handles of the side (C2): if the last one reads from this
/// subtraction, then what was done with this one is visible to a load of the flag that the last one
/// sets. Releases to loads of the count, [`CHANNEL_LOAD_HANDLES`] (C3).
pub(crate) const CHANNEL_DROP_HANDLE: Ordering = order(AcqRel);

/// The handles of a side are counted, or another is added to them: load of the count.
///
/// Acquires the subtractions, [`CHANNEL_DROP_HANDLE`] (C3): if the load reads from the last of
/// them, then everything that was done with the handles of the side is visible.
pub(crate) const CHANNEL_LOAD_HANDLES: Ordering = order(Acquire);

// Oneshots
//
// * **O1 reply**, from: an end exchanges the state; to: the other end loads or exchanges it.
//   Without it, the receiver reads a value that is not written yet.

/// An end changes the state for the last time: swap.
///
/// Releases to the other end, and acquires its change (O1): if the other end reads from this
/// exchange, then the value has been written, or has been taken. Sequentially consistent, as a
/// change that waiters wait for (W1): if the last attempt of a waiting receiver misses it, then the
/// sender sees the waiter.
pub(crate) const ONESHOT_SWAP_STATE: Ordering = order(SeqCst);

/// An end loads the state.
///
/// Acquires the exchange by the other end, [`ONESHOT_SWAP_STATE`] (O1).
pub(crate) const ONESHOT_LOAD_STATE: Ordering = order(Acquire);

/// The sender checks whether the receiver is gone: load of the state.
///
/// Acquires the exchange by the receiver (O1). Sequentially consistent, so that the answer holds
/// across several oneshots.
pub(crate) const ONESHOT_LOAD_CLOSED: Ordering = order(SeqCst);

// Tasks
//
// * **T1 done**, from: a task is finished; to: the count of unfinished tasks is loaded. Without it,
//   `join` returns without the effects of the tasks being visible.

/// A task is finished: subtraction from the count.
///
/// Releases to every load of the count (T1): if a load reads from this subtraction, or from a later
/// one, then everything that the task did is visible. Sequentially consistent, as a change that
/// waiters wait for (W1).
pub(crate) const TASK_FINISH: Ordering = order(SeqCst);

/// An observer or a waiter loads the count.
///
/// Acquires the subtractions, [`TASK_FINISH`] (T1). Sequentially consistent, as all changes of the
/// count are, so that the answer holds across several trackers.
pub(crate) const TASK_LOAD_UNFINISHED: Ordering = order(SeqCst);

/// A task is tracked: addition to the count.
///
/// At no end of an edge: whatever passes the task on makes the count visible too. Sequentially
/// consistent for [`TASK_LOAD_UNFINISHED`].
pub(crate) const TASK_TRACK: Ordering = order(SeqCst);
