//! What was swept, what came of it, and what must come of it.

use super::scenario::{MakeSubject, Outer};
use super::sweep::Plan;
use super::watch::{Board, Verdict};

/// A queue in several capacities.
#[derive(Clone)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) makes: Vec<MakeSubject>,
    /// See [`Plan::patience`].
    pub(crate) patience: f64,
}

/// What a row must show. For the queues with a flaw that is the test of the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Every point is strict.
    Strict,
    /// Full comes early somewhere, but nothing is lost and nothing hangs.
    EarlyFull,
    NotLinearizable,
    Hangs,
}

/// One line of the table.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) family: Family,
    pub(crate) outers: &'static [Outer],
    pub(crate) plan: Plan,
    pub(crate) board: &'static Board,
    sweep: &'static str,
    demand: Demand,
}

impl Row {
    pub(crate) fn new(
        family: Family,
        outers: &'static [Outer],
        sweep: &'static str,
        plan: Plan,
        demand: Demand,
    ) -> Self {
        Self { family, outers, plan, board: Board::new(), sweep, demand }
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.board.counted(verdict)
    }

    pub(crate) fn print(&self) {
        println!(
            "{:<21} {:<22} {:>8} {:>8} {:>15} {:>9} {:>6} {:>6.1}   {:?}",
            self.family.name,
            self.sweep,
            self.board.points(),
            self.count(Verdict::Strict),
            self.count(Verdict::NotLinearizable),
            self.count(Verdict::LostOrDoubled),
            self.count(Verdict::Hang),
            self.board.seconds.get(),
            self.demand,
        );
    }

    pub(crate) fn print_examples(&self) {
        for verdict in [Verdict::NotLinearizable, Verdict::LostOrDoubled, Verdict::Hang] {
            if self.count(verdict) > 0 {
                println!("\n{}, {}: first {verdict:?}:", self.family.name, self.sweep);
                println!("  {}", self.board.example(verdict));
            }
        }
    }

    pub(crate) fn check(&self) {
        let [strict, spurious, lost, hangs] =
            [Verdict::Strict, Verdict::NotLinearizable, Verdict::LostOrDoubled, Verdict::Hang]
                .map(|v| self.count(v));
        let is_met = match self.demand {
            Demand::Strict => strict > 0 && strict == self.board.points(),
            Demand::EarlyFull => spurious > 0 && lost == 0 && hangs == 0,
            Demand::NotLinearizable => spurious > 0,
            Demand::Hangs => hangs > 0,
        };
        assert!(is_met, "{}, {}: not {:?}", self.family.name, self.sweep, self.demand);
    }
}

pub(crate) fn print_head() {
    println!(
        "{:<21} {:<22} {:>8} {:>8} {:>15} {:>9} {:>6} {:>6}   must be",
        "queue", "interrupted", "points", "strict", "not linearizable", "lost", "hangs", "s"
    );
}
