//! Every target with every feature: that it builds, and what the image holds.

use crate::image::Image;
use crate::tally::Tally;
use crate::toolchain::{Build, Toolchain};
use anyhow::Result;

/// The targets, and whether they can compare and swap.
const TARGETS: [(&str, bool); 7] = [
    ("thumbv6m-none-eabi", false),
    ("thumbv7m-none-eabi", true),
    ("thumbv7em-none-eabi", true),
    ("thumbv8m.main-none-eabi", true),
    ("riscv32i-unknown-none-elf", false),
    ("riscv32imc-unknown-none-elf", false),
    ("riscv32imac-unknown-none-elf", true),
];

/// Features that every target must build with.
const EVERYWHERE: &[&str] = &[
    "",
    "alloc",
    "defmt",
    "embedded-io",
    "metrics",
    "alloc,defmt",
    "alloc,defmt,embedded-io,metrics",
    "mpmc,critical-section",
    "mpmc,critical-section,alloc",
    "mpmc,critical-section,alloc,defmt",
    "mpmc,single-core",
    "channel,single-core",
    "channel,critical-section,alloc,defmt",
    "futures,critical-section,metrics,defmt",
];
/// Features that need compare-and-swap.
const WITH_CAS: &[&str] = &[
    "mpmc",
    "mpmc,alloc",
    "mpmc,defmt",
    "mpmc,metrics",
    "mpmc,alloc,defmt",
    "channel",
    "channel,alloc,defmt",
    "futures",
];
/// The first and the last of each kind, for a quick look.
const QUICK: &[&str] =
    &["", "alloc,defmt,embedded-io,metrics", "mpmc,metrics", "channel,critical-section,alloc,defmt"];

/// What the compile error must say about the MPMC queue without compare-and-swap: what is missing,
/// the feature, the backends to choose from, and the queue that needs none.
const ADVICE: [&str; 5] = [
    "no compare-and-swap",
    "`portable-atomic`",
    "`critical-section`",
    "`unsafe-assume-single-core`",
    "ringway::spsc",
];

/// Features with a `static` whose words would begin again too soon, and what the compile error must
/// say.
const SHORT_LIVED: [(&str, &str); 3] = [
    ("mpmc,short-lived-stack", "at most 255 slots"),
    ("mpmc,short-lived-pool", "at most 255 objects"),
    ("mpmc,short-lived-queue", "S is too large beside N"),
];

/// What may not be reached from a root, by the start of the root's name (see
/// `statics/src/main.rs`).
const RULES: [(&str, &[Forbidden]); 3] = [
    ("word_", &[Forbidden::Panic, Forbidden::Division, Forbidden::Allocator, Forbidden::Memcpy]),
    ("bulk_", &[Forbidden::Panic, Forbidden::Division, Forbidden::Allocator]),
    ("build_", &[Forbidden::Division]),
];

#[derive(Clone, Copy, Debug)]
enum Forbidden {
    Panic,
    Division,
    Allocator,
    Memcpy,
}

impl Forbidden {
    fn is(self, name: &str) -> bool {
        let is_one_of = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        match self {
            Self::Panic => name == "panic_reached" || crate::image::is_panic(name),
            Self::Division => is_one_of(&[
                "idiv", "ldiv", "udivsi3", "divsi3", "umodsi3", "modsi3", "divdi3", "moddi3", "div_rem",
            ]),
            Self::Allocator => name == "allocator_reached",
            Self::Memcpy => is_one_of(&["memcpy", "memmove", "memset", "memclr"]),
        }
    }
}

pub(crate) fn check(toolchain: Toolchain, quick: bool, tally: &mut Tally) -> Result<()> {
    for (target, has_cas) in TARGETS {
        let features = EVERYWHERE.iter().chain(WITH_CAS.iter().filter(|_| has_cas));
        for features in features.filter(|features| !quick || QUICK.contains(features)) {
            let build = statics(target, features);
            tally.note(&format!("{target} [{features}]"), &faults(toolchain, build)?);
        }
        if !has_cas {
            let build = statics(target, "mpmc");
            tally.note(
                &format!("{target} [mpmc] is refused, with advice"),
                &refusal_faults(toolchain, build, &ADVICE)?,
            );
        }
        for (features, reason) in SHORT_LIVED.iter().filter(|_| has_cas) {
            let faults = refusal_faults(toolchain, statics(target, features), &[reason])?;
            tally.note(&format!("{target} [{features}] is refused"), &faults);
        }
    }
    Ok(())
}

fn statics<'a>(target: &'a str, features: &'a str) -> Build<'a> {
    Build { target, package: "statics", program: "statics", features, ..Build::default() }
}

fn faults(toolchain: Toolchain, build: Build<'_>) -> Result<Vec<String>> {
    let image = match toolchain.build(build)? {
        Ok(path) => Image::read(&path)?,
        Err(message) => return Ok(vec![message]),
    };
    let mut faults = memory_faults(&image);
    for (prefix, forbidden) in RULES {
        for (root, address) in image.functions(prefix) {
            faults.extend(reach_faults(&image, root, address, forbidden));
        }
    }
    if image.functions("word_").count() == 0 {
        faults.push("the image holds no roots".into());
    }
    Ok(faults)
}

fn memory_faults(image: &Image) -> Vec<String> {
    let statics: Vec<_> = image.statics().filter(|memory| memory.name.starts_with("STATIC_")).collect();
    if statics.is_empty() {
        return vec!["the image holds no statics".into()];
    }
    let outside = statics.iter().filter(|memory| !memory.in_bss);
    outside.map(|memory| format!("{} is not in .bss", memory.name)).collect()
}

fn reach_faults(image: &Image, root: &str, address: u64, forbidden: &[Forbidden]) -> Vec<String> {
    let reach = image.reach(&[address]);
    let wrong = reach.names.iter().filter(|name| forbidden.iter().any(|kind| kind.is(name)));
    wrong.map(|name| format!("{root} reaches {name}")).collect()
}

fn refusal_faults(toolchain: Toolchain, build: Build<'_>, advice: &[&str]) -> Result<Vec<String>> {
    let message = match toolchain.build(build)? {
        Ok(_) => return Ok(vec!["it builds".into()]),
        Err(message) => message,
    };
    let missing = advice.iter().filter(|advice| !message.contains(**advice));
    Ok(missing.map(|advice| format!("the error does not say {advice}:\n{message}")).collect())
}
