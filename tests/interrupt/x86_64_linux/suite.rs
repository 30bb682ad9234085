//! The sweeps, the table and what it must say.

use super::scenario::{Do, MakeSubject, Outer, Scenario, Script};
use super::sweep::{Interrupt, Plan, Trial};
use super::table::{self, Demand, Family, Row};
use super::waiting::{Acquired, Careless, Masked, Spinning, SpscEnds, Tracked, Waited};
use super::watch;
use crate::support::specification::Call;
use crate::support::subject::{Naive, Pooled, Token, heapless_queue};
use crossbeam_queue::ArrayQueue;
use ringway::mpmc::Queue;
use ringway::priority::{Priority, Strict};
use ringway::stack::Stack;
use std::time::Instant;

const SCRIPTS: [Script; 11] = [
    &[Do::Push, Do::Observe],
    &[Do::Pop, Do::Observe],
    &[Do::Push, Do::Pop, Do::Observe],
    &[Do::Pop, Do::Push, Do::Observe],
    &[Do::Fill, Do::Observe],
    &[Do::Drain, Do::Observe],
    &[Do::Drain, Do::Fill, Do::Observe],
    &[Do::Fill, Do::Drain, Do::Observe],
    &[Do::Laps(2)],
    &[Do::Observe],
    &[Do::ForcePush, Do::Observe],
];

/// The same for channels, which can be closed: before, between and after, with and without
/// a receiver that saw it.
const CHANNEL_SCRIPTS: [Script; 12] = [
    &[Do::Push, Do::Observe],
    &[Do::Pop, Do::Observe],
    &[Do::Push, Do::Pop, Do::Observe],
    &[Do::Pop, Do::Push, Do::Observe],
    &[Do::Fill, Do::Observe],
    &[Do::Drain, Do::Observe],
    &[Do::Drain, Do::Fill, Do::Observe],
    &[Do::Laps(2)],
    &[Do::Close, Do::Observe],
    &[Do::Close, Do::Drain, Do::Observe],
    &[Do::Fill, Do::Close, Do::Pop],
    &[Do::Drain, Do::Close, Do::Push, Do::Pop],
];

/// What one end of an SPSC channel does while the other is at work.
const SENDER_SCRIPTS: [Script; 5] =
    [&[Do::Push], &[Do::Push, Do::Push], &[Do::Fill], &[Do::Push, Do::Close], &[Do::Close]];
const RECEIVER_SCRIPTS: [Script; 3] = [&[Do::Pop], &[Do::Pop, Do::Pop], &[Do::Drain]];

/// What others do for the rest of their lives when an operation stands still.
const AFTERLIVES: [Script; 3] = [
    &[Do::Observe, Do::Fill, Do::Observe, Do::Drain, Do::Laps(3), Do::Fill, Do::Pop, Do::Push, Do::Drain],
    &[Do::Drain, Do::Observe, Do::Fill, Do::Drain, Do::Push, Do::Pop, Do::Fill, Do::Observe, Do::Drain],
    &[Do::Laps(2), Do::Fill, Do::Laps(2), Do::ForcePush, Do::Drain, Do::Fill, Do::Observe, Do::Drain],
];

/// For what must not hang, in seconds of processor time: an interrupt takes some thousandths of
/// one.
const PATIENCE: f64 = 60.0;

impl Family {
    /// Without the larger capacities.
    fn up_to(mut self, capacities: usize) -> Self {
        self.makes.truncate(capacities);
        self
    }
}

fn ringway<const S: usize>(name: &'static str) -> Family {
    let makes: [MakeSubject; 4] = [
        || Box::new(Queue::<Token, 1, S>::new()),
        || Box::new(Queue::<Token, 2, S>::new()),
        || Box::new(Queue::<Token, 3, S>::new()),
        || Box::new(Queue::<Token, 4, S>::new()),
    ];
    Family { name, makes: makes.to_vec(), patience: PATIENCE }
}

fn stack<const S: usize>(name: &'static str) -> Family {
    let makes: [MakeSubject; 3] = [
        || Box::new(Stack::<Token, 1, S>::new()),
        || Box::new(Stack::<Token, 2, S>::new()),
        || Box::new(Stack::<Token, 4, S>::new()),
    ];
    Family { name, makes: makes.to_vec(), patience: PATIENCE }
}

fn priority<const S: usize>(name: &'static str) -> Family {
    let makes: [MakeSubject; 3] = [
        || Box::new(Priority::<Token, 2, 1, Strict, S>::new()),
        || Box::new(Priority::<Token, 2, 2, Strict, S>::new()),
        || Box::new(Priority::<Token, 3, 2, Strict, S>::new()),
    ];
    Family { name, makes: makes.to_vec(), patience: PATIENCE }
}

fn channel<const S: usize>(name: &'static str) -> Family {
    let makes: [MakeSubject; 3] = [
        || Box::new(Waited::<1, Masked, S>::new()),
        || Box::new(Waited::<2, Masked, S>::new()),
        || Box::new(Waited::<3, Masked, S>::new()),
    ];
    Family { name, makes: makes.to_vec(), patience: PATIENCE }
}

fn spsc_channel() -> Family {
    let makes: [MakeSubject; 3] =
        [|| Box::new(SpscEnds::new(1)), || Box::new(SpscEnds::new(2)), || Box::new(SpscEnds::new(3))];
    Family { name: "SPSC channel", makes: makes.to_vec(), patience: PATIENCE }
}

fn tracker() -> Family {
    let make: MakeSubject = || Box::new(Tracked::new());
    Family { name: "tracker", makes: vec![make], patience: PATIENCE }
}

fn pool() -> Family {
    let make: MakeSubject = || Box::new(Pooled::new());
    Family { name: "pool", makes: vec![make], patience: PATIENCE }
}

fn wait_pool() -> Family {
    let make: MakeSubject = || Box::new(Acquired::new());
    Family { name: "pool, acquire", makes: vec![make], patience: PATIENCE }
}

/// Priority queues as they should not be.
fn naive<const UPWARD: bool>(name: &'static str) -> Family {
    let make: MakeSubject = || Box::new(Naive::<UPWARD, 2, 1>(Priority::new()));
    Family { name, makes: vec![make], patience: PATIENCE }
}

/// It hangs where it hangs for good, so little patience is enough; it need not pass.
fn array_queue() -> Family {
    let makes: [MakeSubject; 3] =
        [|| Box::new(ArrayQueue::new(1)), || Box::new(ArrayQueue::new(2)), || Box::new(ArrayQueue::new(3))];
    Family { name: "crossbeam ArrayQueue", makes: makes.to_vec(), patience: 0.02 }
}

fn heapless_mpmc() -> Family {
    let makes: [MakeSubject; 2] = [|| Box::new(heapless_queue::<2>()), || Box::new(heapless_queue::<4>())];
    Family { name: "heapless mpmc", makes: makes.to_vec(), patience: PATIENCE }
}

/// Optimised, an operation is about a hundred instructions, and all is tried. Not optimised it is
/// two thousand, with many between one access to the queue and the next: there the interrupts take
/// turns.
const IS_OPTIMISED: bool = !cfg!(debug_assertions);

/// One interrupt or another at every instruction; every one at every instruction if optimised.
fn at_every_instruction(interrupts: Vec<Interrupt>, family: &Family) -> Plan {
    let stride = if IS_OPTIMISED { 1 } else { interrupts.len() };
    Plan { interrupts, stride, patience: family.patience, longest_log: 4096 }
}

fn passing(family: &Family) -> Plan {
    at_every_instruction(SCRIPTS.map(Interrupt::Pass).to_vec(), family)
}

fn for_ever(family: &Family) -> Plan {
    at_every_instruction(AFTERLIVES.map(Interrupt::ForEver).to_vec(), family)
}

/// No log gets so long that it uses this number itself.
const INNER_VALUE: u32 = u32::MAX;

/// An interrupt of the interrupt, at a sample of instructions of both.
fn nested(inner: &[Call], innermost: &'static [Script], stride: usize) -> Plan {
    let (every, stride) = if IS_OPTIMISED { (2, stride.div_ceil(60).min(7)) } else { (149, stride) };
    let nested = |&inner: &Call| Interrupt::Nested { inner, every, innermost };
    Plan { interrupts: inner.iter().map(nested).collect(), stride, patience: PATIENCE, longest_log: 4096 }
}

fn laps(script: Script, laps: usize, stride: usize) -> Plan {
    // Two events for each call, a push and a pop for each place in a lap, and what is around.
    let longest_log = 4 * laps * 4 + 4096;
    let stride = if IS_OPTIMISED { stride.div_ceil(20) } else { stride };
    Plan { interrupts: vec![Interrupt::Pass(script)], stride, patience: PATIENCE, longest_log }
}

/// Sweeps every operation of a row, at every filling.
fn sweep(row: &Row) {
    let start = Instant::now();
    for &make in &row.family.makes {
        let subject = make();
        for (turn, &outer) in
            row.outers.iter().enumerate().filter(|(_, outer)| outer.is_offered_by(&*subject))
        {
            for filled in 0..=subject.capacity() {
                let (scenario, turn) = (Scenario { make, outer, filled }, turn + filled + subject.capacity());
                watch::sweep(&Trial { scenario, turn, plan: &row.plan, board: row.board });
            }
        }
    }
    row.board.seconds.set(start.elapsed().as_secs_f64());
}

const ENDS: &[Outer] = &[Outer::Push, Outer::Pop];
const BOTH: &[Call] = &[Call::Push(INNER_VALUE), Call::Pop];

fn ours() -> Vec<Row> {
    let every_instruction = |family: Family| {
        let (passing, for_ever) = (passing(&family), for_ever(&family));
        let resumed = Row::new(family.clone(), &Outer::ALL, "every instruction", passing, Demand::Strict);
        [resumed, Row::new(family, &Outer::ALL, "stalled for ever", for_ever, Demand::Strict)]
    };
    let one_spare = || ringway::<1>("ringway S = 1");
    let (few_laps, many_laps) = (laps(&[Do::Laps(256)], 256, 41), laps(&[Do::Laps(65_536)], 65_536, 1009));
    let two_levels = nested(BOTH, &SCRIPTS, 401);
    let two_spares = ringway::<2>("ringway S = 2").up_to(2);
    let mut rows = Vec::new();
    rows.extend(every_instruction(one_spare()));
    rows.extend(every_instruction(ringway::<4>("ringway S = 4")));
    rows.push(Row::new(one_spare().up_to(3), ENDS, "256 laps meanwhile", few_laps, Demand::Strict));
    rows.push(Row::new(one_spare().up_to(2), ENDS, "65 536 laps meanwhile", many_laps, Demand::Strict));
    rows.push(Row::new(two_spares, ENDS, "two levels, a sample", two_levels, Demand::Strict));
    rows.extend(every_instruction(stack::<1>("stack S = 1")));
    rows.extend(every_instruction(priority::<1>("priority S = 1")));
    rows.extend(pools());
    for family in [stack::<2>("stack S = 2"), priority::<2>("priority S = 2")] {
        let two_levels = nested(BOTH, &SCRIPTS, 1009);
        rows.push(Row::new(family.up_to(2), ENDS, "two levels, a sample", two_levels, Demand::Strict));
    }
    rows.push(overlapping_pops(priority::<2>("priority S = 2").up_to(1), Demand::Strict));
    rows
}

/// Without fills: the search knows eight values at once.
const POOL_SCRIPTS: [Script; 7] = [
    &[Do::Push, Do::Observe],
    &[Do::Pop, Do::Observe],
    &[Do::Push, Do::Pop, Do::Observe],
    &[Do::Pop, Do::Push, Do::Observe],
    &[Do::Drain, Do::Observe],
    &[Do::Drain, Do::Push, Do::Pop],
    &[Do::Laps(2)],
];

/// Pools have no spare slots and no bound: a take and a return that stall block nothing.
fn pools() -> [Row; 5] {
    const OUTERS: &[Outer] = &[Outer::Push, Outer::Pop, Outer::Len, Outer::IsEmpty];
    const ACQUIRING: &[Outer] = &[Outer::Push, Outer::Pop, Outer::Recv, Outer::RecvSecond];
    let row = |family: Family, outers, sweep, interrupt: fn(Script) -> Interrupt| {
        let plan = at_every_instruction(POOL_SCRIPTS.map(interrupt).to_vec(), &family);
        Row::new(family, outers, sweep, plan, Demand::Strict)
    };
    let two_levels = nested(BOTH, &POOL_SCRIPTS, 1009);
    [
        row(pool(), OUTERS, "every instruction", Interrupt::Pass),
        row(pool(), OUTERS, "stalled for ever", Interrupt::ForEver),
        Row::new(pool(), ENDS, "two levels, a sample", two_levels, Demand::Strict),
        row(wait_pool(), ACQUIRING, "every instruction", Interrupt::Pass),
        row(wait_pool(), ACQUIRING, "stalled for ever", Interrupt::ForEver),
    ]
}

const WAITING: &[Outer] = &[Outer::Recv, Outer::Send];

/// Channels, and what else can be waited for.
fn channels() -> Vec<Row> {
    let one_spare = || channel::<1>("channel S = 1");
    let passing = at_every_instruction(CHANNEL_SCRIPTS.map(Interrupt::Pass).to_vec(), &one_spare());
    let for_ever = at_every_instruction(CHANNEL_SCRIPTS.map(Interrupt::ForEver).to_vec(), &one_spare());
    let two_levels = nested(&[Call::TrySend(INNER_VALUE), Call::TryRecv], &CHANNEL_SCRIPTS, 1009);
    let two_spares = channel::<2>("channel S = 2").up_to(2);
    let completion = |interrupts: [Interrupt; 12], sweep| {
        const OUTERS: &[Outer] = &[Outer::Push, Outer::Pop, Outer::Recv, Outer::RecvSecond];
        let plan = at_every_instruction(interrupts.to_vec(), &tracker());
        Row::new(tracker(), OUTERS, sweep, plan, Demand::Strict)
    };
    let spsc = |outers, scripts: &[Script]| {
        let plan =
            at_every_instruction(scripts.iter().copied().map(Interrupt::Pass).collect(), &spsc_channel());
        Row::new(spsc_channel(), outers, "every instruction", plan, Demand::Strict)
    };
    vec![
        Row::new(one_spare(), &Outer::ALL, "every instruction", passing, Demand::Strict),
        Row::new(one_spare(), &Outer::ALL, "stalled for ever", for_ever, Demand::Strict),
        Row::new(two_spares, WAITING, "two levels, a sample", two_levels, Demand::Strict),
        spsc(&[Outer::Recv, Outer::Pop], &SENDER_SCRIPTS),
        spsc(&[Outer::Send, Outer::Push], &RECEIVER_SCRIPTS),
        completion(CHANNEL_SCRIPTS.map(Interrupt::Pass), "every instruction"),
        completion(CHANNEL_SCRIPTS.map(Interrupt::ForEver), "stalled for ever"),
    ]
}

/// Channels as they should not be: with a lock that a handler finds held; without a second look.
fn wrong_channels() -> Vec<Row> {
    let spinning: MakeSubject = || Box::new(Waited::<1, Spinning, 1>::new());
    let careless: MakeSubject = || Box::new(Careless::<1>::new());
    let family = |name, make, patience| Family { name, makes: vec![make], patience };
    let row = |family: Family, demand| {
        let plan = at_every_instruction(vec![Interrupt::Pass(CHANNEL_SCRIPTS[0])], &family);
        Row::new(family, &WAITING[..1], "every instruction", plan, demand)
    };
    vec![
        row(family("channel, spin lock", spinning, 0.02), Demand::Hangs),
        row(family("channel, one look", careless, PATIENCE), Demand::NotLinearizable),
    ]
}

/// Two pops and a push: the pushes that are refused prove what was in the queue meanwhile.
fn overlapping_pops(family: Family, demand: Demand) -> Row {
    const PUSHES: [Script; 1] = [&[Do::Push, Do::Push, Do::Push]];
    Row::new(family, &ENDS[1..], "a push in two pops", nested(&BOTH[1..], &PUSHES, 211), demand)
}

/// What the sweep must find in a priority queue: a scan the wrong way round overtakes, and one that
/// is not repeated says Empty though there was a value at every moment.
fn wrong_on_purpose() -> Vec<Row> {
    let downward = naive::<false>("priority, downward");
    let plan = passing(&downward);
    vec![
        Row::new(downward, ENDS, "every instruction", plan, Demand::NotLinearizable),
        overlapping_pops(naive::<true>("priority, one scan"), Demand::NotLinearizable),
    ]
}

/// The same queue with a spare slot less than the rule asks for: there Full must come early
/// somewhere, or the rule asks for too much.
fn beyond_the_bound() -> Vec<Row> {
    const FILL: [Script; 1] = [&[Do::Fill, Do::Observe]];
    let one_level = Plan { interrupts: vec![Interrupt::Pass(FILL[0])], ..passing(&ringway::<0>("")) };
    let two_levels = nested(&BOTH[..1], &FILL, 311);
    let (none, one) = (ringway::<0>("ringway S = 0"), ringway::<1>("ringway S = 1").up_to(2));
    let stack = stack::<0>("stack S = 0");
    vec![
        Row::new(none, ENDS, "every instruction", one_level.clone(), Demand::EarlyFull),
        Row::new(stack, ENDS, "every instruction", one_level, Demand::EarlyFull),
        Row::new(one, &ENDS[..1], "two levels, a sample", two_levels, Demand::EarlyFull),
    ]
}

fn peers() -> Vec<Row> {
    let both = |family: Family, demand: Demand| {
        let (passing, for_ever) = (passing(&family), for_ever(&family));
        let resumed = Row::new(family.clone(), &Outer::ALL, "every instruction", passing, demand);
        [resumed, Row::new(family, &Outer::ALL, "stalled for ever", for_ever, demand)]
    };
    [both(array_queue(), Demand::Hangs), both(heapless_mpmc(), Demand::NotLinearizable)]
        .into_iter()
        .flatten()
        .collect()
}

pub(crate) fn run() {
    let rows =
        [ours(), channels(), beyond_the_bound(), wrong_on_purpose(), wrong_channels(), peers()].concat();
    table::print_head();
    watch::run_side_by_side(&rows, sweep, Row::print);
    rows.iter().for_each(Row::print_examples);
    rows.iter().for_each(Row::check);
}
