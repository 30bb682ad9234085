//! What happened, in the order in which it happened.

use super::specification::{Call, Reply};

/// The caller: a thread, or a level of interruption.
pub(crate) type Context = usize;

/// The most contexts that one history can have.
pub(crate) const MAX_CONTEXTS: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Invoked(Context, Call),
    Returned(Context, Reply),
}

/// A call with the times of its two ends. Without a return it stands still for ever, and may or may
/// not have taken effect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) context: Context,
    pub(crate) call: Call,
    pub(crate) invoked: u64,
    pub(crate) returned: Option<(u64, Reply)>,
}

/// Sorts what several contexts recorded into one history. No two times may be equal.
pub(crate) fn merge(operations: &[Operation]) -> Vec<Event> {
    let mut timed = Vec::with_capacity(2 * operations.len());
    for operation in operations {
        timed.push((operation.invoked, Event::Invoked(operation.context, operation.call)));
        if let Some((time, reply)) = operation.returned {
            timed.push((time, Event::Returned(operation.context, reply)));
        }
    }
    timed.sort_unstable_by_key(|&(time, _)| time);
    timed.into_iter().map(|(_, event)| event).collect()
}

/// Whether each value that was accepted came out exactly once. Asks for a history without open
/// calls that ends with the queue drained.
pub(crate) fn conserves_values(history: &[Event]) -> bool {
    let mut accepted = accepted_values(history);
    let mut taken: Vec<u32> = history.iter().flat_map(values_taken_by).copied().collect();
    accepted.sort_unstable();
    taken.sort_unstable();
    accepted == taken
}

fn accepted_values(history: &[Event]) -> Vec<u32> {
    let mut offered = [None; MAX_CONTEXTS];
    let mut accepted = Vec::new();
    for &event in history {
        match event {
            Event::Invoked(context, Call::Push(value) | Call::ForcePush(value) | Call::TrySend(value)) => {
                offered[context] = Some(value)
            }
            Event::Invoked(..) => {}
            Event::Returned(context, reply) => {
                accepted.extend(
                    offered[context].take().filter(|_| !matches!(reply, Reply::Full | Reply::Closed)),
                );
            }
        }
    }
    accepted
}

fn values_taken_by(event: &Event) -> &[u32] {
    match event {
        Event::Returned(_, Reply::Popped(value)) => std::slice::from_ref(value),
        Event::Returned(_, Reply::Displaced(displaced)) => displaced.values(),
        _ => &[],
    }
}
