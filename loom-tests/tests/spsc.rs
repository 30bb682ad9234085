//! Models of the SPSC ring, through its public face. Named `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering, fence};
use ringway::spsc::{BoxedQueue, Consumer, Producer, Queue};
use ringway_loom_tests::{Gate, Tracked, both_may_miss, explore, one_sees};

fn ends(capacity: usize) -> (Producer<'static, Tracked>, Consumer<'static, Tracked>) {
    BoxedQueue::new(capacity).unwrap().into_split()
}

fn pops(consumer: &mut Consumer<'_, Tracked>, count: usize) -> Vec<Option<u8>> {
    (0..count).map(|_| consumer.pop().map(Tracked::id)).collect()
}

#[test]
fn push2_pop2__cap1__order_holds_across_the_wrap() {
    let expected = [
        ((true, true), vec![None, Some(1)]),
        ((true, false), vec![None, None]),
        ((true, false), vec![None, Some(1)]),
        ((true, false), vec![Some(1), None]),
        ((true, true), vec![Some(1), None]),
        ((true, true), vec![Some(1), Some(2)]),
    ];
    explore("spsc push2_pop2__cap1", expected, || {
        let ((mut producer, mut consumer), gate) = (ends(1), Gate::new());
        let pusher = gate
            .spawn(move || (producer.push(Tracked::new(1)).is_ok(), producer.push(Tracked::new(2)).is_ok()));
        let popper = gate.spawn(move || pops(&mut consumer, 2));
        (pusher.join().unwrap(), popper.join().unwrap())
    });
}

#[test]
fn push3_pop3__cap2__nothing_lost_nothing_doubled() {
    let accepted_and_popped = [(2, 0), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3)];
    explore("spsc push3_pop3__cap2", accepted_and_popped, || {
        let ((mut producer, mut consumer), gate) = (ends(2), Gate::new());
        let pusher =
            gate.spawn(move || (1..=3).filter(|&id| producer.push(Tracked::new(id)).is_ok()).count());
        let popper = gate.spawn(move || (pops(&mut consumer, 3), consumer));
        let accepted = pusher.join().unwrap();
        let (popped, mut consumer) = popper.join().unwrap();
        let popped: Vec<u8> = popped.into_iter().flatten().collect();
        let left: Vec<u8> = consumer.drain().map(Tracked::id).collect();
        let all: Vec<u8> = popped.iter().chain(&left).copied().collect();
        assert_eq!(all.len(), accepted);
        assert!(all.is_sorted());
        (accepted, popped.len())
    });
}

#[test]
fn chunk_drain__cap2__a_chunk_arrives_whole() {
    explore("spsc chunk_drain__cap2", [vec![], vec![1, 2]], || {
        let ((mut producer, mut consumer), gate) = (ends(2), Gate::new());
        let pusher = gate.spawn(move || {
            let mut chunk = producer.write_chunk(2).unwrap();
            chunk.fill([1, 2].map(Tracked::new));
            chunk.commit();
        });
        gate.pass();
        let popped: Vec<u8> = consumer.drain().map(Tracked::id).collect();
        pusher.join().unwrap();
        popped
    });
}

#[test]
fn push_skip__cap1__the_place_comes_back_empty() {
    explore("spsc push_skip__cap1", [false, true], || {
        let ((mut producer, mut consumer), gate) = (ends(1), Gate::new());
        producer.push(Tracked::new(1)).unwrap();
        let pusher = gate.spawn(move || producer.push(Tracked::new(2)).is_ok());
        gate.pass();
        consumer.read_chunk(1).expect("pushed before the threads began").commit_all();
        let pushed = pusher.join().unwrap();
        assert_eq!(consumer.len(), usize::from(pushed));
        pushed
    });
}

#[test]
fn take_take__cap1__one_gets_the_ends() {
    explore("spsc take_take__cap1", [(false, true), (true, false)], || {
        let (queue, gate) = (Arc::new(Queue::<u8, 1>::new()), Gate::new());
        let other = queue.clone();
        let other = gate.spawn(move || other.take().is_some());
        gate.pass();
        let mine = queue.take().is_some();
        (mine, other.join().unwrap())
    });
}

#[test]
fn ends_dropped_apart__cap1__the_last_one_frees_the_queue() {
    explore("spsc ends_dropped_apart__cap1", [()], || {
        let ((mut producer, consumer), gate) = (ends(1), Gate::new());
        producer.push(Tracked::new(1)).unwrap();
        let other = gate.spawn(move || drop(producer));
        gate.pass();
        drop(consumer);
        // loom reports a value that was not dropped.
        other.join().unwrap();
    });
}

/// An end that finds the other gone finds all that it did.
#[test]
fn pushdrop_pop__cap1__the_last_value_of_a_producer_that_is_gone_is_found() {
    explore("spsc pushdrop_pop__cap1", [None, Some(true)], || {
        let ((mut producer, mut consumer), gate) = (empty(), Gate::new());
        let other = gate.spawn(move || push_one(&mut producer));
        gate.pass();
        let found = consumer.is_abandoned().then(|| consumer.pop().is_some());
        other.join().unwrap();
        found
    });
}

#[test]
fn popdrop_push__cap1__the_last_slot_of_a_consumer_that_is_gone_is_found() {
    explore("spsc popdrop_push__cap1", [None, Some(true)], || {
        let ((mut consumer, mut producer), gate) = (full(), Gate::new());
        let other = gate.spawn(move || pop_one(&mut consumer));
        gate.pass();
        let found = producer.is_abandoned().then(|| producer.push(2).is_ok());
        other.join().unwrap();
        found
    });
}

type Ends = (Producer<'static, u8>, Consumer<'static, u8>);

fn empty() -> Ends {
    BoxedQueue::new(1).unwrap().into_split()
}

/// The other way round: the thread that changes it pops.
fn full() -> (Consumer<'static, u8>, Producer<'static, u8>) {
    let (mut producer, consumer) = empty();
    producer.push(1).unwrap();
    (consumer, producer)
}

fn push_one(producer: &mut Producer<'static, u8>) {
    producer.push(1).unwrap();
}

fn pop_one(consumer: &mut Consumer<'static, u8>) {
    consumer.pop().unwrap();
}

/// A push is a plain store, so it may come after the loads of the pop that follows it on the same
/// thread. The MPMC ring has the same model, in which one of the two pops finds a value.
#[test]
fn push_pop_across_two_queues__cap1__both_may_be_empty() {
    let pops = |consumer: &mut Consumer<'static, u8>| consumer.pop().is_some();
    both_may_miss("spsc push_pop_across_two_queues__cap1", empty, push_one, pops);
}

#[test]
fn pop_push_across_two_queues__cap1__both_may_be_full() {
    let pushes = |producer: &mut Producer<'static, u8>| producer.push(2).is_ok();
    both_may_miss("spsc pop_push_across_two_queues__cap1", full, pop_one, pushes);
}

#[test]
fn push_len_across_two_queues__cap1__both_may_count_none() {
    both_may_miss("spsc push_len_across_two_queues__cap1", empty, push_one, |consumer| consumer.len() == 1);
}

#[test]
fn pop_len_across_two_queues__cap1__both_may_count_one() {
    both_may_miss("spsc pop_len_across_two_queues__cap1", full, pop_one, |producer| producer.is_empty());
}

/// One queue that holds a value: the producer pushes and then finds it full, the consumer pops and
/// then finds it empty.
#[test]
fn push2_pop2__cap2__full_at_one_end_and_empty_at_the_other() {
    explore("spsc push2_pop2__cap2", [(false, false), (false, true), (true, false), (true, true)], || {
        let ((mut producer, mut consumer), gate) = (BoxedQueue::new(2).unwrap().into_split(), Gate::new());
        producer.push(1).unwrap();
        let pusher = gate.spawn(move || {
            producer.push(2).unwrap();
            producer.push(3).is_ok()
        });
        gate.pass();
        consumer.pop().unwrap();
        let popped = consumer.pop().is_some();
        (pusher.join().unwrap(), popped)
    });
}

#[test]
fn pushfence_pop_across_two_queues__cap1__not_both_empty() {
    let push = |producer: &mut Producer<'static, u8>| {
        push_one(producer);
        // ORDERING: what the documentation advises.
        fence(Ordering::SeqCst);
    };
    one_sees("spsc pushfence_pop_across_two_queues__cap1", empty, push, |consumer| consumer.pop().is_some());
}

#[test]
fn popfence_push_across_two_queues__cap1__not_both_full() {
    let pop = |consumer: &mut Consumer<'static, u8>| {
        pop_one(consumer);
        // ORDERING: as above.
        fence(Ordering::SeqCst);
    };
    one_sees("spsc popfence_push_across_two_queues__cap1", full, pop, |producer| producer.push(2).is_ok());
}

/// One thread changes the queue and raises a flag. What the other finds, if it sees the flag.
fn after_a_flag<A: 'static, B: 'static>(
    name: &str,
    make: fn() -> (A, B),
    change: fn(&mut A),
    ask: fn(&mut B) -> bool,
) {
    explore(name, [None, Some(true)], move || {
        let ((mut changes, mut asks), gate) = (make(), Gate::new());
        let flag = Arc::new(AtomicBool::new(false));
        let raised = flag.clone();
        let other = gate.spawn(move || {
            change(&mut changes);
            // ORDERING: makes the change happen before what follows a load that sees the flag.
            raised.store(true, Ordering::Release);
            changes
        });
        gate.pass();
        // ORDERING: see the store.
        let found = flag.load(Ordering::Acquire).then(|| ask(&mut asks));
        other.join().unwrap();
        found
    });
}

#[test]
fn pushflag_flagpop__cap1__a_push_that_happened_before_is_seen() {
    after_a_flag("spsc pushflag_flagpop__cap1", empty, push_one, |consumer| consumer.pop().is_some());
    after_a_flag("spsc pushflag_flaglen__cap1", empty, push_one, |consumer| consumer.len() == 1);
}

#[test]
fn popflag_flagpush__cap1__room_that_was_made_before_is_seen() {
    after_a_flag("spsc popflag_flagpush__cap1", full, pop_one, |producer| producer.push(2).is_ok());
    after_a_flag("spsc popflag_flaglen__cap1", full, pop_one, |producer| producer.is_empty());
}
