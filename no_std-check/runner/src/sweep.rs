//! An interrupt at every instruction, on the boards: ours must answer like a plain queue every
//! time, and the peers must fail in the way that is known of them, or the sweep proves nothing.

use crate::boards::{BOARDS, Board};
use crate::tally::Tally;
use crate::toolchain::{Build, Toolchain, home};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::thread;

/// A core, and how the firmware is built for it.
#[derive(Clone, Copy)]
struct Variant {
    name: &'static str,
    core: &'static str,
    /// How the core comes by compare-and-swap, if it has none.
    atomics: &'static str,
    single_core: bool,
}

const VARIANTS: [Variant; 9] = [
    Variant::new("Cortex-M0, critical section", "Cortex-M0", "by-critical-section", false),
    Variant::new("Cortex-M0, single core", "Cortex-M0", "by-single-core", true),
    Variant::new("Cortex-M3", "Cortex-M3", "", false),
    Variant::new("Cortex-M3, single core", "Cortex-M3", "", true),
    Variant::new("Cortex-M4", "Cortex-M4", "", false),
    Variant::new("Cortex-M33", "Cortex-M33", "", false),
    Variant::new("Cortex-M33, single core", "Cortex-M33", "", true),
    Variant::new("RV32IMAC", "RV32IMAC", "", false),
    Variant::new("RV32IMAC, single core", "RV32IMAC", "", true),
];

impl Variant {
    const fn new(name: &'static str, core: &'static str, atomics: &'static str, single_core: bool) -> Self {
        Self { name, core, atomics, single_core }
    }

    fn has_cas(self) -> bool {
        self.atomics.is_empty()
    }
}

/// What a queue has to show in the sweep.
#[derive(Clone, Copy)]
struct Expectation {
    queue: &'static str,
    is_met: fn(&Counts) -> bool,
    otherwise: &'static str,
}

const EXPECTATIONS: [Expectation; 7] = [
    Expectation {
        queue: "ringway mpmc",
        is_met: Counts::is_strict,
        otherwise: "a plain queue does not explain every answer",
    },
    Expectation {
        queue: "ringway mpmc, no spare",
        is_met: |counts| counts.spurious > 0 && counts.wrong == 0 && counts.hangs == 0,
        otherwise: "with too few spares, Full has to come early and nothing else may go wrong",
    },
    Expectation {
        queue: "ringway channel",
        is_met: Counts::is_strict,
        otherwise: "a plain queue does not explain every answer, or a future slept too long",
    },
    Expectation {
        queue: "channel, spin lock",
        is_met: |counts| counts.hangs > 0,
        otherwise: "its hang does not show: the sweep is blind",
    },
    Expectation {
        queue: "channel, one look",
        is_met: |counts| counts.spurious > 0,
        otherwise: "its lost wake-ups do not show: the sweep is blind",
    },
    Expectation {
        queue: "heapless mpmc",
        is_met: |counts| counts.spurious > 0,
        otherwise: "its spurious answers do not show: the sweep is blind",
    },
    Expectation {
        queue: "crossbeam ArrayQueue",
        is_met: |counts| counts.hangs > 0,
        otherwise: "its hang does not show: the sweep is blind",
    },
];

/// What one queue did, over all capacities.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    instructions: u64,
    points: u64,
    strict: u64,
    spurious: u64,
    wrong: u64,
    hangs: u64,
}

/// By queue, and levels of interrupts.
type Table = BTreeMap<(String, String), Counts>;

impl Counts {
    fn runs(&self) -> u64 {
        self.strict + self.spurious + self.wrong + self.hangs
    }

    fn is_strict(&self) -> bool {
        self.strict > 0 && self.strict == self.runs()
    }

    fn add(&mut self, fields: &[u64]) -> Option<()> {
        let &[instructions, points, strict, spurious, wrong, hangs] = fields else { return None };
        self.instructions += instructions;
        self.points += points;
        self.strict += strict;
        self.spurious += spurious;
        self.wrong += wrong;
        self.hangs += hangs;
        Some(())
    }
}

pub(crate) fn check(toolchain: Toolchain, quick: bool, tally: &mut Tally) -> Result<()> {
    let arguments: &[&str] = if quick { &["quick"] } else { &[] };
    let images = VARIANTS.map(|variant| image(toolchain, variant));
    // The boards run side by side: this takes the most time of all.
    let runs = thread::scope(|scope| {
        let threads = images.map(|image| scope.spawn(move || sweep(image, arguments)));
        threads.map(|thread| thread.join().expect("the thread does not panic"))
    });
    let mut text = String::from(HEAD);
    for (variant, run) in VARIANTS.into_iter().zip(runs) {
        let name = variant.name;
        match run? {
            Ok(table) => {
                tally.note(
                    &format!("{name}: interrupted at every instruction"),
                    &faults(&table, variant.has_cas()),
                );
                write_rows(&mut text, name, &table)?;
            }
            Err(message) => tally.note(&format!("{name}: interrupted"), &[message]),
        }
    }
    println!("\n{text}");
    let path = home().join("results/sweep.md");
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A board with its image, or what cargo said.
type Prepared = Result<(&'static Board, PathBuf), String>;

fn image(toolchain: Toolchain, variant: Variant) -> Result<Prepared> {
    let board = BOARDS.iter().find(|board| board.core == variant.core).context("no such core")?;
    let features = format!("channels,{},{}", board.feature, variant.atomics);
    let build = Build { single_core: variant.single_core, ..board.firmware("sweep", &features) };
    let built = match toolchain.build(build)? {
        Ok(built) => built,
        Err(message) => return Ok(Err(message)),
    };
    // Kept apart: the next variant for this target replaces it.
    let image = built.with_file_name(format!("sweep of {}", variant.name.replace(',', "")));
    std::fs::copy(built, &image)?;
    Ok(Ok((board, image)))
}

fn sweep(prepared: Result<Prepared>, arguments: &[&str]) -> Result<Result<Table, String>> {
    let (board, image) = match prepared? {
        Ok(prepared) => prepared,
        Err(message) => return Ok(Err(message)),
    };
    let printed = match board.run(&image, arguments)? {
        Ok(printed) => printed,
        Err(message) => return Ok(Err(message)),
    };
    let mut table = Table::new();
    for record in printed.lines() {
        if read_record(record, &mut table).is_none() {
            return Ok(Err(format!("not understood: {record}")));
        }
    }
    Ok(Ok(table))
}

fn read_record(record: &str, table: &mut Table) -> Option<()> {
    let mut fields = record.strip_prefix("sweep|")?.split('|');
    let (queue, _capacity, levels) = (fields.next()?, fields.next()?, fields.next()?);
    let counts: Vec<u64> = fields.map(|field| field.parse().ok()).collect::<Option<_>>()?;
    table.entry((queue.to_owned(), levels.to_owned())).or_default().add(&counts)
}

fn faults(table: &Table, has_cas: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for Expectation { queue, is_met, otherwise } in EXPECTATIONS {
        let rows = table.iter().filter(|((name, _), _)| name == queue);
        let unexpected = rows.clone().filter(|(_, counts)| !is_met(counts));
        faults.extend(
            unexpected.map(|((_, levels), counts)| format!("{queue}, {levels}: {otherwise}: {counts:?}")),
        );
        if rows.count() == 0 && (has_cas || queue != "crossbeam ArrayQueue") {
            faults.push(format!("{queue} is missing"));
        }
    }
    // Without compare-and-swap, interrupts are masked for some instructions, and come after them;
    // and while a channel changes its list of waiters.
    let never_masks = |queue: &str| has_cas && !queue.contains("channel");
    let skipped =
        table.iter().filter(|((queue, _), counts)| never_masks(queue) && counts.points < counts.instructions);
    faults.extend(skipped.map(|((queue, _), counts)| format!("{queue}: instructions left out: {counts:?}")));
    faults
}

const HEAD: &str = "\
# An interrupt at every instruction

Written by `no_std-check/run`. A timer interrupts push, pop, len and force_push (the peers: push and pop) before
every instruction, at every fill level, for capacities 1, 2 and 4. The handler pushes, pops, does both, fills or
empties the same queue; on the second level another handler interrupts it and does one of these too.
Channels (capacities 1 and 2): try_send, try_recv, the first poll of `send` and `recv`, and the cancellation of one
of two futures that wait; then futures are polled when they are woken, and a future that sleeps claims that there is
nothing to wake up for. Two that are wrong on purpose: with a spin lock, and without a look after registering.
With as many spare slots as levels; \"no spare\" shows what they are for: Full comes early, and nothing else fails.
Instructions: of all operations that are swept, uninterrupted. Points: different places where an interrupt came
(where interrupts are masked there are fewer: they come afterwards). Strict: runs in which a plain queue could
have given every answer, nothing missing afterwards. Spurious: with a Full or Empty that is not true. Wrong:
values lost, doubled or out of order. Hangs: runs in which a watchdog had to end the handler.

| core | queue | levels | instructions | points | runs | strict | spurious | wrong | hangs |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|
";

fn write_rows(text: &mut String, core: &str, table: &Table) -> Result<()> {
    for ((queue, levels), counts) in table.iter().rev() {
        let Counts { instructions, points, strict, spurious, wrong, hangs } = counts;
        let instructions = if levels == "1" { instructions.to_string() } else { String::new() };
        let runs = counts.runs();
        writeln!(
            text,
            "| {core} | {queue} | {levels} | {instructions} | {points} | {runs} | {strict} | {spurious} | {wrong} | {hangs} |"
        )?;
    }
    Ok(())
}
