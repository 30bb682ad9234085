//! The receiving side: each message once.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tracing::warn;

use crate::broker::{Broker, Message};

/// Ids that are remembered. A message may come again as long as it is not acknowledged, and its
/// sender may publish it again as long as it holds it: far fewer than this.
const REMEMBERED: usize = 100_000;

/// Bytes of ids that are remembered: ids of `send` take far less, but other senders choose
/// theirs, of any length.
const REMEMBERED_BYTES: usize = 16 * 1024 * 1024;

/// The last ids.
#[derive(Debug, Default)]
pub struct Seen {
    ids: HashSet<Arc<str>>,
    order: VecDeque<Arc<str>>,
    bytes: usize,
    duplicates: u64,
}

impl Seen {
    /// Whether this id comes for the first time.
    pub fn is_new(&mut self, id: &str) -> bool {
        if self.ids.contains(id) {
            self.duplicates += 1;
            return false;
        }
        let id = Arc::<str>::from(id);
        self.ids.insert(Arc::clone(&id));
        self.bytes += id.len();
        self.order.push_back(id);
        while self.order.len() > REMEMBERED || self.bytes > REMEMBERED_BYTES {
            self.forget_the_oldest();
        }
        true
    }

    fn forget_the_oldest(&mut self) {
        if let Some(oldest) = self.order.pop_front() {
            self.bytes -= oldest.len();
            self.ids.remove(&oldest);
        }
    }

    /// Messages that came again, and were left out.
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }
}

/// The next messages that did not come before; none if none came for a second. Waits while the
/// broker is away.
pub async fn receive<B: Broker>(broker: &mut B, seen: &mut Seen) -> Vec<Message> {
    loop {
        match broker.receive().await {
            Ok(messages) if messages.is_empty() => return messages,
            Ok(mut messages) => {
                messages.retain(|message| seen.is_new(&message.id));
                if !messages.is_empty() {
                    return messages;
                }
                acknowledge(broker).await;
            }
            Err(error) => {
                warn!("{error}; retrying");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

/// Acknowledges what was received last. If this fails, it comes again and is left out.
pub async fn acknowledge<B: Broker>(broker: &mut B) {
    if let Err(error) = broker.acknowledge().await {
        warn!("{error}");
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

    #[test]
    fn memory_is_bounded_in_bytes_too() {
        let long = |number: usize| format!("{number}{}", "x".repeat(1024 * 1024));
        let mut seen = Seen::default();
        for number in 0..40 {
            assert!(seen.is_new(&long(number)));
        }
        assert!(seen.bytes <= REMEMBERED_BYTES && seen.order.len() == 15 && seen.ids.len() == 15);
        assert_eq!(seen.bytes, seen.order.iter().map(|id| id.len()).sum::<usize>());
        assert!(!seen.is_new(&long(39)) && seen.is_new(&long(0)));
        // One that is longer than all that may be remembered is new each time.
        let longest = "x".repeat(REMEMBERED_BYTES + 1);
        assert!(seen.is_new(&longest) && seen.is_new(&longest));
        assert_eq!((seen.bytes, seen.order.len(), seen.ids.len()), (0, 0, 0));
    }
}
