//! What queues ask of memory: large values never lie on the stack, values without size cost
//! nothing.
#![cfg(all(feature = "alloc", target_pointer_width = "64"))]

use ringway::mpmc::{self, QueueInner, Storage};
use ringway::priority::{Fair, Priority, Strict, Weighted};
use ringway::spsc::{self, Consumer, Producer};
use ringway::stack::Stack;
use ringway::{CapacityError, mpmc::FilledGrant};
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A value that is four times as large as the stack of the threads here.
type Large = [u8; 1 << 20];

fn on_a_small_stack(body: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(256 << 10).spawn(body).unwrap().join().unwrap();
}

/// Writes a value byte by byte.
fn fill(place: &mut MaybeUninit<Large>, byte: u8) {
    // SAFETY: as many bytes as the value has.
    unsafe { place.as_mut_ptr().cast::<u8>().write_bytes(byte, size_of::<Large>()) };
}

fn filled<St: Storage<Value = Large>>(queue: &QueueInner<Large, St>, byte: u8) -> FilledGrant<'_, Large> {
    let mut grant = queue.reserve().unwrap();
    fill(grant.as_uninit(), byte);
    // SAFETY: filled just now.
    unsafe { grant.assume_init() }
}

/// Two values through a queue, in place.
fn use_in_place<St: Storage<Value = Large>>(queue: &QueueInner<Large, St>) {
    (1..=2).for_each(|byte| filled(queue, byte).commit().unwrap());
    let third = filled(queue, 3).commit().unwrap_err().into_inner();
    for byte in 1..=2 {
        assert!(queue.pop_ref().unwrap().iter().all(|&there| there == byte));
    }
    third.commit().unwrap();
    assert_eq!(queue.len(), 1);
}

fn use_ends_in_place((mut producer, mut consumer): (Producer<'_, Large>, Consumer<'_, Large>)) {
    for byte in 1..=3 {
        let mut chunk = producer.write_chunk(1).unwrap();
        fill(&mut chunk.as_mut_slices().0[0], byte);
        // SAFETY: filled just now.
        unsafe { chunk.assume_init(1) };
        assert_eq!(chunk.commit(), 1);
        assert!(consumer.peek().unwrap().iter().all(|&there| there == byte));
        assert_eq!(consumer.read_chunk(1).unwrap().as_slices().0[0][7], byte);
        assert_eq!(consumer.skip(1), 1);
    }
}

#[test]
fn boxed_queues_of_large_values_need_no_stack() {
    on_a_small_stack(|| {
        use_in_place(&mpmc::BoxedQueue::new(2).unwrap());
        use_in_place(&mpmc::BoxedQueue::with_spares(2, 3).unwrap());
        use_ends_in_place(spsc::BoxedQueue::new(2).unwrap().split());
        use_ends_in_place(spsc::BoxedQueue::new(2).unwrap().into_split());
    });
}

#[test]
fn inline_queues_of_large_values_need_no_stack_to_be_made_on_the_heap() {
    on_a_small_stack(|| {
        use_in_place(&*mpmc::Queue::<Large, 2>::new_boxed().unwrap());
        use_in_place(&*Arc::<mpmc::Queue<Large, 2, 2>>::from(mpmc::Queue::new_boxed().unwrap()));
        use_ends_in_place(spsc::Queue::<Large, 2>::new_boxed().unwrap().split());
        assert_eq!(Stack::<Large, 2>::new_boxed().unwrap().len(), 0);
        let strict = Priority::<Large, 2, 2>::new_boxed().unwrap();
        (0..2).for_each(|level| use_in_place(&strict.level(level).unwrap()));
        let weighted = Priority::<Large, 2, 2, _>::with_policy_boxed(Weighted::new([2, 1])).unwrap();
        (0..2).for_each(|level| use_in_place(&weighted.level(level).unwrap()));
    });
}

#[test]
fn a_queue_made_on_the_heap_is_like_one_that_was_moved_there() {
    let stack = Stack::<_, 3>::new_boxed().unwrap();
    (0..3).for_each(|value| stack.push(value).unwrap());
    assert!(stack.push(3).is_err());
    assert_eq!([(); 4].map(|()| stack.pop()), [Some(2), Some(1), Some(0), None]);

    fn order<P: ringway::priority::Policy<2>>(jobs: &Priority<u32, 2, 8, P>) -> Vec<usize> {
        (0..8).for_each(|value| (0..2).for_each(|level| jobs.push(level, value).unwrap()));
        std::iter::from_fn(|| jobs.pop()).map(|(level, _)| level).collect()
    }
    let weights = || Weighted::new([2, 1]);
    assert_eq!(
        order(&Priority::with_policy_boxed(weights()).unwrap()),
        order(&Priority::with_policy(weights()))
    );
    let fair = Fair::<3>::new;
    assert_eq!(order(&Priority::with_policy_boxed(fair()).unwrap()), order(&Priority::with_policy(fair())));
    assert_eq!(order(&Priority::new_boxed().unwrap()), order(&Priority::with_policy(Strict)));
}

/// A large value that counts its drops.
struct Counted {
    _bytes: Large,
    drops: Arc<AtomicUsize>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Ordering::Relaxed);
    }
}

/// Writes a value of which nothing but the counter matters.
fn count_in(place: &mut MaybeUninit<Counted>, drops: &Arc<AtomicUsize>) {
    // SAFETY: within the value.
    let counter = unsafe { &raw mut (*place.as_mut_ptr()).drops };
    // SAFETY: as above.
    unsafe { counter.write(Arc::clone(drops)) };
    // SAFETY: within the value.
    let bytes = unsafe { &raw mut (*place.as_mut_ptr())._bytes };
    // SAFETY: as above.
    unsafe { bytes.write_bytes(0, 1) };
}

#[test]
fn large_values_that_are_left_are_dropped_where_they_lie() {
    on_a_small_stack(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let fill = |queue: mpmc::View<'_, Counted>| {
            for _ in 0..2 {
                let mut grant = queue.reserve().unwrap();
                count_in(grant.as_uninit(), &drops);
                // SAFETY: filled just now.
                assert!(unsafe { grant.assume_init() }.commit().is_ok());
            }
        };
        let boxed = mpmc::BoxedQueue::new(2).unwrap();
        fill(boxed.view());
        drop(boxed);
        assert_eq!(drops.load(Ordering::Relaxed), 2);

        let inline = mpmc::Queue::<_, 2>::new_boxed().unwrap();
        fill(inline.view());
        drop(inline);
        assert_eq!(drops.load(Ordering::Relaxed), 4);

        let mut queue = spsc::BoxedQueue::new(3).unwrap();
        let (mut producer, mut consumer) = queue.split();
        let mut chunk = producer.write_chunk(3).unwrap();
        chunk.as_mut_slices().0.iter_mut().for_each(|place| count_in(place, &drops));
        // SAFETY: filled just now.
        unsafe { chunk.assume_init(3) };
        chunk.commit();
        assert_eq!(consumer.skip(1), 1);
        assert_eq!(drops.load(Ordering::Relaxed), 5);
        drop((producer, consumer));
        drop(queue);
        assert_eq!(drops.load(Ordering::Relaxed), 7);
    });
}

#[test]
fn a_queue_of_values_without_size_holds_as_many_as_a_word_can_count() {
    let most = isize::MAX as usize;
    let mut queue = spsc::BoxedQueue::new(most).unwrap();
    assert_eq!(queue.capacity(), most);
    let (mut producer, mut consumer) = queue.split();
    (0..3).for_each(|_| producer.push(()).unwrap());
    assert_eq!((producer.free_capacity(), consumer.pop()), (most - 3, Some(())));
    // All places at once: nothing is written, as there is nothing to write.
    let mut chunk = producer.write_chunk(most - 2).unwrap();
    // SAFETY: values without size.
    unsafe { chunk.assume_init(most - 2) };
    assert_eq!(chunk.commit(), most - 2);
    assert!(producer.push(()).is_err() && consumer.is_full());
    assert_eq!(consumer.skip(most - 1), most - 1);
    assert_eq!((consumer.pop(), consumer.pop()), (Some(()), None));
    drop((producer, consumer));
    drop(queue);

    static COUNT: spsc::Queue<(), { isize::MAX as usize }> = spsc::Queue::new();
    let (mut producer, mut consumer) = COUNT.take().unwrap();
    producer.push(()).unwrap();
    assert_eq!(consumer.pop(), Some(()));
    assert_eq!(spsc::BoxedQueue::<()>::new(most + 1).unwrap_err(), CapacityError::TooLarge);
}

#[test]
fn what_there_is_no_memory_for_is_an_error() {
    let too_large = CapacityError::TooLarge;
    for capacity in [1 << 40, 1 << 44, usize::MAX / 2, usize::MAX] {
        assert_eq!(mpmc::BoxedQueue::<Large>::new(capacity).unwrap_err(), too_large);
        assert_eq!(spsc::BoxedQueue::<Large>::new(capacity).unwrap_err(), too_large);
        assert_eq!(mpmc::BoxedQueue::<Aligned>::new(capacity).unwrap_err(), too_large);
    }
    // More than an address space holds, and less than a type may.
    assert_eq!(mpmc::Queue::<Large, { 1 << 28 }>::new_boxed().unwrap_err(), too_large);
    assert_eq!(spsc::Queue::<Large, { 1 << 28 }>::new_boxed().unwrap_err(), too_large);
    assert_eq!(Stack::<Large, { 1 << 28 }>::new_boxed().unwrap_err(), too_large);
    assert_eq!(Priority::<Large, 2, { 1 << 27 }>::new_boxed().unwrap_err(), too_large);
}

/// A value with an alignment that allocators do not give by themselves.
#[repr(align(4096))]
#[derive(Debug, PartialEq)]
struct Aligned(u8);

#[test]
fn places_have_the_alignment_of_their_values() {
    fn check(place: *const Aligned) {
        assert_eq!(place.addr() % align_of::<Aligned>(), 0);
    }
    let queue = mpmc::BoxedQueue::new(3).unwrap();
    queue.push(Aligned(1)).unwrap();
    check(&*queue.pop_ref().unwrap());
    let mut queue = spsc::BoxedQueue::new(3).unwrap();
    let (mut producer, mut consumer) = queue.split();
    producer.push(Aligned(1)).unwrap();
    check(consumer.peek().unwrap());
    let queue = mpmc::Queue::<_, 3>::new_boxed().unwrap();
    queue.push(Aligned(1)).unwrap();
    check(&*queue.pop_ref().unwrap());
}
