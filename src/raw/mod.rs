//! The algorithms, each written once, on storage that somebody else owns.
//!
//! * [`pos`]: arithmetic on positions
//! * [`slot`]: the place of a value
//! * [`zeroed`]: memory that is zero when it is new
//! * [`nodes`]: the memory of the MPMC ring, in two layouts
//! * [`ring`]: the MPMC ring, lock-free
//! * [`spsc`]: the SPSC ring, wait-free
//! * [`stack`]: the stack, lock-free
//!
//! # Edges
//!
//! Every ordering belongs to one of these edges and has its name in [`crate::sync::edge`]; every mutant
//! weakens one ordering, and a loom model must fail on it.
//!
//! On microcontrollers an ordering is a barrier instruction, and one between two accesses of the MPMC ring serves both:
//! there most accesses are relaxed, and the barriers behind them have the mutants `…-behind-…`. `DESIGN.md` says which.
//!
//! | edge | from | to | what it protects | mutants |
//! |------|------|----|------------------|---------|
//! | E1 link | push: exchange of the cell, Release | push, pop and observers: load of the cell, Acquire | the value; the fills that its pusher knew of | `E1-link`, `E1-walk`, `E1-see`, `E1-count` |
//! | E2 free | pop: store of the state, Release | push: load and claim of the state, Acquire | the reuse of the slot; "free" proves that the value of the lap before is gone | `E2-free`, `E2-room`, `E2-claim` |
//! | E3 hint | push: store of the tail, Release | push: load of the tail, Acquire | the fills that the hint promises | `E3-hint`, `E3-start` |
//! | E4 take | pop: exchange of the head, Release | pop, push and observers: load of the head, Acquire | the fills and takes that the other popper knew of | `E4-take`, `E4-follow`, `E4-full` |
//! | E5 exact | exchange of cell and head, SeqCst | loads of the cell in pop, of the head in push, of both in an observer, SeqCst | Empty, Full and what `len` counts hold across several queues | `E5-link`, `E5-take`, `E5-see`, `E5-full`, `E5-count` |
//! | E6 claim | push: claim of the state, Release | push: load and claim of the state, Acquire | a slot seen busy brings what its holder did before: Full is not answered early | `E6-claim` |
//! | S1 publish | producer: store of the tail, Release | consumer: load of the tail, Acquire | the values | `S1-publish`, `S1-observe` |
//! | S2 vacate | consumer: store of the head, Release | producer: load of the head, Acquire | the reuse of the places | `S2-vacate`, `S2-reuse` |
//! | L1 link | push: exchange of the top of the used slots, Release | pop and push: load and lost exchange of it, Acquire | the value, and the words of the slots below | `L1-link`, `L1-see`, `L1-follow` |
//! | L2 room | pop: exchange of the top of the used slots, Release | push: load of it, Acquire | the slots that its popper gave back before: Full is not answered early | `L2-take` |
//! | L3 exact | both of these exchanges, SeqCst | both of these loads, SeqCst | Empty, Full and what `len` counts hold across several stacks | `L3-link`, `L3-take`, `L3-see` |
//! | L4 below | store of the word of a slot, Release | load of it, Acquire | a count is read of a slot while it is at the top, or the next load of the top shows that it is not | `L4-set`, `L4-get` |
//! | L5 free | pop: exchange of the top of the free slots, Release | push and pop: load and lost exchange of it, Acquire | the reuse of the slot, and the words of the slots below | `L5-link`, `L5-see`, `L5-follow` |

pub(crate) mod nodes;
pub(crate) mod pos;
pub(crate) mod ring;
pub(crate) mod slot;
pub(crate) mod spsc;
pub(crate) mod stack;
pub(crate) mod zeroed;
