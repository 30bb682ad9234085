//! Priority queue and stack.

use super::*;
use ringway::priority::Priority;
use ringway::stack::Stack;

/// Both as one: values go in, some come out, and the rest stays.
trait Store<'l> {
    fn push(&self, value: Value<'l>) -> Option<Value<'l>>;
    fn pop(&self) -> Option<Value<'l>>;
}

impl<'l, const S: usize> Store<'l> for Stack<Value<'l>, 6, S> {
    fn push(&self, value: Value<'l>) -> Option<Value<'l>> {
        self.push(value).err().map(ringway::Full::into_inner)
    }
    fn pop(&self) -> Option<Value<'l>> {
        self.pop()
    }
}

/// Two levels of three, in turns; there is no third.
impl<'l> Store<'l> for Priority<Value<'l>, 2, 3> {
    fn push(&self, value: Value<'l>) -> Option<Value<'l>> {
        let level = value.number % 3;
        self.push(level, value).err().map(ringway::PushError::into_inner)
    }
    fn pop(&self) -> Option<Value<'l>> {
        self.pop().map(|(_, value)| value)
    }
}

type Make = for<'l> fn(&'l Ledger) -> Box<dyn Store<'l> + 'l>;

fn stack<'l, const S: usize>(_: &'l Ledger) -> Box<dyn Store<'l> + 'l> {
    Box::new(Stack::<_, 6, S>::new())
}

fn priority<'l>(_: &'l Ledger) -> Box<dyn Store<'l> + 'l> {
    Box::new(Priority::<_, 2, 3>::new())
}

/// Offers so many values, pops so many, and drops what is left, with a bomb among them or not.
fn offer_and_pop(bomb: usize, offered: usize, popped: usize, make: Make) {
    let ledger = Ledger::with_bomb(NO_BOMB);
    {
        let store = make(&ledger);
        let refused = (0..offered).filter_map(|_| store.push(ledger.value())).count();
        assert_eq!(ledger.dropped(), refused, "a value that is refused comes back");
        (0..popped).for_each(|_| drop(store.pop()));
        ledger.bomb.store(bomb, Ordering::Relaxed);
        let is_left = ledger.wrong().contains(&bomb);
        if is_left { assert_panics(|| drop(store)) } else { drop(store) }
    }
    ledger.assert_each_dropped_once();
}

#[test]
fn values_refused_popped_or_left_are_dropped_once_even_if_a_drop_panics() {
    for (offered, popped) in (0..12).flat_map(|offered| (0..7).map(move |popped| (offered, popped))) {
        for bomb in (0..offered).chain([NO_BOMB]) {
            let makes: [Make; 3] = [stack::<0>, stack::<4>, priority];
            for make in makes {
                offer_and_pop(bomb, offered, popped, make);
            }
        }
    }
}
