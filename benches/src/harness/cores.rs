//! The cores that threads are pinned to.

use std::thread;

use core_affinity::CoreId;

/// The cores that threads are pinned to, and which of them comes first.
#[derive(Clone, Debug)]
pub struct Cores {
    ids: Vec<CoreId>,
    first: usize,
    /// Whether the system obeys a request to pin a thread.
    pins: bool,
}

impl Cores {
    /// The cores this process may use; empty, and nothing pinned, where that is unknown.
    pub fn available() -> Self {
        let ids = core_affinity::get_core_ids().unwrap_or_default();
        let pins = ids.first().is_some_and(|&core| can_pin_to(core));
        Self { ids, first: 0, pins }
    }

    /// The same cores with the roles exchanged in odd rounds.
    pub fn for_round(&self, round: usize) -> Self {
        Self { first: round % 2, ..self.clone() }
    }

    pub fn count(&self) -> usize {
        self.ids.len()
    }

    /// Whether two threads can be pinned to cores of their own.
    pub(crate) fn hold_a_pair(&self) -> bool {
        self.pins && self.count() >= 2
    }

    pub(super) fn pin(&self, thread: usize) {
        if let Some(&core) = self.ids.get((thread + self.first) % self.ids.len().max(1)) {
            core_affinity::set_for_current(core);
        }
    }
}

/// Tries on a thread of its own, so that the caller stays where it is.
fn can_pin_to(core: CoreId) -> bool {
    thread::spawn(move || core_affinity::set_for_current(core)).join().unwrap_or(false)
}
