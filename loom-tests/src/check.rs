//! What the list of mutants must satisfy: each still applies, each is run, and no ordering is
//! without one.

use crate::copy::read;
use crate::mutants::{self, Layout, ORDERINGS, ORDERINGS_FILE, Replacement};
use std::collections::BTreeSet;

/// What is wrong with the list; nothing, if it is empty.
pub(crate) fn faults() -> Vec<String> {
    let orderings = read(ORDERINGS_FILE).expect("the orderings can be read");
    let mut faults = stale(read_or_nothing);
    faults.extend(not_run());
    faults.extend(without_mutant(&orderings));
    faults
}

fn read_or_nothing(file: &str) -> String {
    read(file).unwrap_or_default()
}

/// The mutants that do not apply to the files as they are.
fn stale(read: impl Fn(&str) -> String) -> Vec<String> {
    let apply = |(name, replacement): (_, Replacement)| {
        replacement.apply(&read(replacement.file)).err().map(|error| format!("{name}: {error}"))
    };
    mutants::replacements().filter_map(apply).collect()
}

/// The mutants that no models are run with, and those that are run and not defined.
fn not_run() -> Vec<String> {
    let defined: BTreeSet<_> = mutants::replacements().map(|(name, _)| name).collect();
    let run: BTreeSet<_> = mutants::all().map(|mutant| mutant.name).collect();
    defined
        .symmetric_difference(&run)
        .map(|name| format!("{name}: defined and not run, or the reverse"))
        .collect()
}

/// The constants that are more than relaxed in a layout, and that no mutant weakens there.
fn without_mutant(orderings: &str) -> Vec<String> {
    let is_weakened = |constant: &str, layout| {
        let weakens = |name| ORDERINGS.iter().any(|&(of, weakened, ..)| of == name && weakened == constant);
        mutants::all().any(|mutant| mutant.layout == layout && weakens(mutant.name))
    };
    let mut faults = vec![];
    for (constant, values) in constants(orderings) {
        for (value, layout) in values.into_iter().zip([Layout::Cached, Layout::Compact]) {
            if value != "Relaxed" && !is_weakened(constant, layout) {
                faults.push(format!("{constant}: {value} without a mutant ({layout:?})"));
            }
        }
    }
    faults
}

/// Every constant of the file, and what it is in both layouts.
fn constants(orderings: &str) -> impl Iterator<Item = (&str, [&str; 2])> {
    orderings.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("pub(crate) const ")?.split_once(": Ordering = ")?;
        Some((name, by_layout(value)))
    })
}

fn by_layout(value: &str) -> [&str; 2] {
    let arguments = |function| value.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(");");
    match arguments("by_layout").and_then(|both| both.split_once(", ")) {
        Some((cached, compact)) => [cached, compact],
        None => [arguments("order").unwrap_or(value); 2],
    }
}

impl Replacement {
    /// The text with the replacement; an error if `before` does not stand in it exactly once.
    pub(crate) fn apply(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.before).count() {
            1 => Ok(text.replacen(&self.before, &self.after, 1)),
            times => Err(format!("`{}` stands {times} times in {}, not once", self.before, self.file)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{constants, faults, read, stale, without_mutant};
    use crate::mutants::{ORDERINGS_FILE, Replacement};

    #[test]
    fn the_list_has_no_faults() {
        assert_eq!(faults(), [""; 0]);
    }

    #[test]
    fn every_ordering_is_found() {
        let orderings = read(ORDERINGS_FILE).unwrap();
        assert_eq!(constants(&orderings).count(), orderings.matches(": Ordering = ").count());
        assert!(constants(&orderings).any(|found| found == ("SLOT_CLAIM", ["AcqRel", "Relaxed"])));
        assert!(constants(&orderings).any(|found| found == ("CHANNEL_CLOSE", ["SeqCst", "SeqCst"])));
    }

    #[test]
    fn an_ordering_without_a_mutant_is_a_fault() {
        let new = |value| without_mutant(&format!("    pub(crate) const NEW: Ordering = {value};\n"));
        assert_eq!(new("order(Relaxed)"), [""; 0]);
        assert_eq!(new("by_layout(Relaxed, Release)"), ["NEW: Release without a mutant (Compact)"]);
        assert_eq!(new("order(SeqCst)").len(), 2);
        assert_eq!(new("SeqCst").len(), 2);
    }

    #[test]
    fn a_mutant_that_does_not_apply_is_a_fault_with_its_name() {
        let changed = |file: &str| read(file).unwrap().replace("own.slot ^= 1;", "own.slot = 1 - own.slot;");
        let found = stale(changed);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("P-other-slot: "), "{found:?}");
    }

    #[test]
    fn what_is_replaced_stands_there_once() {
        let replacement = Replacement { file: "a.rs", before: "b".into(), after: "c".into() };
        assert_eq!(replacement.apply("abd"), Ok("acd".into()));
        assert!(replacement.apply("ad").is_err());
        assert!(replacement.apply("abbd").is_err());
    }
}
