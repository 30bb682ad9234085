//! The same for a microcontroller: from a ring that an interrupt handler fills into a queue in
//! flash memory.
//!
//! A value is read with `peek`, written, and only then removed from the ring. If the write fails,
//! it is still the next. After a power failure the values in the ring are lost, and those that
//! [`save`] counted are kept.

use embedded_storage_async::nor_flash::{MultiwriteNorFlash, NorFlash};
use ringway::spsc::Consumer;
use sequential_storage::Error;
use sequential_storage::cache::CacheImpl;
use sequential_storage::queue::QueueStorage;

/// Moves what is in the ring into flash; how many values those were.
///
/// **Errors**: those of the flash, or [`Error::FullStorage`]. What is not in flash then is still in
/// the ring.
pub async fn save<T, F, C>(
    ring: &mut Consumer<'_, T>,
    flash: &mut QueueStorage<F, C>,
) -> Result<usize, Error<F::Error>>
where
    T: AsRef<[u8]>,
    F: NorFlash,
    C: CacheImpl<()>,
{
    let mut saved = 0;
    while let Some(value) = ring.peek() {
        flash.push(value.as_ref(), false).await?;
        ring.skip(1);
        saved += 1;
    }
    Ok(saved)
}

/// Passes the oldest record in flash to `process`, and removes it if that returns that it is done.
/// `false` if there is no record, or it is not done.
///
/// **Errors**: those of the flash, or [`Error::BufferTooSmall`]. A record whose removal failed
/// comes again.
pub async fn work_off<F, C>(
    flash: &mut QueueStorage<F, C>,
    buffer: &mut [u8],
    process: impl FnOnce(&[u8]) -> bool,
) -> Result<bool, Error<F::Error>>
where
    F: MultiwriteNorFlash,
    C: CacheImpl<()>,
{
    let mut records = flash.iter().await?;
    let Some(record) = records.next(buffer).await? else { return Ok(false) };
    let is_done = process(&record);
    if is_done {
        record.pop().await?;
    }
    Ok(is_done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;
    use ringway::spsc::Queue;
    use sequential_storage::cache::Cache;
    use sequential_storage::mock_flash::{MockFlashBase, WriteCountCheck};
    use sequential_storage::queue::QueueConfig;

    /// Three pages of 64 words of four bytes.
    type Flash = MockFlashBase<3, 4, 64>;

    /// More records than there is room for.
    const MOST: usize = 3 * 64;

    /// More bytes than 40 records can cost, however they are laid out.
    const ENOUGH_BYTES: u32 = 100_000;

    fn new_flash() -> Flash {
        Flash::new(WriteCountCheck::Twice, None, false)
    }

    fn open(flash: Flash) -> QueueStorage<Flash, impl CacheImpl<()>> {
        QueueStorage::new(flash, QueueConfig::new(Flash::FULL_FLASH_RANGE), Cache::new_uncached())
    }

    fn number(record: &[u8]) -> u32 {
        u32::from_le_bytes(record.try_into().unwrap())
    }

    /// Takes everything out.
    fn drain<C: CacheImpl<()>>(flash: &mut QueueStorage<Flash, C>) -> Vec<u32> {
        let mut numbers = Vec::new();
        let mut take = |record: &[u8]| {
            numbers.push(number(record));
            true
        };
        let records = (0..=MOST).take_while(|_| block_on(work_off(flash, &mut [0; 16], &mut take)).unwrap());
        assert!(records.count() <= MOST, "what is removed does not come again");
        numbers
    }

    #[test]
    fn what_was_in_the_ring_comes_out_of_flash_in_order() {
        let mut ring = Queue::<[u8; 4], 8>::new();
        let (mut producer, mut consumer) = ring.split();
        let mut flash = open(new_flash());
        for round in 0..20_u32 {
            let numbers: Vec<_> = (round * 8..).take(8).collect();
            for number in &numbers {
                producer.push(number.to_le_bytes()).unwrap();
            }
            assert_eq!(block_on(save(&mut consumer, &mut flash)).unwrap(), 8);
            assert_eq!(drain(&mut flash), numbers);
        }
    }

    #[test]
    fn a_record_that_is_not_done_comes_again() {
        let mut flash = open(new_flash());
        block_on(flash.push(&7_u32.to_le_bytes(), false)).unwrap();
        assert!(!block_on(work_off(&mut flash, &mut [0; 16], |_| false)).unwrap());
        assert_eq!(drain(&mut flash), [7]);
        assert_eq!(drain(&mut flash), []);
    }

    #[test]
    fn when_flash_is_full_the_rest_stays_in_the_ring() {
        let mut ring = Queue::<[u8; 4], 256>::new();
        let (mut producer, mut consumer) = ring.split();
        for number in 0..256_u32 {
            producer.push(number.to_le_bytes()).unwrap();
        }
        let mut flash = open(new_flash());
        assert!(matches!(block_on(save(&mut consumer, &mut flash)), Err(Error::FullStorage)));
        let rest: Vec<_> = consumer.drain().map(|record| number(&record)).collect();
        let all = [drain(&mut flash), rest].concat();
        assert_eq!(all, (0..256).collect::<Vec<_>>());
    }

    /// Saves 40 records and cuts the power after so many bytes; whether it got through.
    fn save_until_power_fails(bytes: u32) -> bool {
        let mut ring = Queue::<[u8; 4], 40>::new();
        let (mut producer, mut consumer) = ring.split();
        for number in 0..40_u32 {
            producer.push(number.to_le_bytes()).unwrap();
        }
        let mut flash = open(Flash::new(WriteCountCheck::Twice, Some(bytes), false));
        let result = block_on(save(&mut consumer, &mut flash));
        let saved = 40 - consumer.len();

        let (mut flash, _) = flash.destroy();
        flash.bytes_until_shutoff = None;
        let found = drain(&mut open(flash));
        // The one whose write was cut short may be there or not, as a whole.
        assert!(found.len() == saved || found.len() == saved + 1, "{bytes}: {found:?}, saved {saved}");
        assert!(found.iter().copied().eq(0..found.len() as u32), "{bytes}: {found:?}");
        assert!(result.is_err() || saved == 40, "{bytes}: {saved}");
        result.is_ok()
    }

    /// The power fails after every possible number of bytes, until one run gets through.
    #[test]
    fn a_power_failure_at_any_byte_loses_nothing_that_was_saved() {
        let interrupted = (0..ENOUGH_BYTES).find(|&bytes| save_until_power_fails(bytes));
        let interrupted = interrupted.expect("at last one gets through");
        assert!(interrupted > 40 * 4, "each byte of each record was the last once");
    }

    /// Removes the records of a flash until so many bytes are written; whether it got through.
    fn work_off_until_power_fails(mut flash: Flash, bytes: u32) -> bool {
        flash.bytes_until_shutoff = Some(bytes);
        let mut flash = open(flash);
        let mut results = (0..=MOST).map(|_| block_on(work_off(&mut flash, &mut [0; 16], |_| true)));
        let mut done = 0;
        let end = results.find(|result| {
            done += u32::from(matches!(result, Ok(true)));
            !matches!(result, Ok(true))
        });
        let is_through = end.expect("what is removed does not come again").is_ok();
        let (mut flash, _) = flash.destroy();
        flash.bytes_until_shutoff = None;
        let left = drain(&mut open(flash));
        assert!(
            left.len() as u32 == 40 - done || left.len() as u32 == 39 - done,
            "{bytes}: {left:?}, {done}"
        );
        assert!(left.iter().copied().eq(40 - left.len() as u32..40), "{bytes}: {left:?}");
        is_through
    }

    /// The same while records are removed: what is not removed comes again, what is removed does
    /// not.
    #[test]
    fn a_power_failure_at_any_byte_brings_nothing_back_that_was_done() {
        let mut full = open(new_flash());
        for number in 0..40_u32 {
            block_on(full.push(&number.to_le_bytes(), false)).unwrap();
        }
        let (full, _) = full.destroy();
        let interrupted = (0..ENOUGH_BYTES).find(|&bytes| work_off_until_power_fails(full.clone(), bytes));
        assert!(interrupted.expect("at last one gets through") > 40, "each removal was cut short once");
    }
}
