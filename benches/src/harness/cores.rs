//! The cores that threads are pinned to.

use core_affinity::CoreId;

/// The cores that threads are pinned to, and which of them comes first.
#[derive(Clone, Debug)]
pub struct Cores {
    ids: Vec<CoreId>,
    first: usize,
}

impl Cores {
    /// The cores this process may use; empty, and nothing pinned, where that is unknown.
    pub fn available() -> Self {
        Self { ids: core_affinity::get_core_ids().unwrap_or_default(), first: 0 }
    }

    /// The same cores with the roles exchanged in odd rounds.
    pub fn for_round(&self, round: usize) -> Self {
        Self { ids: self.ids.clone(), first: round % 2 }
    }

    pub fn count(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn pin(&self, thread: usize) {
        if let Some(&core) = self.ids.get((thread + self.first) % self.ids.len().max(1)) {
            core_affinity::set_for_current(core);
        }
    }
}
