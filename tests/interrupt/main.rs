//! An interrupt at every instruction: what an interrupt handler finds when it uses a queue in whose
//! push or pop it came, and what the interrupted operation finds when it goes on, or if it never
//! does. Channels too: what a handler sends, receives or closes while a future is about to wait
//! wakes that future.
//!
//! Two other queues go through the same sweep. If it does not find their known flaws, it proves
//! nothing.

#[path = "../support/mod.rs"]
mod support;

#[cfg(all(target_os = "linux", target_arch = "x86_64", not(miri)))]
mod x86_64_linux;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64", not(miri))))]
mod x86_64_linux {
    pub(crate) fn run() {
        eprintln!(
            "SKIPPED: the interrupt sweep needs the trap flag of x86-64 Linux. Nothing was tested here."
        );
    }
}

fn main() {
    if is_wanted() {
        x86_64_linux::run();
    }
}

/// Whether the command line asks for this test, in the way of the usual test harness.
fn is_wanted() -> bool {
    const NAME: &str = "interrupt_sweep";
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let is_named = |filter: &str| NAME.contains(filter);
    let is_skipped = arguments.windows(2).any(|pair| pair[0] == "--skip" && is_named(&pair[1]));
    let mut filters = arguments.iter().filter(|argument| !argument.starts_with('-')).peekable();
    let is_selected = filters.peek().is_none() || filters.any(|filter| is_named(filter));
    is_selected && !is_skipped && !arguments.iter().any(|argument| argument == "--list")
}
