//! What a linked image holds, and which function reaches which: read from its symbols and from the
//! relocations that `--emit-relocs` keeps.

use anyhow::{Context, Result};
use object::{File, Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionKind, SymbolKind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Debug)]
pub(crate) struct Image {
    functions: BTreeMap<u64, Function>,
    statics: Vec<Static>,
}

#[derive(Debug)]
struct Function {
    name: String,
    size: u64,
    /// The addresses of the functions that this one names.
    names: BTreeSet<u64>,
}

/// Memory with a name.
#[derive(Debug)]
pub(crate) struct Static {
    pub(crate) name: String,
    /// Zero at the start, so that no image of it takes room in the flash memory.
    pub(crate) in_bss: bool,
}

/// All that a function reaches.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    pub(crate) code_size: u64,
    pub(crate) names: BTreeSet<String>,
}

impl Image {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let data = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = File::parse(&*data).with_context(|| format!("{} is no image", path.display()))?;
        let mut functions = functions(&file);
        for (from, to) in references(&file) {
            let is_function = functions.contains_key(&to);
            if let Some(function) = containing(&mut functions, from).filter(|_| is_function) {
                function.names.insert(to);
            }
        }
        Ok(Self { functions, statics: statics(&file) })
    }

    pub(crate) fn statics(&self) -> impl Iterator<Item = &Static> {
        self.statics.iter()
    }

    /// The functions whose name starts with `prefix`: their names and addresses.
    pub(crate) fn functions(&self, prefix: &str) -> impl Iterator<Item = (&str, u64)> {
        self.functions
            .iter()
            .map(|(&address, function)| (function.name.as_str(), address))
            .filter(move |(name, _)| name.starts_with(prefix))
    }

    /// What the functions at `addresses` reach, themselves included, without going on behind a
    /// panic.
    pub(crate) fn reach(&self, addresses: &[u64]) -> Reach {
        let mut reach = Reach::default();
        let mut seen = BTreeSet::new();
        let mut open = addresses.to_vec();
        while let Some(address) = open.pop() {
            let Some(function) = self.functions.get(&address).filter(|_| seen.insert(address)) else {
                continue;
            };
            reach.names.insert(function.name.clone());
            if !is_panic(&function.name) {
                reach.code_size += function.size;
                open.extend(&function.names);
            }
        }
        reach
    }
}

impl Reach {
    pub(crate) fn panics(&self) -> bool {
        self.names.iter().any(|name| is_panic(name))
    }
}

/// Whether a function is the start of a panic.
pub(crate) fn is_panic(name: &str) -> bool {
    name.starts_with("core::panicking")
        || ["panic_", "_failed", "handle_alloc_error"].iter().any(|part| name.contains(part))
}

/// A function of the Thumb instruction set has an odd address.
fn without_mode(file: &File<'_>, address: u64) -> u64 {
    if file.architecture() == object::Architecture::Arm { address & !1 } else { address }
}

fn functions(file: &File<'_>) -> BTreeMap<u64, Function> {
    let mut functions = BTreeMap::new();
    for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0) {
        let name = symbol.name().unwrap_or_default();
        let name = format!("{:#}", rustc_demangle::demangle(name));
        let function = Function { name, size: symbol.size(), names: BTreeSet::new() };
        functions.insert(without_mode(file, symbol.address()), function);
    }
    functions
}

/// Each place in the image that names another one.
fn references(file: &File<'_>) -> Vec<(u64, u64)> {
    let relocations = file.sections().filter(|s| s.kind() == SectionKind::Text).flat_map(|s| s.relocations());
    relocations
        .filter_map(|(from, relocation)| {
            let RelocationTarget::Symbol(index) = relocation.target() else { return None };
            let symbol = file.symbol_by_index(index).ok()?;
            Some((from, without_mode(file, symbol.address())))
        })
        .collect()
}

fn containing(functions: &mut BTreeMap<u64, Function>, address: u64) -> Option<&mut Function> {
    let (start, function) = functions.range_mut(..=address).next_back()?;
    (address < start + function.size).then_some(function)
}

fn statics(file: &File<'_>) -> Vec<Static> {
    let symbols = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Data);
    symbols
        .filter_map(|symbol| {
            let section = file.section_by_index(symbol.section_index()?).ok()?;
            let name = symbol.name().ok()?.to_owned();
            Some(Static { name, in_bss: section.kind() == SectionKind::UninitializedData })
        })
        .collect()
}
