//! From the ring to the broker: peek, publish, wait for the acknowledgement, and only then release.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ringway::channel::Receiver;
use tracing::{info, warn};

use crate::broker::{Broker, Message};

/// Messages that are published together. So many are held beyond what the ring holds.
pub const BATCH: usize = 256;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// What was forwarded so far.
#[derive(Debug, Default)]
pub struct Counts {
    acknowledged: AtomicU64,
    duplicates: AtomicU64,
}

// ORDERING of every access: Relaxed, without a partner. Each counter is only a number; none
// announces other data.
impl Counts {
    /// Messages that the broker has.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Messages that the broker said it had already when they were published again.
    pub fn duplicates(&self) -> u64 {
        self.duplicates.load(Ordering::Relaxed)
    }

    fn add(&self, acknowledged: usize, duplicates: usize) {
        self.acknowledged.fetch_add(acknowledged as u64, Ordering::Relaxed);
        self.duplicates.fetch_add(duplicates as u64, Ordering::Relaxed);
    }
}

/// Forwards until the ring is closed and empty.
///
/// While the broker is unreachable, it holds the messages that it took and retries indefinitely.
/// The ring fills then, and producers see Full. Messages are lost only with this process.
pub async fn forward<B: Broker>(ring: &Receiver<'_, Message>, broker: &mut B, counts: &Counts) {
    let mut held = Vec::with_capacity(BATCH);
    while ring.recv_many(&mut held, BATCH).await > 0 {
        let duplicates = publish_patiently(broker, &held).await;
        counts.add(held.len(), duplicates);
        held.clear();
    }
}

/// Publishes until all is acknowledged.
async fn publish_patiently<B: Broker>(broker: &mut B, messages: &[Message]) -> usize {
    let mut pause = FIRST_PAUSE;
    let mut is_away = false;
    loop {
        match broker.publish(messages).await {
            Ok(duplicates) => {
                if is_away {
                    info!("published again; {duplicates} were duplicates");
                }
                return duplicates;
            }
            Err(error) => {
                if !is_away {
                    warn!("{error}; retrying");
                }
                is_away = true;
                tokio::time::sleep(pause).await;
                pause = LONGEST_PAUSE.min(pause * 2);
            }
        }
    }
}
