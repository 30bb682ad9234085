//! tokio::sync::oneshot and tokio_util::task::TaskTracker: the end of work.

use super::*;

#[test]
fn a_oneshot_sender_waits_for_the_end() {
    let ((mut theirs, their_receiver), (mut ours, our_receiver)) =
        (tokio::sync::oneshot::channel(), channel::oneshot::channel());
    {
        let (mut their_end, mut our_end) = (pin!(theirs.closed()), pin!(ours.closed()));
        assert!(their_end.as_mut().now_or_never().is_none());
        assert!(our_end.as_mut().now_or_never().is_none());
        drop((their_receiver, our_receiver));
        block_on(their_end);
        block_on(our_end);
    }
    assert_eq!((theirs.send(1), ours.send(1)), (Err(1), Err(1)));
}

#[test]
fn a_oneshot_is_closed_by_its_receiver() {
    let ((theirs, mut their_receiver), (ours, mut our_receiver)) =
        (tokio::sync::oneshot::channel(), channel::oneshot::channel());
    their_receiver.close();
    assert!(our_receiver.close());
    assert_eq!((theirs.send(1), ours.send(1)), (Err(1), Err(1)));
    assert!(their_receiver.try_recv().is_err() && our_receiver.try_recv().is_err());

    let ((theirs, mut their_receiver), (ours, mut our_receiver)) =
        (tokio::sync::oneshot::channel(), channel::oneshot::channel());
    assert_eq!((theirs.send(1), ours.send(1)), (Ok(()), Ok(())));
    their_receiver.close();
    assert!(!our_receiver.close(), "too late");
    assert_eq!((their_receiver.try_recv().ok(), our_receiver.try_recv().ok()), (Some(1), Some(1)));
}

fn on_tokio(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(body);
}

#[test]
fn a_tracker_counts_what_is_spawned() {
    on_tokio(async {
        let (theirs, ours) = (tokio_util::task::TaskTracker::new(), SharedTracker::<DefaultLock>::new());
        let spawned = [
            theirs.spawn(async { 1 }),
            tokio::spawn(theirs.track_future(async { 2 })),
            tokio::spawn(ours.track_future(async { 1 })),
            tokio::spawn(ours.clone().track_future(async { 2 })),
        ];
        let (their_token, our_token) = (theirs.token(), ours.track(()));
        assert_eq!((theirs.len(), ours.unfinished()), (3, 3));
        drop((their_token, our_token));
        theirs.close();
        theirs.wait().await;
        ours.join().await;
        assert_eq!((theirs.len(), ours.unfinished()), (0, 0));
        let mut results = Vec::new();
        for task in spawned {
            results.push(task.await.unwrap());
        }
        assert_eq!(results, [1, 2, 1, 2]);
    });
}

#[test]
fn an_open_tracker_is_a_task_that_is_kept() {
    on_tokio(async {
        let (theirs, ours) = (tokio_util::task::TaskTracker::new(), SharedTracker::<DefaultLock>::new());
        assert!(theirs.wait().now_or_never().is_none(), "it is open");
        assert!(ours.join().now_or_never().is_some(), "nothing is unfinished");

        let open = ours.track(());
        assert!(ours.join().now_or_never().is_none(), "a task is kept");
        theirs.close();
        open.done();
        theirs.wait().await;
        ours.join().await;
    });
}
