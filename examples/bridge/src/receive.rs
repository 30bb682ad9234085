//! The other side: each message once.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use tracing::warn;

use crate::broker::{Broker, Message};

/// Ids that are remembered. A message may come again as long as it is not acknowledged, and its sender may publish it
/// again as long as it holds it: far fewer than this.
const REMEMBERED: usize = 100_000;

/// The last ids.
#[derive(Debug, Default)]
pub struct Seen {
    ids: HashSet<String>,
    order: VecDeque<String>,
    duplicates: u64,
}

impl Seen {
    /// Whether this id comes for the first time.
    pub fn is_new(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.into()) {
            self.duplicates += 1;
            return false;
        }
        self.order.push_back(id.into());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }

    /// Messages that came again, and were left out.
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }
}

/// The next messages that did not come before; none if none came for a second. Waits while the broker is away.
pub async fn receive<B: Broker>(broker: &mut B, seen: &mut Seen) -> Vec<Message> {
    loop {
        match broker.receive().await {
            Ok(mut messages) => {
                messages.retain(|message| seen.is_new(&message.id));
                return messages;
            }
            Err(error) => {
                warn!("{error}; trying again");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once() {
        let mut seen = Seen::default();
        assert!(seen.is_new("a") && seen.is_new("b"));
        assert!(!seen.is_new("a") && !seen.is_new("b") && !seen.is_new("a"));
        assert_eq!(seen.duplicates(), 3);
    }

    #[test]
    fn memory_is_bounded_and_forgets_the_oldest() {
        let mut seen = Seen::default();
        for id in 0..=REMEMBERED {
            assert!(seen.is_new(&id.to_string()));
        }
        assert_eq!((seen.ids.len(), seen.order.len()), (REMEMBERED, REMEMBERED));
        assert!(!seen.is_new("1"));
        assert!(seen.is_new("0"));
    }
}
