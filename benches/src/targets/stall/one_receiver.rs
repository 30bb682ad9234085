//! The same load for channels with one receiver: the thread that is stopped only sends.

use core::sync::atomic::{AtomicU64, Ordering};

use crossbeam_utils::CachePadded;

use crate::interface::queue::{Pop, Push};
use crate::targets::circulation::meter::Meter;
use crate::targets::circulation::{Plan, Tallies, Work, conserved, drain, fill, run_beside};

/// What the stopped thread sends. The receiver does not send it back, but permits one more.
const MARK: u64 = u64::MAX;
/// How many of these there are.
const PERMITS: u64 = 16;

/// Two threads. The other one receives, and sends back what is its own.
///
/// The channel holds between `values - 1` and `values + PERMITS` values: never none, and never as
/// many as fit.
pub(super) fn circulate<P: Push<u64>, C: Pop<u64>>(
    plan: &Plan<'_>,
    values: u64,
    producers: Vec<P>,
    mut receiver: C,
) -> Tallies {
    let permits = CachePadded::new(AtomicU64::new(PERMITS));
    let permits = &*permits;
    let [mut stopped, mut sender] =
        <[P; 2]>::try_from(producers).map_err(|_| "needs two threads".to_owned())?;
    fill(&mut sender, values)?;
    let receiving = &mut receiver;
    let works: Vec<Work<'_, _>> = vec![
        Box::new(move |meter: &Meter<'_>| (meter.measure(|| send_mark(&mut stopped, permits)), None)),
        Box::new(move |meter: &Meter<'_>| {
            let mut held = None;
            let call = || receive_or_return(&mut sender, receiving, &mut held, permits);
            (meter.measure(call), held)
        }),
    ];
    let (tallies, held): (Vec<_>, Vec<_>) = run_beside(plan, works)?.into_iter().unzip();
    let left = drain(&mut receiver, values + PERMITS);
    verify(values, permits.load(Ordering::Relaxed), left.into_iter().chain(held.into_iter().flatten()))?;
    Ok(tallies)
}

/// Sends one mark for each permit.
fn send_mark(sender: &mut impl Push<u64>, permits: &AtomicU64) -> bool {
    let may_send = permits.load(Ordering::Relaxed) > 0;
    let sent = may_send && sender.push(MARK);
    if sent {
        permits.fetch_sub(1, Ordering::Relaxed);
    }
    sent
}

fn receive_or_return(
    sender: &mut impl Push<u64>,
    receiver: &mut impl Pop<u64>,
    held: &mut Option<u64>,
    permits: &AtomicU64,
) -> bool {
    if let Some(value) = *held {
        let sent = sender.push(value);
        if sent {
            *held = None;
        }
        return sent;
    }
    let received = receiver.pop();
    if received == Some(MARK) {
        permits.fetch_add(1, Ordering::Relaxed);
    } else {
        *held = received;
    }
    received.is_some()
}

fn verify(values: u64, permits: u64, found: impl Iterator<Item = u64>) -> Result<(), String> {
    let (marks, found): (Vec<u64>, Vec<u64>) = found.partition(|&value| value == MARK);
    conserved(values, found)?;
    let marks = marks.len() as u64 + permits;
    if marks == PERMITS { Ok(()) } else { Err(format!("marks lost or doubled: {marks} of {PERMITS}")) }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::*;
    use crate::harness::cores::Cores;
    use crate::targets::circulation::first_call::{self, FirstCall};

    struct Ours<E>(E);

    impl Push<u64> for Ours<SyncSender<u64>> {
        fn push(&mut self, value: u64) -> bool {
            self.0.try_send(value).is_ok()
        }
    }

    impl Pop<u64> for Ours<Receiver<u64>> {
        fn pop(&mut self) -> Option<u64> {
            self.0.try_recv().ok()
        }
    }

    #[test]
    fn a_correct_channel_keeps_all_values_and_marks() {
        let (sender, receiver) = sync_channel(64);
        // The second sender fills the channel before the threads start.
        let (sent, received) = (first_call::flags(2), first_call::flags(1));
        let producers = FirstCall::of(vec![Ours(sender.clone()), Ours(sender)], &sent);
        let consumer = FirstCall::of(vec![Ours(receiver)], &received).remove(0);
        let cores = Cores::available();
        let conduct = || {
            first_call::wait_for_each(&sent);
            first_call::wait_for_each(&received);
        };
        let plan = Plan { cores: &cores, yields: true, enter: |_| (), conduct: &conduct };
        let tallies = circulate(&plan, 32, producers, consumer).unwrap();
        assert!(tallies.iter().all(|tally| tally.calls > 0));
    }

    #[test]
    fn a_lost_mark_is_noticed() {
        assert_eq!(verify(2, PERMITS - 1, [1, MARK, 0].into_iter()), Ok(()));
        assert!(verify(2, PERMITS - 1, [1, 0].into_iter()).is_err());
    }
}
