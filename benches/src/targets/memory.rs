//! Bytes that a channel takes, and each task that waits at it; exact.

use core::alloc::Layout;
use core::fmt::Write as _;
use core::pin::Pin;
use core::task::{Context, Waker};
use std::alloc::{GlobalAlloc, System};
use std::fs;
use std::io;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::contenders;
use crate::harness::options::Options;
use crate::interface::channel::{AsyncJob, AsyncRecv, AsyncSend, Channel};
use crate::interface::queue::{Job, Pop, Push, Setup};
use crate::interface::row::ChannelRow;
use crate::report::machine;

/// The allocator of the program that counts.
#[derive(Debug)]
pub struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

fn allocated() -> usize {
    ALLOCATED.load(Ordering::Relaxed)
}

const WAITERS: usize = 1_000;
const CAPACITY: usize = 1_024;

pub fn main() -> ExitCode {
    match measure(&Options::from_arguments()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("memory: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A contender and what is measured of it.
struct Row {
    name: &'static str,
    empty: fn() -> Option<usize>,
    waiting: fn() -> Option<Result<Waiter, String>>,
}

/// Bytes of one that waits: its future, and what that asked for besides.
struct Waiter {
    future: usize,
    heap: usize,
}

impl ChannelRow for Row {
    fn of_channel<K: Channel>() -> Self {
        Self {
            name: K::NAME,
            empty: || K::run::<u64, _>(Setup::pair(CAPACITY), Taken { before: allocated() }),
            waiting: || K::tasks(Setup { producers: WAITERS, ..Setup::pair(64) }, Waiting),
        }
    }
}

/// What was allocated since.
struct Taken {
    before: usize,
}

impl Job<u64> for Taken {
    type Output = usize;

    fn run<P: Push<u64>, C: Pop<u64>>(self, producers: Vec<P>, consumers: Vec<C>) -> usize {
        // Without the lists that hold the ends.
        allocated() - self.before - size_of_val(&*producers) - size_of_val(&*consumers)
    }
}

/// A future that waits, and what it allocated for that, on average.
struct Waiting;

impl AsyncJob for Waiting {
    type Output = Result<Waiter, String>;

    fn run<S: AsyncSend, R: AsyncRecv>(self, mut senders: Vec<S>, receivers: Vec<R>) -> Self::Output {
        while is_ready(&mut Box::pin(senders[0].send(0))) {}
        let mut futures = Vec::with_capacity(WAITERS);
        let before = allocated();
        let mut size = 0;
        for sender in &mut senders {
            let mut future = Box::pin(sender.send(0));
            size = size_of_val(&*future);
            if is_ready(&mut future) {
                return Err("does not wait at a full channel".into());
            }
            futures.push(future);
        }
        let taken = allocated() - before;
        drop(futures);
        drop(receivers);
        Ok(Waiter { future: size, heap: (taken - size * WAITERS).div_ceil(WAITERS) })
    }
}

fn is_ready(future: &mut Pin<Box<impl Future>>) -> bool {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

fn measure(options: &Options) -> io::Result<()> {
    let mut text = format!(
        "# Memory of channels\n\n{}.\n\
         Bytes: an empty channel of {CAPACITY} u64, and each of {WAITERS} tasks that wait to send. The future carries \
         the harness' adapter, about three words, the same for all; the heap is what it asked for besides.\n\n\
         | channel | empty | future | heap per waiter | together |\n|---|---:|---:|---:|---:|\n",
        machine::description(),
    );
    let mut notes = String::new();
    for row in contenders::channels::<Row>() {
        let Some(empty) = (row.empty)() else { continue };
        let waiter = match (row.waiting)() {
            Some(Ok(Waiter { future, heap })) => format!("{future} | {heap} | {}", future + heap),
            None => "- | - | -".into(),
            Some(Err(reason)) => {
                let _ = write!(notes, "\n{}: {reason}.\n", row.name);
                "- | - | -".into()
            }
        };
        let _ = writeln!(text, "| {} | {empty} | {waiter} |", row.name);
    }
    text += &notes;
    println!("{text}");
    if let Some(directory) = options.directory() {
        fs::create_dir_all(&directory)?;
        fs::write(directory.join("memory.md"), text)?;
    }
    Ok(())
}
