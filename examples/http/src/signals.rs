//! The signals that end the server.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Interrupt and terminate, from when this is made.
#[cfg(unix)]
#[derive(Debug)]
pub struct StopSignals(Signal, Signal);

#[cfg(unix)]
impl StopSignals {
    pub fn new() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    /// Waits for the next; the exit status that a shell reports for it.
    pub async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.0.recv() => 128 + SignalKind::interrupt().as_raw_value(),
            _ = self.1.recv() => 128 + SignalKind::terminate().as_raw_value(),
        }
    }
}

/// Ctrl-C, where there are no signals of Unix.
#[cfg(windows)]
#[derive(Debug)]
pub struct StopSignals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl StopSignals {
    pub fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    /// Waits for the next; the exit status that a program has which Ctrl-C ended.
    pub async fn next(&mut self) -> i32 {
        const STATUS_CONTROL_C_EXIT: i32 = 0xC000_013A_u32.cast_signed();
        self.0.recv().await;
        STATUS_CONTROL_C_EXIT
    }
}
