//! Queues as collections: `clear`, `free_capacity`, `Extend`, `From`, `FromIterator`,
//! `IntoIterator`.

use ringway::mpmc::{self, QueueInner, Storage};
use ringway::priority::{Fair, Priority};
use ringway::spsc;
use ringway::stack::Stack;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

/// A queue for any number of threads, of three values.
trait Shared: Sync {
    fn push(&self, value: u32) -> bool;
    fn clear(&self) -> usize;
    fn len_and_room(&self) -> (usize, usize);
}

impl<St: Storage<Value = u32> + Sync> Shared for QueueInner<u32, St> {
    fn push(&self, value: u32) -> bool {
        self.push(value).is_ok()
    }
    fn clear(&self) -> usize {
        self.clear()
    }
    fn len_and_room(&self) -> (usize, usize) {
        (self.len(), self.free_capacity())
    }
}

impl Shared for Stack<u32, 3> {
    fn push(&self, value: u32) -> bool {
        self.push(value).is_ok()
    }
    fn clear(&self) -> usize {
        self.clear()
    }
    fn len_and_room(&self) -> (usize, usize) {
        (self.len(), self.free_capacity())
    }
}

/// One level of two, with all values.
impl Shared for Priority<u32, 2, 3> {
    fn push(&self, value: u32) -> bool {
        self.push(1, value).is_ok()
    }
    fn clear(&self) -> usize {
        self.clear()
    }
    fn len_and_room(&self) -> (usize, usize) {
        (self.len(), self.free_capacity(1))
    }
}

fn on_each_shared(body: impl Fn(&dyn Shared)) {
    body(&mpmc::Queue::<u32, 3>::new());
    body(&mpmc::Queue::<u32, 3, 0>::new());
    body(&mpmc::Queue::<u32, 3>::new().view());
    #[cfg(feature = "alloc")]
    body(&mpmc::BoxedQueue::new(3).unwrap());
    body(&Stack::new());
    body(&Priority::new());
}

#[test]
fn clear_takes_what_is_there_and_leaves_all_the_room() {
    on_each_shared(|queue| {
        for len in (0..=3).cycle().take(20) {
            assert!((0..len as u32).all(|value| queue.push(value)));
            assert_eq!(queue.len_and_room(), (len, 3 - len));
            assert_eq!(queue.clear(), len);
            assert_eq!(queue.len_and_room(), (0, 3));
        }
    });
}

#[test]
fn clear_ends_although_others_push() {
    on_each_shared(|queue| {
        let rounds = if cfg!(miri) { 20 } else { 2000 };
        thread::scope(|scope| {
            scope.spawn(|| (0..rounds).for_each(|value| _ = queue.push(value)));
            for _ in 0..rounds {
                assert!(queue.clear() <= 3);
            }
        });
        assert!(queue.len_and_room().0 <= 3);
    });
}

#[test]
fn room_in_a_level_that_does_not_exist_is_none() {
    let jobs = Priority::<u8, 2, 3>::new();
    jobs.push(0, 1).unwrap();
    assert_eq!([0, 1, 2].map(|level| jobs.free_capacity(level)), [2, 3, 0]);
    jobs.push(1, 1).unwrap();
    assert_eq!((jobs.clear(), jobs.lengths()), (2, [0, 0]));
}

/// A queue of three with a value in it, extended with an iterator: what it holds then.
fn on_each_collection(
    mut check: impl FnMut(
        &str,
        &mut dyn FnMut(&mut dyn Iterator<Item = u32>) -> bool,
        &mut dyn FnMut() -> Vec<u32>,
    ),
) {
    fn one<Q: Extend<u32> + IntoIterator<Item = u32>>(
        name: &str,
        queue: Q,
        check: &mut impl FnMut(
            &str,
            &mut dyn FnMut(&mut dyn Iterator<Item = u32>) -> bool,
            &mut dyn FnMut() -> Vec<u32>,
        ),
    ) {
        let queue = std::cell::RefCell::new(Some(queue));
        check(
            name,
            &mut |values| {
                let extend = || queue.borrow_mut().as_mut().unwrap().extend(values);
                catch_unwind(AssertUnwindSafe(extend)).is_ok()
            },
            &mut || queue.take().unwrap().into_iter().collect(),
        );
    }

    one("mpmc", mpmc::Queue::<u32, 3>::new(), &mut check);
    one("mpmc without spares", mpmc::Queue::<u32, 3, 0>::new(), &mut check);
    one("spsc", spsc::Queue::<u32, 3>::new(), &mut check);
    #[cfg(feature = "alloc")]
    one("boxed mpmc", mpmc::BoxedQueue::new(3).unwrap(), &mut check);
    #[cfg(feature = "alloc")]
    one("boxed spsc", spsc::BoxedQueue::new(3).unwrap(), &mut check);
}

#[test]
fn extend_takes_no_value_for_which_there_is_no_room() {
    on_each_collection(|name, extend, contents| {
        let mut values = 1..=5;
        assert!(extend(&mut values.by_ref().take(1)));
        assert!(extend(&mut values));
        assert_eq!(values.next(), Some(4), "{name}: the rest stays in the iterator");
        assert!(extend(&mut values));
        assert_eq!(values.next(), Some(5), "{name}");
        assert_eq!(contents(), [1, 2, 3], "{name}");
    });
}

#[test]
fn a_panic_in_an_iterator_loses_nothing_that_it_returned() {
    on_each_collection(|name, extend, contents| {
        let mut values = (1..).map(|value| if value == 3 { panic!("as intended") } else { value });
        assert!(!extend(&mut values), "{name}");
        assert!(extend(&mut (7..9)), "{name}: in use as before");
        assert_eq!(contents(), [1, 2, 7], "{name}");
    });
}

#[test]
fn a_stack_is_extended_from_the_bottom_to_the_top() {
    let mut stack = Stack::<u32, 3>::new();
    let mut values = (1..).map(|value| if value == 2 { panic!("as intended") } else { value });
    assert!(catch_unwind(AssertUnwindSafe(|| stack.extend(&mut values))).is_err());
    let mut values = 7..=9;
    stack.extend(&mut values);
    assert_eq!((stack.len(), values.next()), (3, Some(9)));
    assert!(stack.into_iter().eq([8, 7, 1]));
}

fn exact<I: ExactSizeIterator<Item: Debug + PartialEq>>(mut values: I, expected: &[I::Item]) {
    for (popped, value) in expected.iter().enumerate() {
        assert_eq!(values.len(), expected.len() - popped);
        assert_eq!(values.next().as_ref(), Some(value));
    }
    assert_eq!((values.len(), values.next(), values.next()), (0, None, None));
}

#[test]
fn a_queue_made_of_an_array_is_full_and_is_iterated_by_value() {
    let queue = mpmc::Queue::from(["a", "b"]);
    assert!(queue.is_full() && queue.push("c").is_err());
    exact(queue.into_iter(), &["a", "b"]);

    let mut queue = spsc::Queue::from(["a", "b"]);
    assert!(queue.is_full() && queue.take().is_none() && queue.split().0.push("c").is_err());
    exact(queue.into_iter(), &["a", "b"]);
    exact(spsc::Queue::<u8, 2>::new().into_iter(), &[]);

    let stack = Stack::from(["a", "b"]);
    assert!(stack.is_full() && stack.push("c").is_err());
    exact(stack.into_iter(), &["b", "a"]);

    let jobs = Priority::<_, 2, 2, Fair<2>>::with_policy(Fair::new());
    [(0, 'a'), (0, 'b'), (1, 'c')].into_iter().for_each(|(level, job)| jobs.push(level, job).unwrap());
    exact(jobs.into_iter(), &[(0, 'a'), (1, 'c'), (0, 'b')]);
}

#[cfg(feature = "alloc")]
#[test]
fn a_boxed_queue_holds_exactly_what_it_is_collected_from() {
    for count in [0, 1, 2, 100] {
        let queue: mpmc::BoxedQueue<usize> = (0..count).collect();
        assert_eq!((queue.len(), queue.capacity()), (count, count.max(1)));
        exact(queue.into_iter(), &Vec::from_iter(0..count));
        let queue: spsc::BoxedQueue<usize> = (0..count).collect();
        assert_eq!((queue.len(), queue.capacity()), (count, count.max(1)));
        exact(queue.into_iter(), &Vec::from_iter(0..count));
    }
    assert!(mpmc::BoxedQueue::from([1, 2]).into_iter().eq([1, 2]));
    assert!(spsc::BoxedQueue::from([1, 2]).into_iter().eq([1, 2]));
}

#[test]
fn whole_spsc_queues_are_emptied_and_tell_their_room() {
    let mut queue = spsc::Queue::<u8, 3>::new();
    assert_eq!((queue.clear(), queue.take().is_some()), (0, true), "still to be taken");
    queue.split().0.push(1).unwrap();
    assert_eq!((queue.free_capacity(), queue.clear(), queue.free_capacity()), (2, 1, 3));
    #[cfg(feature = "alloc")]
    {
        let mut queue = spsc::BoxedQueue::from([1, 2, 3]);
        queue.split().1.pop();
        assert_eq!((queue.free_capacity(), queue.clear(), queue.free_capacity()), (1, 2, 3));
    }
}

#[test]
fn what_is_shown_of_a_queue_has_a_length_and_a_capacity() {
    let shown = [
        format!("{:?}", mpmc::Queue::from([1, 2])),
        format!("{:?}", mpmc::Queue::from([1, 2]).view()),
        format!("{:?}", spsc::Queue::from([1, 2])),
        format!("{:?}", spsc::Queue::from([1, 2]).split().0),
        format!("{:?}", spsc::Queue::from([1, 2]).split().1),
        format!("{:?}", Stack::from([1, 2])),
        format!("{:?}", mpmc::Queue::from([1, 2]).into_iter()),
    ];
    for text in shown {
        assert!(text.contains("len: 2") && text.contains("capacity: 2"), "{text}");
    }
    let jobs = Priority::<u8, 2, 4>::new();
    jobs.push(1, 7).unwrap();
    assert_eq!(format!("{jobs:?}"), "Priority { len: 1, lengths: [0, 1], capacity: 4 }");
}

#[cfg(feature = "alloc")]
#[test]
fn spare_slots_of_a_boxed_queue_are_enough_for_the_cores_or_as_many_as_were_asked_for() {
    let spares = mpmc::BoxedQueue::<u8>::new(3).unwrap().spares();
    assert!(spares >= 4);
    #[cfg(all(feature = "std", target_pointer_width = "64"))]
    assert_eq!(spares, (2 * thread::available_parallelism().unwrap().get()).max(4));
    assert_eq!(mpmc::BoxedQueue::<u8>::with_spares(3, 7).unwrap().spares(), 7);
    assert_eq!(mpmc::Queue::<u8, 3, 2>::new().view().spares(), 2);

    // As many guards as spare slots, each like a thread that stalls half-way, and Full is exact.
    let queue = mpmc::BoxedQueue::new(3).unwrap();
    let stalled: Vec<_> = (0..spares).map(|_| queue.reserve().unwrap()).collect();
    for _ in 0..10 {
        assert!((0..3).all(|value| queue.push(value).is_ok()));
        assert!(queue.push(3).is_err());
        assert_eq!(queue.clear(), 3);
    }
    let one_more = queue.reserve().unwrap();
    assert_eq!((0..3).filter(|&value| queue.push(value).is_ok()).count(), 2, "the bound");
    drop((stalled, one_more));
}
