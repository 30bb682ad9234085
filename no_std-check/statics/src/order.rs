//! The queues with an order of their own: the stack and the priority queue.

use crate::{Word, roots};
use ringway::mpmc::Queue;
use ringway::priority::{CostClass, Fair, Priority, Weighted};
use ringway::stack::Stack;
use ringway::{Full, PushError};

#[unsafe(no_mangle)]
static STATIC_STACK: Stack<Word, 8, 2> = Stack::new();
/// As many slots as 32-bit words allow, and one more.
#[unsafe(no_mangle)]
static STATIC_STACK_LARGEST: Stack<Word, 251, 4> = Stack::new();
#[cfg(feature = "short-lived-stack")]
static SHORT_LIVED_STACK: Stack<Word, 252, 4> = Stack::new();
/// The most spares for one value, and one more.
#[unsafe(no_mangle)]
static STATIC_MOST_SPARES: Queue<Word, 1, 255> = Queue::new();
#[cfg(feature = "short-lived-queue")]
static SHORT_LIVED_QUEUE: Queue<Word, 1, 256> = Queue::new();
#[unsafe(no_mangle)]
static STATIC_PRIORITY: Priority<Word, 3, 4> = Priority::new();
#[unsafe(no_mangle)]
static STATIC_PRIORITY_FAIR: Priority<Word, 2, 4, Fair<8>> = Priority::with_policy(Fair::new());

roots! {
    fn word_stack_push(value: Word) -> Result<(), Full<Word>> {
        STATIC_STACK.push(value)
    }

    fn word_stack_pop() -> Option<Word> {
        STATIC_STACK.pop()
    }

    fn word_stack_observe() -> usize {
        let flags = usize::from(STATIC_STACK.is_empty()) + usize::from(STATIC_STACK.is_full());
        STATIC_STACK.len() + STATIC_STACK.capacity() + flags
    }

    fn word_priority_push(level: usize, value: Word) -> Result<(), PushError<Word>> {
        STATIC_PRIORITY.push(level, value)
    }

    fn word_priority_pop() -> Option<(usize, Word)> {
        STATIC_PRIORITY.pop().or_else(|| STATIC_PRIORITY_FAIR.pop())
    }

    fn word_priority_observe(level: usize) -> usize {
        let level = STATIC_PRIORITY.level(level).map_or(0, |view| view.len());
        let flags = usize::from(STATIC_PRIORITY.is_empty());
        STATIC_PRIORITY.len() + STATIC_PRIORITY.levels() + STATIC_PRIORITY.capacity() + level + flags
    }

    fn word_cost_class(cost: u64) -> usize {
        CostClass::<4>::new(10).level(cost)
    }

    fn word_priority_weighted_pop() -> Option<(usize, Word)> {
        // With weights, which are not zero, so it does not lie in `.bss`.
        static WEIGHTED: Priority<Word, 2, 4, Weighted<2>> = Priority::with_policy(Weighted::new([3, 1]));
        WEIGHTED.pop()
    }

    #[cfg(feature = "defmt")]
    fn format_orders() {
        defmt::info!("{} {} {}", STATIC_STACK, STATIC_PRIORITY, STATIC_PRIORITY_FAIR);
    }
}
