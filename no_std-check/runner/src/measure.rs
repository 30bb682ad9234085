//! Instructions, code size, RAM and interrupt latency of the queues, as tables.

use crate::boards::{BOARDS, Board};
use crate::image::Image;
use crate::tally::Tally;
use crate::toolchain::{Build, Toolchain, home};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The queues, in the order of the tables.
const QUEUES: [&str; 12] = [
    "ringway spsc",
    "ringway spsc, single core",
    "heapless spsc",
    "heapless spsc, in place",
    "bbqueue",
    "ringway mpmc",
    "ringway mpmc, single core",
    "heapless mpmc",
    "heapless mpmc, single core",
    "crossbeam ArrayQueue",
    "embassy channel",
    "critical-section deque",
];

/// Of builds with `--cfg ringway_single_core`, and on cores without compare-and-swap with the
/// backend of portable-atomic for one core.
const SINGLE_CORE: &str = ", single core";

/// What is known of one queue on one core.
#[derive(Debug, Default)]
struct Figures {
    push: String,
    pop: String,
    full: String,
    empty: String,
    ram: String,
    code: String,
    panics: bool,
    late: String,
}

type Table = BTreeMap<String, Figures>;

pub(crate) fn check(toolchain: Toolchain, tally: &mut Tally) -> Result<()> {
    let mut text = String::from(HEAD);
    for board in &BOARDS {
        let mut table = Table::new();
        for (features, single_core) in builds(board) {
            let build = Build { single_core, ..board.firmware("measure", &features) };
            let suffix = if single_core { SINGLE_CORE } else { "" };
            let faults = measure(toolchain, board, build, suffix, &mut table)?;
            tally.note(&format!("{} measured [{features}]{suffix}", board.core), &faults);
        }
        write_table(&mut text, board, &table)?;
    }
    println!("\n{text}");
    let path = home().join("results/measure.md");
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Features, and whether all users of a queue are on one core. Later builds replace the figures of
/// earlier ones.
fn builds(board: &Board) -> Vec<(String, bool)> {
    let with = |atomics: &str| format!("{}{atomics}", board.feature);
    if board.has_cas {
        vec![(with(""), false), (with(""), true)]
    } else {
        // Without compare-and-swap the SPSC queues are measured as they are, the others with
        // portable-atomic.
        vec![(with(",by-critical-section"), false), (with(""), false), (with(",by-single-core"), true)]
    }
}

/// Adds to the table what one firmware finds.
fn measure(
    toolchain: Toolchain,
    board: &Board,
    build: Build<'_>,
    suffix: &str,
    table: &mut Table,
) -> Result<Vec<String>> {
    let image = match toolchain.build(build)? {
        Ok(image) => image,
        Err(message) => return Ok(vec![message]),
    };
    let printed = match board.run(&image, &[])? {
        Ok(printed) => printed,
        Err(message) => return Ok(vec![message]),
    };
    let image = Image::read(&image)?;
    for record in printed.lines() {
        let fields: Vec<_> = record.split('|').collect();
        if read_record(&fields, &image, suffix, table).is_none() {
            return Ok(vec![format!("not understood: {record}")]);
        }
    }
    Ok(vec![])
}

fn read_record(fields: &[&str], image: &Image, suffix: &str, table: &mut Table) -> Option<()> {
    let &[kind, name, ref rest @ ..] = fields else { return None };
    let figures = table.entry(format!("{name}{suffix}")).or_default();
    match (kind, rest) {
        ("ram", &[bytes]) => figures.ram = bytes.to_owned(),
        ("late", &[push, pop]) => figures.late = format!("{push} / {pop}"),
        ("code", &[push, pop]) => {
            let reach = image.reach(&[address(push)?, address(pop)?]);
            figures.code = reach.code_size.to_string();
            figures.panics = reach.panics();
        }
        ("count", &["push", least, most, least_full, most_full]) => {
            figures.push = range(least, most);
            figures.full = range(least_full, most_full);
        }
        ("count", &["pop", least, most, least_empty, most_empty]) => {
            figures.pop = range(least, most);
            figures.empty = range(least_empty, most_empty);
        }
        _ => return None,
    }
    Some(())
}

/// The address of a function, without the bit that selects its instruction set.
fn address(hexadecimal: &str) -> Option<u64> {
    u64::from_str_radix(hexadecimal.strip_prefix("0x")?, 16).ok().map(|address| address & !1)
}

fn range(least: &str, most: &str) -> String {
    if least == most { most.to_owned() } else { format!("{least} – {most}") }
}

const HEAD: &str = "\
# Queues of 8 x u32 on microcontrollers

Written by `no_std-check/run`. Instructions executed by one call, its arguments and its return included:
least to most over all fill levels and positions. Code is that of push and pop with all they reach, without
what comes behind a panic. RAM is the queue with its two ends. Late: by how many instructions an interrupt
comes later, at worst, than in a program without a queue, while 64 bytes are pushed or popped.
The heapless SPSC queue holds 7; its ends divide by a length that they learn at run time, which is a call on cores
without a divider. \"Single core\" is `--cfg ringway_single_core`, and where there is no compare-and-swap the backend
of portable-atomic for one core (in the other rows there: its critical section).

";

/// A build for one core changes nothing for heapless where there is compare-and-swap.
fn is_listed(board: &Board, name: &str) -> bool {
    !board.has_cas || name != "heapless mpmc, single core"
}

fn write_table(text: &mut String, board: &Board, table: &Table) -> Result<()> {
    writeln!(text, "## {} ({}, QEMU {})\n", board.core, board.target, board.machine)?;
    writeln!(
        text,
        "| queue | push | pop | full | empty | code, bytes | RAM, bytes | can panic | late, push / pop |"
    )?;
    writeln!(text, "|---|---:|---:|---:|---:|---:|---:|---|---:|")?;
    for name in QUEUES {
        let Some(f) = table.get(name).filter(|_| is_listed(board, name)) else { continue };
        let panics = if f.panics { "yes" } else { "" };
        let cells = [name, &f.push, &f.pop, &f.full, &f.empty, &f.code, &f.ram, panics, &f.late];
        writeln!(text, "| {} |", cells.join(" | "))?;
    }
    writeln!(text)?;
    Ok(())
}
