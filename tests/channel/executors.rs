//! Whatever polls a future.

use std::future::Future;
use std::pin::Pin;
use std::sync::{OnceLock, mpsc};
use std::thread;

pub(crate) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(crate) fn task(future: impl Future<Output = ()> + Send + 'static) -> Task {
    Box::pin(future)
}

pub(crate) trait Executor {
    /// Runs all tasks at once, to their end. Panics if one of them does.
    fn run(tasks: Vec<Task>);
}

pub(crate) struct TokioOnOneThread;

impl Executor for TokioOnOneThread {
    fn run(tasks: Vec<Task>) {
        run_on_tokio(tokio::runtime::Builder::new_current_thread(), tasks);
    }
}

pub(crate) struct TokioOnSeveralThreads;

impl Executor for TokioOnSeveralThreads {
    fn run(tasks: Vec<Task>) {
        run_on_tokio(tokio::runtime::Builder::new_multi_thread(), tasks);
    }
}

fn run_on_tokio(mut builder: tokio::runtime::Builder, tasks: Vec<Task>) {
    let runtime = builder.worker_threads(3).build().expect("a runtime");
    runtime.block_on(async {
        let mut set: tokio::task::JoinSet<()> = tasks.into_iter().collect();
        while let Some(ended) = set.join_next().await {
            ended.expect("a task panicked");
        }
    });
}

pub(crate) struct LocalPool;

impl Executor for LocalPool {
    fn run(tasks: Vec<Task>) {
        use futures::task::LocalSpawnExt;
        let mut pool = futures::executor::LocalPool::new();
        tasks.into_iter().for_each(|task| pool.spawner().spawn_local(task).expect("the pool is there"));
        pool.run();
    }
}

pub(crate) struct Smol;

impl Executor for Smol {
    fn run(tasks: Vec<Task>) {
        let executor = smol::Executor::new();
        let (done, is_done) = smol::channel::bounded::<()>(1);
        let tasks: Vec<_> = tasks.into_iter().map(|task| executor.spawn(task)).collect();
        thread::scope(|scope| {
            // Dropped when the tasks are done, or one panicked; then the helper ends.
            let done = done;
            scope.spawn(|| smol::block_on(executor.run(is_done.recv())));
            smol::block_on(executor.run(async {
                for task in tasks {
                    task.await;
                }
            }));
            drop(done);
        });
    }
}

/// One thread for each task.
pub(crate) struct Pollster;

impl Executor for Pollster {
    fn run(tasks: Vec<Task>) {
        let threads: Vec<_> =
            tasks.into_iter().map(|task| thread::spawn(|| pollster::block_on(task))).collect();
        threads.into_iter().for_each(|thread| thread.join().expect("a task panicked"));
    }
}

/// Embassy's executor never ends, so all tests share one.
pub(crate) struct Embassy;

impl Executor for Embassy {
    fn run(tasks: Vec<Task>) {
        let (done, ends) = mpsc::channel();
        let count = tasks.len();
        for task in tasks {
            let token = job(task, done.clone()).expect("the pool is large enough");
            embassy().spawn(token);
        }
        for _ in 0..count {
            ends.recv().expect("the executor runs").expect("a task panicked");
        }
    }
}

/// The pool is for the tests that run at once, with at most eight tasks each.
#[embassy_executor::task(pool_size = 512)]
async fn job(task: Task, done: mpsc::Sender<thread::Result<()>>) {
    use futures::FutureExt;
    let _ = done.send(std::panic::AssertUnwindSafe(task).catch_unwind().await);
}

fn embassy() -> embassy_executor::SendSpawner {
    static SPAWNER: OnceLock<embassy_executor::SendSpawner> = OnceLock::new();
    *SPAWNER.get_or_init(|| {
        let (started, spawner) = mpsc::channel();
        thread::spawn(move || {
            let executor = Box::leak(Box::new(embassy_executor::Executor::new()));
            executor.run(|spawner| started.send(spawner.make_send()).expect("the caller waits"));
        });
        spawner.recv().expect("the executor starts")
    })
}
