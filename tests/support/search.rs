//! The search for a sequential order that explains a history (Wing and Gong), breadth first.
//!
//! All orders are followed at once, event by event. A *world* is what one class of orders leads to:
//! the state of the queue, and which of the open calls have taken effect with which answer. Orders
//! that meet in the same world are one from there on; that is the memo, and keeps long histories
//! cheap. A call takes effect as late as possible: just before the return of a call that needs it.

use super::history::{Context, Event, MAX_CONTEXTS};
use super::specification::{Call, Reply, Specification, Stage};

#[derive(Clone, Copy, PartialEq, Eq)]
struct World {
    queue: Specification,
    /// How far the open call of each context has come.
    stages: [Stage; MAX_CONTEXTS],
}

/// Follows a history, event by event.
pub(crate) struct Search {
    open: [Option<Call>; MAX_CONTEXTS],
    worlds: Vec<World>,
}

impl Search {
    /// Starts with this queue.
    pub(crate) fn new(queue: Specification) -> Self {
        let start = World { queue, stages: [Stage::START; MAX_CONTEXTS] };
        Self { open: [None; MAX_CONTEXTS], worlds: vec![start] }
    }

    /// Whether some order still explains everything up to and with `event`.
    pub(crate) fn follow(&mut self, event: Event) -> bool {
        match event {
            Event::Invoked(context, call) => {
                assert!(
                    self.open[context].is_none(),
                    "context {context} calls before its last call returned"
                );
                self.open[context] = Some(call);
            }
            Event::Returned(context, reply) => {
                self.worlds = self.worlds_with(context, reply);
                self.open[context] = None;
            }
        }
        !self.worlds.is_empty()
    }

    /// Every world in which the call of `context` has taken effect with this answer.
    fn worlds_with(&self, context: Context, reply: Reply) -> Vec<World> {
        let mut seen = self.worlds.clone();
        let mut explained = Vec::with_capacity(seen.len());
        let mut next = 0;
        while let Some(&world) = seen.get(next) {
            next += 1;
            match world.stages[context] {
                Stage::Done(answer) if answer == reply => insert(&mut explained, world.without(context)),
                Stage::Done(_) => {}
                _ => self.successors(world).for_each(|world| insert(&mut seen, world)),
            }
        }
        explained
    }

    /// The worlds one step on: one open call more has taken effect.
    fn successors(&self, world: World) -> impl Iterator<Item = World> {
        let open =
            self.open.iter().enumerate().filter_map(|(context, call)| call.map(|call| (context, call)));
        open.filter(move |&(context, _)| !matches!(world.stages[context], Stage::Done(_)))
            .flat_map(move |(context, call)| world.after(context, call))
    }
}

impl World {
    fn after(mut self, context: Context, call: Call) -> impl Iterator<Item = Self> {
        let alternative =
            self.queue.alternative(call, self.stages[context]).map(|stage| self.at(context, stage));
        let stage = self.queue.advance(call, self.stages[context]);
        [self.at(context, stage)].into_iter().chain(alternative)
    }

    fn at(mut self, context: Context, stage: Stage) -> Self {
        self.stages[context] = stage;
        self
    }

    fn without(self, context: Context) -> Self {
        self.at(context, Stage::START)
    }
}

fn insert(worlds: &mut Vec<World>, world: World) {
    if !worlds.contains(&world) {
        worlds.push(world);
    }
}

/// The place of the first event that no order explains, if there is one.
pub(crate) fn first_unexplained(queue: Specification, history: &[Event]) -> Option<usize> {
    let mut search = Search::new(queue);
    history.iter().position(|&event| !search.follow(event))
}

pub(crate) fn is_linearizable(queue: Specification, history: &[Event]) -> bool {
    first_unexplained(queue, history).is_none()
}
