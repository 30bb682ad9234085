//! Channels and completion, with the lock of a microcontroller.

use crate::{Later, Word, roots};
use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use ringway::channel::{
    self, ClosedFuture, Fifo, RecvError, RecvFuture, RecvTimeoutError, RoomFuture, SendError, SendFuture,
    TryRecvError, TrySendError, oneshot, spsc,
};
use ringway::mpmc::Inline;
use ringway::task;
use ringway::wait::CriticalSection;

type Waking<'a> = &'a mut Context<'static>;
type Queue = Fifo<Inline<Word, 8, 4, true>>;
type Sending = SendFuture<'static, Queue, CriticalSection>;
type Receiving = RecvFuture<'static, Queue, CriticalSection>;
type Ending = ClosedFuture<'static, CriticalSection>;
type Finding = RoomFuture<'static, Queue, CriticalSection>;

type Channel<T, const N: usize> = channel::Channel<T, N, CriticalSection>;
type View<'a, T> = channel::View<'a, T, CriticalSection>;
type Sender<'a, T> = channel::Sender<'a, T, CriticalSection>;
type Receiver<'a, T> = channel::Receiver<'a, T, CriticalSection>;
type Tracker = task::Tracker<CriticalSection>;
type Task<'t, T> = task::Task<'t, T, CriticalSection>;
type Join<'t> = task::Join<'t, CriticalSection>;

#[unsafe(no_mangle)]
static STATIC_CHANNEL: Channel<Word, 8> = Channel::new();
#[unsafe(no_mangle)]
static STATIC_CHANNEL_VIEW: Later<View<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_SENDER: Later<Sender<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_RECEIVER: Later<Receiver<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_SEND: Later<Sending> = Later::new();
#[unsafe(no_mangle)]
static STATIC_RECV: Later<Receiving> = Later::new();
#[unsafe(no_mangle)]
static STATIC_CLOSED: Later<Ending> = Later::new();
#[unsafe(no_mangle)]
static STATIC_ROOM: Later<Finding> = Later::new();
#[unsafe(no_mangle)]
static STATIC_SPSC_CHANNEL: spsc::Channel<Word, 8> = spsc::Channel::new();
#[unsafe(no_mangle)]
static STATIC_SPSC_SENDER: Later<spsc::Sender<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_SPSC_RECEIVER: Later<spsc::Receiver<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_ONESHOT: Later<oneshot::Oneshot<Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_ONESHOT_RECEIVER: Later<oneshot::Receiver<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_TRACKER: Tracker = Tracker::new();
#[unsafe(no_mangle)]
static STATIC_TASK: Later<Task<'static, Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_JOIN: Later<Join<'static>> = Later::new();

roots! {
    fn word_channel_try_send(value: Word) -> Result<(), TrySendError<Word>> {
        STATIC_CHANNEL.try_send(value)
    }

    fn word_channel_try_recv() -> Result<Word, TryRecvError> {
        STATIC_CHANNEL.try_recv()
    }

    fn word_channel_force_send(value: Word) -> Result<Option<Word>, SendError<Word>> {
        STATIC_CHANNEL.force_send(value)
    }

    fn word_channel_close() -> bool {
        STATIC_CHANNEL.close() && STATIC_CHANNEL.is_closed()
    }

    fn word_channel_observe() -> usize {
        let flags = usize::from(STATIC_CHANNEL.is_empty()) + usize::from(STATIC_CHANNEL.is_full());
        STATIC_CHANNEL.capacity() + STATIC_CHANNEL.len() + flags
    }

    fn word_channel_view() {
        STATIC_CHANNEL_VIEW.set(STATIC_CHANNEL.view());
    }

    fn word_channel_handles() {
        STATIC_SENDER.set(STATIC_CHANNEL.closing_sender());
        STATIC_RECEIVER.set(STATIC_CHANNEL.closing_receiver());
    }

    // With `alloc`, ends may own their channel, and free it.
    #[cfg(not(feature = "alloc"))]
    fn word_channel_handle_drop(sender: Sender<'static, Word>, receiver: Receiver<'static, Word>) {
        drop(sender);
        drop(receiver);
    }

    fn word_channel_send(value: Word) {
        STATIC_SEND.set(STATIC_CHANNEL.send(value));
    }

    // A send that is polled after it was ready panics, as futures do.
    fn build_channel_send_poll(context: Waking<'_>) -> Poll<Result<(), SendError<Word>>> {
        Pin::static_mut(STATIC_SEND.get()).poll(context)
    }

    fn bulk_channel_send_drop(send: Sending) {
        drop(send);
    }

    fn word_channel_recv() {
        STATIC_RECV.set(STATIC_CHANNEL.recv());
    }

    fn word_channel_recv_poll(context: Waking<'_>) -> Poll<Result<Word, RecvError>> {
        Pin::static_mut(STATIC_RECV.get()).poll(context)
    }

    fn bulk_channel_recv_drop(recv: Receiving) {
        drop(recv);
    }

    fn word_channel_closed() {
        STATIC_CLOSED.set(STATIC_CHANNEL.closed());
    }

    fn word_channel_closed_poll(context: Waking<'_>) -> Poll<()> {
        Pin::static_mut(STATIC_CLOSED.get()).poll(context)
    }

    fn bulk_channel_closed_drop(closed: Ending) {
        drop(closed);
    }

    fn word_channel_room() {
        STATIC_ROOM.set(STATIC_CHANNEL.wait_for_room());
    }

    fn word_channel_room_poll(context: Waking<'_>) -> Poll<Result<(), SendError<()>>> {
        Pin::static_mut(STATIC_ROOM.get()).poll(context)
    }

    fn bulk_channel_room_drop(room: Finding) {
        drop(room);
    }

    fn build_spsc_channel_take() -> bool {
        let Some((sender, receiver)) = STATIC_SPSC_CHANNEL.take() else { return false };
        STATIC_SPSC_SENDER.set(sender);
        STATIC_SPSC_RECEIVER.set(receiver);
        true
    }

    fn word_spsc_channel_try_send(value: Word) -> Result<(), TrySendError<Word>> {
        STATIC_SPSC_SENDER.get().try_send(value)
    }

    fn word_spsc_channel_try_recv() -> Result<Word, TryRecvError> {
        STATIC_SPSC_RECEIVER.get().try_recv()
    }

    fn word_spsc_channel_recv_poll(context: Waking<'_>) -> Poll<Result<Word, RecvError>> {
        Pin::new(&mut STATIC_SPSC_RECEIVER.get().recv()).poll(context)
    }

    fn word_spsc_channel_closed_poll(context: Waking<'_>) -> Poll<()> {
        Pin::new(&mut STATIC_SPSC_SENDER.get().closed()).poll(context)
    }

    fn word_spsc_channel_room_poll(context: Waking<'_>) -> Poll<Result<(), SendError<()>>> {
        Pin::new(&mut STATIC_SPSC_SENDER.get().wait_for_room()).poll(context)
    }

    // With `alloc`, ends may own their channel, and free it.
    #[cfg(not(feature = "alloc"))]
    fn word_spsc_channel_drop(sender: spsc::Sender<'static, Word>, receiver: spsc::Receiver<'static, Word>) {
        drop(sender);
        drop(receiver);
    }

    fn word_oneshot_split(value: Word) -> bool {
        STATIC_ONESHOT.set(oneshot::Oneshot::new());
        let (sender, receiver) = STATIC_ONESHOT.get().split();
        STATIC_ONESHOT_RECEIVER.set(receiver);
        sender.send(value).is_ok()
    }

    fn word_oneshot_poll(context: Waking<'_>) -> Poll<Result<Word, RecvError>> {
        Pin::new(STATIC_ONESHOT_RECEIVER.get()).poll(context)
    }

    fn word_oneshot_close() -> bool {
        STATIC_ONESHOT_RECEIVER.get().close() && STATIC_ONESHOT_RECEIVER.get().is_closed()
    }

    #[cfg(not(feature = "alloc"))]
    fn word_oneshot_closed_poll(sender: oneshot::Sender<'static, Word>, context: Waking<'_>) -> Poll<()> {
        let mut sender = sender;
        Pin::new(&mut sender.closed()).poll(context)
    }

    fn word_tracker_track(value: Word) {
        STATIC_TASK.set(STATIC_TRACKER.track(value));
    }

    fn word_task_done(task: Task<'static, Word>) -> Word {
        task.done()
    }

    fn word_task_fail(task: Task<'static, Word>) -> Word {
        task.retry().fail()
    }

    fn word_task_drop(task: Task<'static, Word>) {
        drop(task);
    }

    fn word_tracker_track_future(value: Word, context: Waking<'_>) -> Poll<Word> {
        pin!(STATIC_TRACKER.track_future(poll_fn(|_| Poll::Ready(value)))).poll(context)
    }

    fn word_tracker_observe() -> usize {
        STATIC_TRACKER.unfinished() + STATIC_TRACKER.failed() + STATIC_TRACKER.retried()
    }

    fn word_tracker_join(context: Waking<'_>) -> bool {
        STATIC_JOIN.set(STATIC_TRACKER.join());
        Pin::static_mut(STATIC_JOIN.get()).poll(context).is_ready()
    }

    fn format_channels() {
        let errors: [&dyn core::error::Error; 6] = [
            &TrySendError::Full(1),
            &SendError(1),
            &ringway::channel::SendTimeoutError::Timeout(1),
            &TryRecvError::Empty,
            &RecvError,
            &RecvTimeoutError::Timeout,
        ];
        for error in errors {
            core::hint::black_box(error);
        }
        #[cfg(feature = "defmt")]
        defmt::info!("{} {} {} {}", STATIC_CHANNEL, STATIC_TRACKER, TrySendError::Full(1), RecvTimeoutError::Closed);
    }
}
