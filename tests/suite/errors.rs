//! What comes back when something is refused.

use ringway::{ChunkError, Full, mpmc, spsc};
use std::error::Error;

/// Neither `Debug` nor `Clone`.
struct Opaque;

fn text_of(error: &dyn Error) -> String {
    assert!(error.source().is_none());
    error.to_string()
}

#[test]
fn full_is_an_error_whatever_the_value() {
    let queue = mpmc::Queue::<Opaque, 1>::new();
    assert!(queue.push(Opaque).is_ok());
    let full = queue.push(Opaque).map_err(|full| {
        assert_eq!(format!("{full:?}"), "Full(..)");
        assert_eq!(text_of(&full), "the queue is full");
        full
    });
    let Opaque = full.unwrap_err().into_inner();
}

#[test]
fn a_push_to_a_level_gives_the_value_back_with_the_reason() {
    let queue = ringway::priority::Priority::<Opaque, 1, 1>::new();
    assert!(queue.push(0, Opaque).is_ok());
    for (level, name, text) in
        [(0, "Full(..)", "the level is full"), (1, "NoSuchLevel(..)", "there is no such level")]
    {
        let error = queue.push(level, Opaque).unwrap_err();
        assert_eq!((format!("{error:?}"), text_of(&error)), (name.into(), text.into()));
        let Opaque = error.into_inner();
    }
}

#[test]
fn full_of_a_grant_is_an_error_too() {
    let queue = mpmc::Queue::<u8, 1>::new();
    let grant = queue.reserve().unwrap().write(1);
    queue.push(2).unwrap();
    let full = grant.commit().unwrap_err();
    assert_eq!(full.to_string(), "the queue is full");
    assert_eq!(full.into_inner().into_inner(), 1);
}

#[test]
fn full_works_with_the_question_mark() {
    fn push_twice() -> Result<(), Box<dyn Error>> {
        let queue = mpmc::Queue::<u8, 1>::new();
        queue.push(1)?;
        queue.push(2)?;
        Ok(())
    }
    assert!(push_twice().unwrap_err().downcast_ref::<Full<u8>>() == Some(&Full(2)));
}

#[test]
fn chunk_errors_say_what_is_available() {
    let mut queue = spsc::Queue::<Opaque, 3>::new();
    let (mut producer, mut consumer) = queue.split();
    let free: ChunkError = producer.write_chunk(4).map(|_| ()).unwrap_err();
    assert_eq!((free.available(), text_of(&free).contains("3 available")), (3, true));
    assert_eq!(consumer.read_chunk(1).map(|_| ()).unwrap_err().available(), 0);
    assert_eq!(format!("{free:?}"), "ChunkError { available: 3 }");
}

#[test]
fn every_type_is_debug_whatever_the_value() {
    let queue = mpmc::Queue::<Opaque, 2>::new();
    assert!(queue.push(Opaque).is_ok());
    assert_eq!(format!("{queue:?}"), "Queue { len: 1, capacity: 2 }");
    assert_eq!(format!("{:?}", queue.view()), "Queue { len: 1, capacity: 2 }");
    let grant = queue.reserve().unwrap();
    assert_eq!(format!("{grant:?}"), "Grant(..)");
    assert_eq!(format!("{:?}", grant.write(Opaque)), "FilledGrant(..)");
    assert_eq!(format!("{:?}", queue.pop_ref().unwrap()), "Taken(..)");

    let mut queue = spsc::Queue::<Opaque, 2>::new();
    assert_eq!(format!("{queue:?}"), "Queue { len: 0, capacity: 2 }");
    let (mut producer, mut consumer) = queue.split();
    assert!(producer.push(Opaque).is_ok());
    assert_eq!(format!("{producer:?}"), "Producer { len: 1, capacity: 2 }");
    assert_eq!(format!("{consumer:?}"), "Consumer { len: 1, capacity: 2 }");
    let mut chunk = producer.write_chunk(1).unwrap();
    assert!(chunk.write(Opaque).is_ok());
    assert_eq!(format!("{chunk:?}"), "WriteChunk { len: 1, written: 1 }");
    assert_eq!(format!("{:?}", consumer.read_chunk(1).unwrap()), "ReadChunk { len: 1 }");
    assert_eq!(format!("{:?}", consumer.iter()), "Iter { left: 1 }");
    assert_eq!(format!("{:?}", consumer.drain()), "Drain { left: 1 }");
}

#[cfg(feature = "defmt")]
#[test]
fn every_type_is_format_whatever_the_value() {
    fn is_format<F: defmt::Format + ?Sized>() {}

    is_format::<Full<Opaque>>();
    is_format::<ringway::CapacityError>();
    is_format::<ringway::ChunkError>();
    is_format::<mpmc::Queue<Opaque, 2>>();
    is_format::<mpmc::Inline<Opaque, 2, 4>>();
    is_format::<mpmc::View<'_, Opaque>>();
    is_format::<mpmc::Borrowed<'_, Opaque>>();
    is_format::<mpmc::Grant<'_, Opaque>>();
    is_format::<mpmc::FilledGrant<'_, Opaque>>();
    is_format::<mpmc::Taken<'_, Opaque>>();
    is_format::<mpmc::Stats>();
    is_format::<spsc::Queue<Opaque, 2>>();
    is_format::<spsc::Producer<'_, Opaque>>();
    is_format::<spsc::Consumer<'_, Opaque>>();
    is_format::<spsc::WriteChunk<'_, '_, Opaque>>();
    is_format::<spsc::ReadChunk<'_, '_, Opaque>>();
    is_format::<spsc::Iter<'_, '_, Opaque>>();
    is_format::<spsc::Drain<'_, '_, Opaque>>();
    #[cfg(feature = "alloc")]
    is_format::<(mpmc::BoxedQueue<Opaque>, mpmc::Boxed<Opaque>, spsc::BoxedQueue<Opaque>)>();
    #[cfg(feature = "embedded-io-07")]
    is_format::<spsc::IoError>();
}

#[cfg(feature = "alloc")]
mod capacity {
    use super::text_of;
    use ringway::{CapacityError, mpmc, spsc};

    #[test]
    fn zero_is_refused() {
        assert_eq!(mpmc::BoxedQueue::<u8>::new(0).unwrap_err(), CapacityError::Zero);
        assert_eq!(mpmc::BoxedQueue::<u8>::with_spares(0, 9).unwrap_err(), CapacityError::Zero);
        assert_eq!(spsc::BoxedQueue::<u8>::new(0).unwrap_err(), CapacityError::Zero);
        assert!(text_of(&CapacityError::Zero).contains("zero"));
    }

    #[test]
    fn more_than_memory_or_a_word_can_hold_is_refused() {
        for capacity in [usize::MAX, usize::MAX - 3, usize::MAX / 2, usize::MAX / 8] {
            assert_eq!(mpmc::BoxedQueue::<()>::new(capacity).unwrap_err(), CapacityError::TooLarge);
            assert_eq!(mpmc::BoxedQueue::<u64>::new(capacity).unwrap_err(), CapacityError::TooLarge);
            assert_eq!(spsc::BoxedQueue::<u64>::new(capacity).unwrap_err(), CapacityError::TooLarge);
        }
        assert_eq!(mpmc::BoxedQueue::<u8>::with_spares(1, usize::MAX).unwrap_err(), CapacityError::TooLarge);
        assert_eq!(spsc::BoxedQueue::<()>::new(usize::MAX).unwrap_err(), CapacityError::TooLarge);
        assert!(text_of(&CapacityError::TooLarge).contains("too large"));
    }
}
