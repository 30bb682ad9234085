//! The mutants: each weakens one memory ordering or leaves out one step, as a replacement of some
//! text in one file of the library. The runner applies it to a copy, and a model must fail on it.

use std::fmt;

/// Which library is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Layout {
    /// For loom, as on machines whose cores share caches.
    Cached,
    /// For loom, as on microcontrollers.
    Compact,
    /// For shuttle, as on this machine.
    Schedules,
}

/// A text that stands exactly once in its file, and what replaces it.
pub(crate) struct Replacement {
    pub(crate) file: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
}

pub(crate) const ORDERINGS_FILE: &str = "src/ordering.rs";

/// Orderings that are weaker: the name of the mutant, the constant, what it is and what it becomes.
pub(crate) const ORDERINGS: &[(&str, &str, &str, &str)] = &[
    ("E1-link", "PUSH_LINK_CELL", "by_layout(SeqCst, Release)", "by_layout(Acquire, Relaxed)"),
    ("E5-link", "PUSH_LINK_CELL", "by_layout(SeqCst, Release)", "AcqRel"),
    ("E3-behind-link", "PUSH_LINK_CELL_FENCE", "by_layout(Relaxed, SeqCst)", "Acquire"),
    ("E5-behind-link", "PUSH_LINK_CELL_FENCE", "by_layout(Relaxed, SeqCst)", "AcqRel"),
    ("E1-walk", "PUSH_LOAD_CELL", "by_layout(Acquire, Relaxed)", "Relaxed"),
    ("E1-behind-walk", "PUSH_LOAD_CELL_FENCE", "by_layout(Relaxed, AcqRel)", "Release"),
    ("E6-behind-walk", "PUSH_LOAD_CELL_FENCE", "by_layout(Relaxed, AcqRel)", "Acquire"),
    ("E1-see", "POP_LOAD_CELL", "by_layout(SeqCst, Relaxed)", "Relaxed"),
    ("E5-see", "POP_LOAD_CELL", "by_layout(SeqCst, Relaxed)", "Acquire"),
    ("E4-behind-see", "POP_LOAD_CELL_FENCE", "by_layout(Relaxed, Release)", "Relaxed"),
    ("E4-take", "POP_ADVANCE_HEAD", "by_layout(SeqCst, Relaxed)", "Acquire"),
    ("E5-take", "POP_ADVANCE_HEAD", "by_layout(SeqCst, Relaxed)", "AcqRel"),
    ("E1-behind-take", "POP_ADVANCE_HEAD_FENCE", "by_layout(Relaxed, SeqCst)", "Release"),
    ("E5-behind-take", "POP_ADVANCE_HEAD_FENCE", "by_layout(Relaxed, SeqCst)", "AcqRel"),
    ("E4-follow", "POP_LOAD_HEAD", "order(Acquire)", "Relaxed"),
    ("E4-full", "PUSH_LOAD_HEAD", "by_layout(SeqCst, Relaxed)", "Relaxed"),
    ("E5-full", "PUSH_LOAD_HEAD", "by_layout(SeqCst, Relaxed)", "Acquire"),
    ("E1-count", "LEN_LOAD", "by_layout(SeqCst, Relaxed)", "Relaxed"),
    ("E5-count", "LEN_LOAD", "by_layout(SeqCst, Relaxed)", "Acquire"),
    ("E3-hint", "PUSH_STORE_HINT", "by_layout(Release, Relaxed)", "Relaxed"),
    ("E3-start", "PUSH_LOAD_HINT", "by_layout(Acquire, Relaxed)", "Relaxed"),
    ("E2-free", "SLOT_RELEASE", "order(Release)", "Relaxed"),
    ("E2-room", "SLOT_LOAD", "by_layout(Acquire, Relaxed)", "Relaxed"),
    ("E2-claim", "SLOT_CLAIM", "by_layout(AcqRel, Relaxed)", "Release"),
    ("E6-claim", "SLOT_CLAIM", "by_layout(AcqRel, Relaxed)", "Acquire"),
    ("E2-behind-claim", "SLOT_CLAIM_FENCE", "by_layout(Relaxed, Acquire)", "Relaxed"),
    ("S1-publish", "PRODUCER_STORE_TAIL", "order(Release)", "Relaxed"),
    ("S1-observe", "CONSUMER_LOAD_TAIL", "order(Acquire)", "Relaxed"),
    ("S2-vacate", "CONSUMER_STORE_HEAD", "order(Release)", "Relaxed"),
    ("S2-reuse", "PRODUCER_LOAD_HEAD", "order(Acquire)", "Relaxed"),
    ("S3-leave", "END_STORE_GONE", "order(Release)", "Relaxed"),
    ("S3-miss", "END_LOAD_GONE", "order(Acquire)", "Relaxed"),
    ("L1-link", "USED_LINK", "order(SeqCst)", "Acquire"),
    ("L3-link", "USED_LINK", "order(SeqCst)", "AcqRel"),
    ("L2-take", "USED_TAKE", "order(SeqCst)", "Acquire"),
    ("L3-take", "USED_TAKE", "order(SeqCst)", "AcqRel"),
    ("L1-see", "USED_LOAD_TOP", "order(SeqCst)", "Relaxed"),
    ("L3-see", "USED_LOAD_TOP", "order(SeqCst)", "Acquire"),
    ("L1-follow", "USED_LOST_RACE", "order(Acquire)", "Relaxed"),
    ("L4-set", "BELOW_STORE", "order(Release)", "Relaxed"),
    ("L4-get", "BELOW_LOAD", "order(Acquire)", "Relaxed"),
    ("L5-link", "FREE_LINK", "order(Release)", "Relaxed"),
    ("L5-see", "FREE_LOAD_TOP", "order(Acquire)", "Relaxed"),
    ("L5-follow", "FREE_LOST_RACE", "order(Acquire)", "Relaxed"),
    ("W1-raise", "WAITER_REGISTER_FENCE", "order(SeqCst)", "Relaxed"),
    ("W1-look", "NOTIFY_LOAD_WAITERS", "order(SeqCst)", "Acquire"),
    ("W1-change", "NOTIFY_AFTER_STORE_FENCE", "order(SeqCst)", "Relaxed"),
    ("W2-leave", "WAITER_STORE_WAKER", "order(Release)", "Relaxed"),
    ("W2-notify", "NOTIFY_TAKE_WAKER", "order(Acquire)", "Relaxed"),
    ("W2-back", "WAITER_TAKE_WAKER_BACK", "order(Acquire)", "Relaxed"),
    ("W3-notify", "NOTIFY_RELEASE_NODE", "order(Release)", "Relaxed"),
    ("W3-waiter", "WAITER_LOAD_NOTIFIED", "order(Acquire)", "Relaxed"),
    ("C1-close", "CHANNEL_CLOSE", "order(SeqCst)", "Relaxed"),
    ("C1-wake", "CHANNEL_CLOSE", "order(SeqCst)", "AcqRel"),
    ("C1-closed", "CHANNEL_LOAD_CLOSED", "order(Acquire)", "Relaxed"),
    ("C2-gone", "CHANNEL_DROP_HANDLE", "order(AcqRel)", "Acquire"),
    ("C2-last", "CHANNEL_DROP_HANDLE", "order(AcqRel)", "Release"),
    ("C3-none", "CHANNEL_LOAD_HANDLES", "order(Acquire)", "Relaxed"),
    ("O1-finish", "ONESHOT_SWAP_STATE", "order(SeqCst)", "Acquire"),
    ("O1-look", "ONESHOT_SWAP_STATE", "order(SeqCst)", "Release"),
    ("O1-change", "ONESHOT_SWAP_STATE", "order(SeqCst)", "AcqRel"),
    ("O1-ready", "ONESHOT_LOAD_STATE", "order(Acquire)", "Relaxed"),
    ("O1-gone", "ONESHOT_LOAD_CLOSED", "order(SeqCst)", "Acquire"),
    ("T1-done", "TASK_FINISH", "order(SeqCst)", "Acquire"),
    ("T1-wake", "TASK_FINISH", "order(SeqCst)", "AcqRel"),
    ("T1-join", "TASK_LOAD_UNFINISHED", "order(SeqCst)", "Relaxed"),
    ("T1-exact", "TASK_LOAD_UNFINISHED", "order(SeqCst)", "Acquire"),
    ("T1-track", "TASK_TRACK", "order(SeqCst)", "Relaxed"),
];

/// Steps that are left out: the name of the mutant, the file, the text, and what replaces it.
pub(crate) const STEPS: &[(&str, &str, &str, &str)] = &[
    // A registered waiter does not try once more before it sleeps.
    (
        "P-try-again",
        "src/wait/queue.rs",
        "self.register(context.waker(), was_notified);",
        "self.register(context.waker(), was_notified); return Poll::Pending;",
    ),
    // A waiter that was notified and does not need it does not notify the next.
    (
        "P-pass-on",
        "src/wait/queue.rs",
        "if was_notified {\n            self.queue.notify_one();",
        "if was_notified {",
    ),
    // A waiter that was notified in vain goes to the back of the list.
    ("P-front", "src/wait/list.rs", "if in_front {", "if false {"),
    // Closing notifies one waiter.
    ("P-notify-all", "src/wait/queue.rs", "self.take(self.waiting())", "self.take(self.waiting().min(1))"),
    // A closed channel counts as drained without its closed marker.
    ("P-closed-marker", "src/channel/core.rs", "None if self.queue.close_if_empty() =>", "None =>"),
    // An upgrade adds a handle to a side that has none left.
    ("P-revive", "src/channel/handle/count.rs", "while count != 0 {", "while count != usize::MAX {"),
    // A forced send does not notify senders of room that it made and did not use.
    ("P-room", "src/channel/mpmc.rs", "if self.count > 0 {", "if false {"),
    // Closing does not notify what waits for the end.
    (
        "P-notify-closing",
        "src/channel/core.rs",
        ".chain([&self.receivers, &self.closing])",
        ".chain([&self.receivers])",
    ),
    // What waits for the end waits among the senders, and takes notifications of room.
    ("P-own-list", "src/channel/core.rs", "        &self.closing\n", "        &self.senders[0]\n"),
    // Room that was found is not passed on.
    ("P-found-room", "src/channel/room.rs", "channel.waiters.senders(level).notify_one();", ""),
    // A receiver that goes, or is closed, does not notify the sender of its oneshot.
    ("P-gone", "src/channel/oneshot/mod.rs", "EMPTY => self.oneshot.wake_sender(),", "EMPTY => {}"),
    ("P-shut-wake", "src/channel/oneshot/closing.rs", "self.oneshot.wake_sender();", ""),
    // A receiver that was closed too late loses the value.
    ("P-put-back", "src/channel/oneshot/closing.rs", "self.oneshot.transition(SENT);", ""),
    // A receiver that was closed in time accesses the state again.
    (
        "P-shut-recv",
        "src/channel/oneshot/mod.rs",
        "if self.is_shut { Err(TryRecvError::Closed) } else { self.oneshot.try_recv() }",
        "self.oneshot.try_recv()",
    ),
    (
        "P-shut-drop",
        "src/channel/oneshot/mod.rs",
        "if self.is_shut {\n            return;",
        "if false {\n            return;",
    ),
    // A waiter whose waker was taken uses the same slot of its cell again.
    ("P-other-slot", "src/wait/cell.rs", "own.slot ^= 1;", ""),
    // A return notifies no waiter.
    ("P-return", "src/pool/mod.rs", "self.shared.waiters.notify_one();", ""),
    // The count of links, which distinguishes two visits of a slot to the top, does not count.
    (
        "P-count",
        "src/raw/stack/word.rs",
        "self.layout.count(list).wrapping_add(self.layout.one()) | (slot",
        "self.layout.count(list) | (slot",
    ),
];

const BOTH: &[Layout] = &[Layout::Cached, Layout::Compact];

/// Which models must fail on which mutants, in which layouts.
pub(crate) const CAUGHT: &[(&str, &[Layout], &str)] = &[
    (
        "mpmc",
        &[Layout::Cached],
        "E1-link E1-walk E1-see E1-count E2-free E2-room E2-claim E3-hint E3-start E4-take E4-follow E4-full \
         E5-link E5-take E5-see E5-full E5-count E6-claim",
    ),
    // Here accesses share fences.
    (
        "mpmc",
        &[Layout::Compact],
        "E1-link E1-behind-walk E1-behind-take E2-free E2-behind-claim E3-behind-link E4-follow \
         E4-behind-see E5-behind-link E5-behind-take E6-behind-walk",
    ),
    ("spsc", BOTH, "S1-publish S1-observe S2-vacate S2-reuse S3-leave S3-miss"),
    (
        "stack",
        BOTH,
        "L1-link L1-see L1-follow L2-take L3-link L3-take L3-see L4-set L4-get L5-link L5-see L5-follow",
    ),
    (
        "wait",
        BOTH,
        "W1-raise W3-notify W3-waiter P-try-again P-pass-on P-front P-notify-closing P-own-list P-found-room",
    ),
    // The stack's list of used slots, with objects that are changed in place.
    ("pool", BOTH, "L1-link L1-see L3-link L3-take L3-see L4-set L4-get W1-look P-return P-count"),
    // The change that comes before the load of the waiters: an exchange, or one with a fence behind
    // it.
    ("wait", &[Layout::Cached], "W1-look"),
    ("wait", &[Layout::Compact], "E5-behind-take"),
    (
        "channel",
        BOTH,
        "W1-look C1-close C1-closed C1-wake C2-gone C2-last P-notify-all P-closed-marker P-room P-notify-closing",
    ),
    ("weak", BOTH, "C2-gone C3-none P-revive"),
    ("spsc_channel", BOTH, "C1-close C1-closed W1-raise W1-change W2-leave W2-notify W2-back P-other-slot"),
    ("task", BOTH, "W1-look T1-done T1-join T1-exact T1-track T1-wake"),
    ("ordered", BOTH, "P-closed-marker"),
    (
        "oneshot",
        BOTH,
        "W1-look O1-finish O1-look O1-change O1-ready O1-gone W1-raise P-other-slot P-gone P-shut-wake P-put-back \
         P-shut-recv P-shut-drop",
    ),
    // Shuttle runs one thread at a time and knows no weak memory: it shows missing steps, no
    // orderings.
    ("schedules", &[Layout::Schedules], "P-try-again P-pass-on P-notify-all P-closed-marker"),
];

/// A mutant, and where it has to be caught.
#[derive(Clone, Copy)]
pub(crate) struct Mutant {
    pub(crate) name: &'static str,
    pub(crate) models: &'static str,
    pub(crate) layout: Layout,
}

/// Every mutant in every layout and for all models that must catch it.
pub(crate) fn all() -> impl Iterator<Item = Mutant> {
    CAUGHT.iter().flat_map(|&(models, layouts, names)| {
        layouts
            .iter()
            .flat_map(move |&layout| names.split(' ').map(move |name| Mutant { name, models, layout }))
    })
}

impl Mutant {
    /// What it replaces.
    pub(crate) fn replacement(&self) -> Option<Replacement> {
        replacements().find_map(|(name, replacement)| (name == self.name).then_some(replacement))
    }
}

impl fmt::Debug for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {:?})", self.name, self.models, self.layout)
    }
}

/// Every mutant by its name.
pub(crate) fn replacements() -> impl Iterator<Item = (&'static str, Replacement)> {
    let orderings = ORDERINGS.iter().map(|&(name, constant, is, becomes)| {
        let text = |value| format!("const {constant}: Ordering = {value};");
        (name, Replacement { file: ORDERINGS_FILE, before: text(is), after: text(becomes) })
    });
    let steps = STEPS.iter().map(|&(name, file, before, after)| {
        (name, Replacement { file, before: before.into(), after: after.into() })
    });
    orderings.chain(steps)
}
