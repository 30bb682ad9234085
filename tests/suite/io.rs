//! The ends of a queue of bytes as streams of embedded-io.

use embedded_io_07::{BufRead, Error, ErrorKind, Read, ReadExactError, ReadReady, Write, WriteReady};
use ringway::spsc::{IoError, Queue};

#[test]
fn bytes_arrive_in_order_over_many_laps() {
    let mut queue = Queue::<u8, 5>::new();
    let (mut to, mut from) = queue.split();
    let text: Vec<u8> = (0..100).collect();
    let (mut unsent, mut got) = (&text[..], Vec::new());
    while got.len() < text.len() {
        let sent = to.write(&unsent[..unsent.len().min(3)]).unwrap_or(0);
        unsent = &unsent[sent..];
        let mut bytes = [0; 2];
        let count = from.read(&mut bytes).unwrap();
        got.extend_from_slice(&bytes[..count]);
    }
    assert_eq!(got, text);
}

#[test]
fn instead_of_waiting_an_end_returns_an_error() {
    let mut queue = Queue::<u8, 2>::new();
    let (mut to, mut from) = queue.split();
    assert_eq!(from.read(&mut [0]), Err(IoError::Empty));
    assert_eq!(from.fill_buf(), Err(IoError::Empty));
    assert_eq!(to.write_all(b"abc"), Err(IoError::Full), "after the two for which there was room");
    assert_eq!(from.read_exact(&mut [0; 3]), Err(ReadExactError::Other(IoError::Empty)));
    assert_eq!((IoError::Empty.kind(), IoError::Full.kind()), (ErrorKind::Other, ErrorKind::WriteZero));
}

#[test]
fn nothing_to_do_is_no_error() {
    let mut queue = Queue::<u8, 1>::new();
    let (mut to, mut from) = queue.split();
    assert_eq!(from.read(&mut []), Ok(0));
    assert_eq!(to.write(b"a"), Ok(1));
    assert_eq!(to.write(b""), Ok(0));
    assert_eq!(to.flush(), Ok(()));
}

#[test]
fn an_end_that_is_ready_reads_or_writes() {
    let mut queue = Queue::<u8, 1>::new();
    let (mut to, mut from) = queue.split();
    for byte in 0..5 {
        assert_eq!((to.write_ready(), from.read_ready()), (Ok(true), Ok(false)));
        assert_eq!(to.write(&[byte]), Ok(1));
        assert_eq!((to.write_ready(), from.read_ready()), (Ok(false), Ok(true)));
        assert_eq!(from.read(&mut [0; 9]), Ok(1));
    }
}

#[test]
fn buffered_bytes_are_lent_up_to_where_the_ring_begins_again() {
    let mut queue = Queue::<u8, 4>::new();
    let (mut to, mut from) = queue.split();
    to.write_all(b"abc").unwrap();
    from.consume(2);
    to.write_all(b"def").unwrap();
    let mut seen = Vec::new();
    while let Ok(bytes) = from.fill_buf() {
        seen.push(bytes.to_vec());
        let count = bytes.len();
        from.consume(count);
    }
    assert_eq!(seen.concat(), b"cdef");
    assert!(seen.len() <= 2, "two runs at most: {seen:?}");
}

#[test]
fn an_io_error_says_what_it_is() {
    let texts = [
        (IoError::Empty, "the queue is empty"),
        (IoError::Full, "the queue is full"),
        (IoError::Closed, "the consumer of the queue was dropped"),
    ];
    for (error, text) in texts {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_stream_ends_with_its_producer_and_breaks_with_its_consumer() {
    let mut queue = Queue::<u8, 4>::new();
    let (mut to, mut from) = queue.split();
    to.write_all(b"ab").unwrap();
    drop(to);
    let mut bytes = [0; 4];
    assert_eq!((from.read_ready(), from.read(&mut bytes), bytes), (Ok(true), Ok(2), *b"ab\0\0"));
    assert_eq!((from.read_ready(), from.read(&mut bytes), from.fill_buf()), (Ok(true), Ok(0), Ok(&[][..])));

    drop(from);
    let (mut to, from) = queue.split();
    drop(from);
    assert_eq!((to.write_ready(), to.write(b"c")), (Ok(true), Err(IoError::Closed)));
    assert_eq!(IoError::Closed.kind(), ErrorKind::BrokenPipe);
}
