//! Answers each datagram with itself in upper case. `server.rs` has the pool and the tasks.

mod server;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use tokio::net::UdpSocket;

use crate::server::{Buffers, LONGEST};

/// Answer each UDP datagram with itself in upper case.
///
/// Prints the address. All memory for datagrams is allocated at the start.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Where to receive; port 0 is any free one
    #[arg(default_value = "127.0.0.1:0")]
    address: SocketAddr,

    /// Datagrams that may be in work at once, 1500 bytes each
    #[arg(long, value_name = "N", default_value = "64")]
    buffers: NonZeroUsize,

    /// Tasks that answer
    #[arg(long, value_name = "N", default_value = "2")]
    workers: NonZeroUsize,
}

fn main() -> ExitCode {
    program::main(run)
}

fn run(cli: Cli) -> Result<ExitCode> {
    let buffers = Buffers::from_fn(cli.buffers.get(), |_| [0; LONGEST])?;
    // For the rest of the program: tasks that are spawned borrow it.
    let buffers: &'static Buffers = Box::leak(Box::new(buffers));
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let socket =
            UdpSocket::bind(cli.address).await.with_context(|| format!("cannot use {}", cli.address))?;
        program::say(socket.local_addr()?)?;
        server::serve(socket, buffers, cli.workers.get()).await
    })?;
    Ok(ExitCode::SUCCESS)
}
