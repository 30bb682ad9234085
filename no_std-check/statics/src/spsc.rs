//! The SPSC queue and all that it lends.

use crate::{Later, Word, roots};
use core::mem::MaybeUninit;
use ringway::spsc::{Consumer, Drain, Iter, Producer, Queue, ReadChunk, WriteChunk};
use ringway::{ChunkError, Full};

#[unsafe(no_mangle)]
static STATIC_SPSC: Queue<Word, 8> = Queue::new();
/// A capacity that is no power of two, of values that are no words.
#[unsafe(no_mangle)]
static STATIC_SPSC_ODD: Queue<[u16; 11], 7> = Queue::new();
#[unsafe(no_mangle)]
static STATIC_SPSC_ZERO_SIZED: Queue<(), 3> = Queue::new();
#[unsafe(no_mangle)]
static STATIC_PRODUCER: Later<Producer<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_CONSUMER: Later<Consumer<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_WRITE_CHUNK: Later<WriteChunk<'static, 'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_READ_CHUNK: Later<ReadChunk<'static, 'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_ITER: Later<Iter<'static, 'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_DRAIN: Later<Drain<'static, 'static, Word>> = Later::new();

fn producer() -> &'static mut Producer<'static, Word> {
    STATIC_PRODUCER.get()
}

fn consumer() -> &'static mut Consumer<'static, Word> {
    STATIC_CONSUMER.get()
}

roots! {
    fn bulk_spsc_take() {
        if let Some((producer, consumer)) = STATIC_SPSC.take() {
            STATIC_PRODUCER.set(producer);
            STATIC_CONSUMER.set(consumer);
        }
        core::hint::black_box(STATIC_SPSC_ODD.take().is_some() && STATIC_SPSC_ZERO_SIZED.take().is_some());
    }

    fn bulk_spsc_split(queue: &'static mut Queue<Word, 8>) {
        let (producer, consumer) = queue.split();
        STATIC_PRODUCER.set(producer);
        STATIC_CONSUMER.set(consumer);
    }

    fn word_spsc_observe() -> usize {
        let flags = usize::from(STATIC_SPSC.is_empty()) + usize::from(STATIC_SPSC.is_full());
        STATIC_SPSC.capacity() + STATIC_SPSC.len() + flags
    }

    fn word_spsc_push(value: Word) -> Result<(), Full<Word>> {
        producer().push(value)
    }

    fn word_spsc_pop() -> Option<Word> {
        consumer().pop()
    }

    fn bulk_spsc_push_odd(producer: &mut Producer<'static, [u16; 11]>, value: [u16; 11]) -> bool {
        producer.push(value).is_ok()
    }

    fn bulk_spsc_pop_odd(consumer: &mut Consumer<'static, [u16; 11]>) -> Option<[u16; 11]> {
        consumer.pop()
    }

    fn word_spsc_zero_sized(producer: &mut Producer<'static, ()>, consumer: &mut Consumer<'static, ()>) -> bool {
        producer.push(()).is_ok() && consumer.pop().is_some()
    }

    fn word_spsc_producer_observe() -> usize {
        let producer = producer();
        let flags = usize::from(producer.is_empty()) + usize::from(producer.is_full());
        producer.capacity() + producer.len() + producer.free_capacity() + flags
    }

    fn bulk_spsc_push_slice(values: &[Word]) -> usize {
        producer().push_slice(values)
    }

    fn bulk_spsc_write_chunk(count: usize) -> Result<(), ChunkError> {
        producer().write_chunk(count).map(|chunk| STATIC_WRITE_CHUNK.set(chunk))
    }

    fn word_write_chunk_write(value: Word) -> Result<(), Full<Word>> {
        STATIC_WRITE_CHUNK.get().write(value)
    }

    fn word_write_chunk_observe() -> usize {
        let chunk = STATIC_WRITE_CHUNK.get();
        chunk.len() + chunk.remaining() + usize::from(chunk.is_empty())
    }

    fn bulk_write_chunk_fill(values: &'static [Word]) -> usize {
        STATIC_WRITE_CHUNK.get().fill(values.iter().copied())
    }

    fn bulk_write_chunk_copy(values: &[Word]) -> usize {
        STATIC_WRITE_CHUNK.get().copy_from_slice(values)
    }

    fn bulk_write_chunk_slices() -> (&'static mut [MaybeUninit<Word>], &'static mut [MaybeUninit<Word>]) {
        STATIC_WRITE_CHUNK.get().as_mut_slices()
    }

    fn bulk_write_chunk_assume_init(count: usize) {
        // SAFETY: the image never runs.
        unsafe { STATIC_WRITE_CHUNK.get().assume_init(count) };
    }

    fn bulk_write_chunk_commit(chunk: WriteChunk<'static, 'static, Word>) -> usize {
        chunk.commit()
    }

    fn word_spsc_peek() -> Option<&'static Word> {
        consumer().peek()
    }

    fn word_spsc_peek_mut() -> Option<&'static mut Word> {
        consumer().peek_mut()
    }

    fn word_spsc_consumer_observe() -> usize {
        let consumer = consumer();
        consumer.capacity() + consumer.len() + usize::from(consumer.is_empty())
    }

    fn bulk_spsc_skip(count: usize) -> usize {
        consumer().skip(count)
    }

    fn bulk_spsc_pop_slice(values: &mut [Word]) -> usize {
        consumer().pop_slice(values)
    }

    fn bulk_spsc_iter() -> Option<&'static Word> {
        STATIC_ITER.set(consumer().iter());
        STATIC_ITER.get().next()
    }

    fn bulk_spsc_drain() -> Option<Word> {
        STATIC_DRAIN.set(consumer().drain());
        STATIC_DRAIN.get().next()
    }

    fn bulk_spsc_read_chunk(count: usize) -> Result<(), ChunkError> {
        consumer().read_chunk(count).map(|chunk| STATIC_READ_CHUNK.set(chunk))
    }

    fn bulk_read_chunk_slices() -> (&'static [Word], &'static [Word]) {
        STATIC_READ_CHUNK.get().as_slices()
    }

    fn bulk_read_chunk_mut_slices() -> (&'static mut [Word], &'static mut [Word]) {
        STATIC_READ_CHUNK.get().as_mut_slices()
    }

    fn word_read_chunk_observe() -> usize {
        let chunk = STATIC_READ_CHUNK.get();
        chunk.len() + usize::from(chunk.is_empty())
    }

    fn bulk_read_chunk_commit(chunk: ReadChunk<'static, 'static, Word>, count: usize) {
        chunk.commit(count);
    }

    fn bulk_read_chunk_commit_all(chunk: ReadChunk<'static, 'static, Word>) {
        chunk.commit_all();
    }

    fn bulk_read_chunk_into_iter(chunk: ReadChunk<'static, 'static, Word>) -> Word {
        chunk.into_iter().fold(0, Word::wrapping_add)
    }

    #[cfg(feature = "alloc")]
    fn build_spsc_boxed(capacity: usize) -> bool {
        use ringway::spsc::BoxedQueue;
        #[unsafe(no_mangle)]
        static STATIC_SPSC_BOXED: Later<BoxedQueue<Word>> = Later::new();
        let Ok(queue) = BoxedQueue::new(capacity) else { return false };
        STATIC_SPSC_BOXED.set(queue);
        let (producer, consumer) = STATIC_SPSC_BOXED.get().split();
        STATIC_PRODUCER.set(producer);
        STATIC_CONSUMER.set(consumer);
        true
    }

    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    fn build_spsc_owned_ends(queue: ringway::spsc::BoxedQueue<Word>) {
        let (producer, consumer) = queue.into_split();
        STATIC_PRODUCER.set(producer);
        STATIC_CONSUMER.set(consumer);
    }

    #[cfg(feature = "defmt")]
    fn format_spsc() {
        defmt::info!("{} {} {}", STATIC_SPSC, producer(), consumer());
        defmt::info!("{} {}", STATIC_WRITE_CHUNK.get(), STATIC_READ_CHUNK.get());
        defmt::info!("{} {}", STATIC_ITER.get(), STATIC_DRAIN.get());
    }
}
