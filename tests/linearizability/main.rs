//! Histories of real threads, each searched for an order that explains it strictly.
//!
//! Threads make a few calls each on a small queue, from a common start. One counter is the clock: a
//! call reads it before and after. What the threads left in the queue is popped at the end, so a
//! value that was lost or doubled shows as well.

#[path = "../support/mod.rs"]
mod support;

mod search_tests;

use ringway::priority::{Priority, Strict};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Barrier, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use support::history::{Event, Operation, merge};
use support::search::first_unexplained;
use support::specification::{Call, MAX_CAPACITY, Reply};
use support::subject::{Naive, Subject};

type MakeSubject = fn() -> Box<dyn Subject>;

const ROUNDS_PER_BATCH: usize = 250;

/// One queue and what each thread is to do with it.
struct Round {
    subject: Box<dyn Subject>,
    scripts: Vec<Vec<Call>>,
}

/// A small generator of numbers: the same seed gives the same rounds.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    /// Pushes and pops mostly, and whatever else the subject offers.
    fn call(&mut self, subject: &dyn Subject, value: u32) -> Call {
        let call = match self.throw(16) {
            0..=5 => Call::Push(value),
            6..=11 => Call::Pop,
            12 => Call::Len,
            13 => Call::IsEmpty,
            14 => Call::IsFull,
            _ => Call::ForcePush(value),
        };
        if subject.offers(call) { call } else { Call::Push(value) }
    }

    fn round(&mut self, make: MakeSubject, threads: usize) -> Round {
        let subject = make();
        let scripts = (0..threads)
            .map(|thread| {
                let length = 3 + self.throw(4) as u32;
                (0..length).map(|i| self.call(&*subject, 100 * thread as u32 + i)).collect()
            })
            .collect();
        Round { subject, scripts }
    }
}

/// Where threads wait for each other, to go on together. They sleep meanwhile: there may be more
/// threads than cores.
#[derive(Default)]
struct Meeting {
    arrived: Mutex<usize>,
    is_complete: Condvar,
    awake: AtomicUsize,
}

impl Meeting {
    /// How often threads that run check for threads that do not run yet: long enough if each has a
    /// core.
    const LOOKS: usize = 2_000;

    fn join(&self, expected: usize) {
        let mut arrived = self.arrived.lock().expect("no panic with the lock");
        *arrived = arrived.saturating_add(1);
        self.is_complete.notify_all();
        drop(self.is_complete.wait_while(arrived, |arrived| *arrived < expected));
        self.awake.fetch_add(1, Ordering::SeqCst);
        let is_alone = || self.awake.load(Ordering::SeqCst) < expected;
        (0..Self::LOOKS).take_while(|_| is_alone()).for_each(|_| std::hint::spin_loop());
    }
}

/// Lets the others go on if this thread panics: they wait for it.
struct LetGo<'a>(&'a Meeting);

impl Drop for LetGo<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            *self.0.arrived.lock().expect("no panic with the lock") = usize::MAX;
            self.0.is_complete.notify_all();
        }
    }
}

fn record(subject: &dyn Subject, context: usize, call: Call, clock: &AtomicU64) -> Operation {
    let invoked = clock.fetch_add(1, Ordering::SeqCst);
    let reply = subject.perform(call);
    let returned = clock.fetch_add(1, Ordering::SeqCst);
    Operation { context, call, invoked, returned: Some((returned, reply)) }
}

/// Runs the rounds one after the other, and returns the history of each.
fn play(rounds: &[Round], threads: usize) -> Vec<Vec<Event>> {
    let clock = AtomicU64::new(0);
    let meeting = Meeting::default();
    let play_as = |context: usize| {
        let _let_go = LetGo(&meeting);
        let play_round = |(number, round): (usize, &Round)| {
            meeting.join(threads * (number + 1));
            let calls = round.scripts[context].iter();
            calls.map(|&call| record(&*round.subject, context, call, &clock)).collect::<Vec<_>>()
        };
        rounds.iter().enumerate().map(play_round).collect::<Vec<_>>()
    };
    let played = thread::scope(|scope| {
        let players: Vec<_> = (0..threads).map(|context| scope.spawn(move || play_as(context))).collect();
        players.into_iter().map(|player| player.join().expect("no call panics")).collect::<Vec<_>>()
    });
    let history_of = |(number, round): (usize, &Round)| {
        let mut operations: Vec<_> =
            played.iter().flat_map(|rounds| rounds[number].iter().copied()).collect();
        operations.extend(drain(&*round.subject, &clock));
        merge(&operations)
    };
    rounds.iter().enumerate().map(history_of).collect()
}

fn drain(subject: &dyn Subject, clock: &AtomicU64) -> Vec<Operation> {
    let is_last = |operation: &Operation| matches!(operation.returned, Some((_, Reply::Empty)));
    let mut pops = Vec::new();
    while !pops.last().is_some_and(is_last) && pops.len() <= 2 * MAX_CAPACITY {
        pops.push(record(subject, 0, Call::Pop, clock));
    }
    pops
}

/// The tests take turns: threads that have to share their cores with other tests hardly ever meet.
static TURN: Mutex<()> = Mutex::new(());

/// The first history that nothing explains, in at most `rounds` rounds, and how many rounds ran.
fn find_violation(make: MakeSubject, threads: usize, rounds: usize) -> (usize, Option<String>) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ threads as u64);
    for batch in 1..=rounds.div_ceil(ROUNDS_PER_BATCH) {
        let rounds: Vec<_> = (0..ROUNDS_PER_BATCH).map(|_| dice.round(make, threads)).collect();
        let (capacity, specification) = (rounds[0].subject.capacity(), rounds[0].subject.specification());
        for history in play(&rounds, threads) {
            if let Some(place) = first_unexplained(specification, &history) {
                let shown =
                    history[..=place].iter().map(|event| format!("\n  {event:?}")).collect::<String>();
                return (
                    batch * ROUNDS_PER_BATCH,
                    Some(format!("capacity {capacity}, {threads} threads:{shown}")),
                );
            }
        }
    }
    (rounds, None)
}

/// The search must find a known flaw, or its silence proves nothing. This one needs no schedule.
#[test]
fn a_priority_queue_that_looks_at_the_least_urgent_first_is_found() {
    let (_, violation) = find_violation(|| Box::new(Naive::<false, 2, 2>(Priority::new())), 2, 10_000);
    println!("the wrong way round: {}", violation.expect("the search finds what is wrong"));
}

/// This one needs a push that stands still at the wrong moment, so the queue makes it do that.
#[test]
fn a_queue_whose_push_claims_its_place_before_it_fills_it_is_found() {
    let round = Round {
        subject: Box::<Hasty>::default(),
        scripts: vec![vec![Hasty::STALLS], Hasty::MEANWHILE.to_vec()],
    };
    let specification = round.subject.specification();
    let history = play(&[round], 2).remove(0);
    let place = first_unexplained(specification, &history).expect("the search finds what is wrong");
    assert_eq!(history[place], Event::Returned(1, Reply::Empty), "{history:?}");
}

/// A queue of two whose push claims a place, and fills it afterwards, as that of heapless' `mpmc`
/// does. Between the two its first push waits for another context: what that one pushed is then
/// behind a place that is empty.
struct Hasty {
    places: [Mutex<Option<u32>>; 2],
    claimed: AtomicUsize,
    popped: AtomicUsize,
    /// Where the two contexts meet: when the place is claimed, and when the other has made its
    /// calls.
    meeting: Barrier,
}

impl Default for Hasty {
    fn default() -> Self {
        let (claimed, popped) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { places: Default::default(), claimed, popped, meeting: Barrier::new(2) }
    }
}

impl Hasty {
    const STALLS: Call = Call::Push(0);
    const BEHIND: Call = Call::Push(1);
    const RELEASES: Call = Call::Push(2);
    /// What the other context does while the first push stands still.
    const MEANWHILE: [Call; 3] = [Self::BEHIND, Call::Pop, Self::RELEASES];

    fn push(&self, value: u32) -> Reply {
        if self.claimed.load(Ordering::SeqCst) == self.popped.load(Ordering::SeqCst) + self.capacity() {
            return Reply::Full;
        }
        let place = self.claimed.fetch_add(1, Ordering::SeqCst);
        if Call::Push(value) == Self::STALLS {
            self.meeting.wait();
            self.meeting.wait();
        }
        *self.place(place) = Some(value);
        Reply::Pushed
    }

    fn pop(&self) -> Reply {
        let place = self.popped.load(Ordering::SeqCst);
        let Some(value) = self.place(place).take() else { return Reply::Empty };
        self.popped.store(place + 1, Ordering::SeqCst);
        Reply::Popped(value)
    }

    fn place(&self, place: usize) -> MutexGuard<'_, Option<u32>> {
        self.places[place % 2].lock().expect("no panic with the lock")
    }
}

impl Subject for Hasty {
    fn capacity(&self) -> usize {
        2
    }

    fn perform(&self, call: Call) -> Reply {
        if call == Self::BEHIND || call == Self::RELEASES {
            self.meeting.wait();
        }
        match call {
            Call::Push(value) => self.push(value),
            Call::Pop => self.pop(),
            _ => Reply::Nonsense,
        }
    }
}

/// No violation in some rounds on each of these.
fn assert_linearizable(makes: &[MakeSubject], threads: usize, rounds: usize) {
    for &make in makes {
        let (_, violation) = find_violation(make, threads, rounds);
        assert_eq!(violation, None);
    }
}

/// Both spare slots that each thread may need at one moment, so that Full has to be exact.
macro_rules! ringway_is_linearizable {
    ($name:ident, $threads:literal threads) => {
        mod $name {
            use super::*;
            use ringway::mpmc::Queue;
            use ringway::stack::Stack;

            const SPARES: usize = 2 * $threads;

            #[test]
            fn on_the_queue() {
                let queues: [MakeSubject; 4] = [
                    || Box::new(Queue::<_, 1, SPARES>::new()),
                    || Box::new(Queue::<_, 2, SPARES>::new()),
                    || Box::new(Queue::<_, 3, SPARES>::new()),
                    || Box::new(Queue::<_, 4, SPARES>::new()),
                ];
                assert_linearizable(&queues, $threads, 10_000);
            }

            /// One spare for each other thread.
            #[test]
            fn on_the_stack() {
                let stacks: [MakeSubject; 3] = [
                    || Box::new(Stack::<_, 1, { $threads - 1 }>::new()),
                    || Box::new(Stack::<_, 2, { $threads - 1 }>::new()),
                    || Box::new(Stack::<_, 4, { $threads - 1 }>::new()),
                ];
                assert_linearizable(&stacks, $threads, 2_500);
            }

            #[test]
            fn on_the_priority_queue() {
                let queues: [MakeSubject; 3] = [
                    || Box::new(Priority::<_, 2, 1, Strict, SPARES>::new()),
                    || Box::new(Priority::<_, 2, 3, Strict, SPARES>::new()),
                    || Box::new(Priority::<_, 3, 2, Strict, SPARES>::new()),
                ];
                assert_linearizable(&queues, $threads, 2_500);
            }
        }
    };
}

ringway_is_linearizable!(two_threads, 2 threads);
ringway_is_linearizable!(three_threads, 3 threads);
ringway_is_linearizable!(four_threads, 4 threads);
