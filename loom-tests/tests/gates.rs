//! Tests of the tests: loom is at work, and the gate makes it look at schedules that it misses
//! otherwise.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use ringway_loom_tests::{Gate, outcomes};
use std::collections::BTreeSet;
use std::sync::Arc;

#[test]
#[should_panic]
fn canary__a_queue_outside_a_model_panics() {
    // Built without `--cfg loom` the queue would simply work, and every model would pass untested.
    let _ = ringway::mpmc::Queue::<u8, 1>::new().push(1);
}

/// What a reader finds in a mailbox for one letter that is marked full before the letter is in it.
fn letters_in_a_bad_mailbox(gated: bool) -> BTreeSet<Option<usize>> {
    const LETTER: usize = 7;
    let name = if gated { "bad mailbox, gated" } else { "bad mailbox, not gated" };
    outcomes(name, move || {
        let mailbox = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
        let gate = Gate::new();
        let writer = {
            let (mailbox, gate) = (mailbox.clone(), gate.clone());
            loom::thread::spawn(move || {
                if gated {
                    gate.pass();
                }
                let (full, letter) = &*mailbox;
                if full.load(SeqCst) == 0 {
                    full.store(1, SeqCst);
                    letter.store(LETTER, SeqCst);
                }
            })
        };
        if gated {
            gate.pass();
        }
        let (full, letter) = &*mailbox;
        let found = (full.load(SeqCst) == 1).then(|| letter.load(SeqCst));
        writer.join().unwrap();
        found
    })
}

#[test]
fn without_the_gate_loom_passes_a_bad_mailbox_and_with_it_does_not() {
    let no_letter = Some(0);
    assert!(!letters_in_a_bad_mailbox(false).contains(&no_letter), "loom was mended: drop the gates");
    assert!(letters_in_a_bad_mailbox(true).contains(&no_letter));
}
