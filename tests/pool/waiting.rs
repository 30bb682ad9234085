//! Waiting for an object: order, cancelling, wakers.

use ringway::channel::{Channel, bounded};
use ringway::pool::{BoxedWaitPool, WaitGuard, WaitPool};
use ringway::wait::NoLock;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A task that is polled by hand, and how often it was woken.
#[derive(Default)]
struct Task(Arc<Count>);

impl Task {
    fn poll<F: Future>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(&self.0.clone().into()))
    }

    fn woken(&self) -> usize {
        self.0.0.swap(0, Ordering::Relaxed)
    }
}

fn tasks<const N: usize>() -> [Task; N] {
    [(); N].map(|()| Task::default())
}

#[test]
fn waiters_are_woken_in_the_order_in_which_they_came() {
    let pool = WaitPool::<_, 2, NoLock>::new([0, 1]);
    let guards = [pool.take().unwrap(), pool.take().unwrap()];
    let tasks = tasks::<3>();
    let mut futures = [(); 3].map(|()| Box::pin(pool.acquire()));
    for (task, future) in tasks.iter().zip(&mut futures) {
        assert!(task.poll(future.as_mut()).is_pending());
    }
    drop(guards);
    assert_eq!(tasks.each_ref().map(Task::woken), [1, 1, 0]);
    let Poll::Ready(first) = tasks[0].poll(futures[0].as_mut()) else { panic!("woken") };
    let Poll::Ready(second) = tasks[1].poll(futures[1].as_mut()) else { panic!("woken") };
    assert!(tasks[2].poll(futures[2].as_mut()).is_pending());
    drop(first);
    assert_eq!(tasks.each_ref().map(Task::woken), [0, 0, 1]);
    assert!(tasks[2].poll(futures[2].as_mut()).is_ready());
    drop(second);
    assert!(pool.is_full());
}

#[test]
fn a_waiter_that_another_take_overtook_stays_first() {
    let pool = WaitPool::<_, 1, NoLock>::new([0]);
    let guard = pool.take().unwrap();
    let tasks = tasks::<2>();
    let mut futures = [(); 2].map(|()| Box::pin(pool.acquire()));
    for (task, future) in tasks.iter().zip(&mut futures) {
        assert!(task.poll(future.as_mut()).is_pending());
    }
    drop(guard);
    let overtaking = pool.take().unwrap();
    assert!(tasks[0].poll(futures[0].as_mut()).is_pending());
    assert_eq!(tasks.each_ref().map(Task::woken), [1, 0]);
    drop(overtaking);
    assert_eq!(tasks.each_ref().map(Task::woken), [1, 0]);
}

#[test]
fn a_cancelled_waiter_passes_its_notification_on() {
    let pool = WaitPool::<_, 1, NoLock>::new([0]);
    let guard = pool.take().unwrap();
    let tasks = tasks::<2>();
    let [mut first, mut second] = [(); 2].map(|()| Box::pin(pool.acquire()));
    assert!(tasks[0].poll(first.as_mut()).is_pending());
    assert!(tasks[1].poll(second.as_mut()).is_pending());
    drop(guard);
    assert_eq!(tasks.each_ref().map(Task::woken), [1, 0]);
    drop(first);
    assert_eq!(tasks[1].woken(), 1);
    assert!(tasks[1].poll(second.as_mut()).is_ready());
}

#[test]
fn a_cancelled_waiter_took_nothing() {
    let pool = WaitPool::<_, 1, NoLock>::new([0]);
    let guard = pool.take().unwrap();
    let [task] = tasks();
    let mut future = Box::pin(pool.acquire());
    assert!(task.poll(future.as_mut()).is_pending());
    drop((future, guard));
    assert_eq!((task.woken(), pool.len()), (0, 1));
}

#[test]
fn a_guard_that_a_dropped_future_returned_goes_back() {
    let pool = WaitPool::<_, 1, NoLock>::new([0]);
    {
        let [task] = tasks();
        let mut future = pin!(pool.acquire());
        assert!(matches!(task.poll(future.as_mut()), Poll::Ready(_)));
    }
    assert!(pool.is_full());
}

#[test]
fn an_object_has_been_returned_when_a_waker_panics() {
    struct Bomb;

    impl Wake for Bomb {
        fn wake(self: Arc<Self>) {
            panic!("woken");
        }
    }

    let pool = WaitPool::<_, 1, NoLock>::new([0]);
    let guard = pool.take().unwrap();
    let mut future = Box::pin(pool.acquire());
    let bomb = Waker::from(Arc::new(Bomb));
    assert!(future.as_mut().poll(&mut Context::from_waker(&bomb)).is_pending());
    assert!(catch_unwind(AssertUnwindSafe(|| drop(guard))).is_err());
    assert!(pool.is_full());
    drop(future);
}

/// Guards borrow the pool of a runtime; the tasks own nothing of it.
#[test]
fn tasks_of_a_runtime_share_a_static_pool() {
    static BUFFERS: WaitPool<Vec<u8>, 3> = WaitPool::new([const { Vec::new() }; 3]);

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let (sender, receiver) = bounded::<WaitGuard<'static, Vec<u8>>>(2).unwrap();
        let producers = [(); 4].map(|()| {
            let sender = sender.clone();
            tokio::spawn(async move {
                for number in 0..100 {
                    let mut buffer = BUFFERS.acquire().await;
                    buffer.clear();
                    buffer.push(number);
                    sender.send(buffer).await.unwrap();
                }
            })
        });
        drop(sender);
        let mut sum = 0;
        while let Ok(buffer) = receiver.recv().await {
            sum += usize::from(buffer[0]);
        }
        for producer in producers {
            producer.await.unwrap();
        }
        assert_eq!(sum, 4 * 4950);
    });
    assert!(BUFFERS.is_full());
}

#[test]
fn a_boxed_pool_and_a_channel_share_a_thread() {
    let pool = BoxedWaitPool::<_, NoLock>::from_fn(2, |_| 0u32).unwrap();
    let channel = Channel::<_, 2, NoLock>::new();
    let send = async {
        for number in 0..100 {
            let mut object = pool.acquire().await;
            *object = number;
            channel.send(object).await.unwrap();
        }
        channel.close();
    };
    let receive = async {
        let mut sum = 0;
        while let Ok(object) = channel.recv().await {
            sum += *object;
        }
        sum
    };
    let ((), sum) = futures::executor::block_on(futures::future::join(send, receive));
    assert_eq!((sum, pool.len()), (4950, 2));
}
