//! The tour prints the expected output.

use std::process::{Child, Command, Stdio};

const EXPECTED: &str = "\
\x20 Python              ringway                     what happens
  Queue(maxsize=3)    Channel::<_, 3>::new()      room for 3

Put
  put_nowait(task)    try_send(track(task))       Square(1) is in
  put_nowait(task)    try_send(track(task))       Square(2) is in
  put_nowait(task)    try_send(track(task))       Square(3) is in
  qsize()             len()                       3
  full()              is_full()                   true
  raise queue.Full    Err(Full(task))             Square(4) comes back
  unfinished_tasks    tracker.unfinished()        3

Get, process, complete
  get_nowait()        try_recv()                  Square(1) is out
  process(task)       task.process()              1
  task_done()         task.done()                 2 unfinished
  get_nowait()        try_recv()                  Square(2) is out
  process(task)       task.process()              4
  task_done()         task.done()                 1 unfinished
  get_nowait()        try_recv()                  Square(3) is out
  process(task)       task.process()              9
  task_done()         task.done()                 0 unfinished
  raise queue.Empty   Err(Empty)                  nothing left to get
  empty()             is_empty()                  true

The same with threads, which wait for each other
  put(task)           send_blocking(track(task))  waits while the queue is full
  join()              tracker.join_blocking()     0 unfinished
  shutdown()          close()                     the workers end
  sum(results)        worker sums, added          1² + 2² + … + 100² = 338350

All results are as expected.
";

#[test]
fn the_tour_prints_every_step() {
    let tour = Command::new(env!("CARGO_BIN_EXE_tour")).output().expect("the tour starts");
    assert!(tour.status.success(), "{tour:?}");
    assert_eq!(String::from_utf8_lossy(&tour.stdout), EXPECTED);
    assert!(tour.stderr.is_empty());
}

#[test]
fn output_that_fails_is_said() {
    program::testing::check_failing_output(
        "tour",
        |_| false,
        |stdout| {
            let tour = Command::new(env!("CARGO_BIN_EXE_tour")).stdout(stdout).stderr(Stdio::piped()).spawn();
            tour.and_then(Child::wait_with_output).expect("the tour starts")
        },
    );
}
