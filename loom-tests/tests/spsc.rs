//! Models of the SPSC ring, through its public face. Named `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use ringway::spsc::{BoxedQueue, Consumer, Producer, Queue};
use ringway_loom_tests::{Gate, Tracked, explore};

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
