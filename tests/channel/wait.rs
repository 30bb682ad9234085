//! Waiting for others to wait.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Lets the executor run others.
pub(crate) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A mark that one thread or task sets and others wait for.
#[derive(Clone, Default)]
pub(crate) struct Mark(Arc<AtomicBool>);

impl Mark {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits in a task, without sleeping.
    pub(crate) async fn wait(&self) {
        while !self.is_set() {
            std::thread::yield_now();
            yield_now().await;
        }
    }

    /// Waits on a thread, without sleeping.
    pub(crate) fn wait_blocking(&self) {
        while !self.is_set() {
            std::thread::yield_now();
        }
    }

    /// Runs the future, and sets the mark as soon as it sleeps.
    pub(crate) async fn when_asleep<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| {
            let polled = future.as_mut().poll(context);
            if polled.is_pending() {
                self.set();
            }
            polled
        })
        .await
    }
}

/// A waker that counts.
#[derive(Default)]
pub(crate) struct Alarm(AtomicUsize);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Alarm {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Whether it rang since it was last asked.
    pub(crate) fn rang(&self) -> bool {
        self.0.swap(0, Ordering::SeqCst) > 0
    }

    /// Polls a future that shall ring this alarm. One that rings it at once has yielded, and is
    /// polled once more.
    pub(crate) fn poll<F: Future>(self: &Arc<Self>, mut future: Pin<&mut F>) -> Poll<F::Output> {
        let waker = Waker::from(self.clone());
        let rung = self.0.load(Ordering::SeqCst);
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        if polled.is_ready() || self.0.load(Ordering::SeqCst) == rung {
            return polled;
        }
        self.0.fetch_sub(1, Ordering::SeqCst);
        future.poll(&mut Context::from_waker(&waker))
    }
}
