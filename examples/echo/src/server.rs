//! The server: one task that receives, some that answer, and the buffers between them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use ringway::channel::{Receiver, Sender, bounded};
use ringway::pool::{BoxedWaitPool, WaitGuard};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

/// The longest datagram that is received as a whole.
pub(crate) const LONGEST: usize = 1500;

pub(crate) type Buffer = [u8; LONGEST];
pub(crate) type Buffers = BoxedWaitPool<Buffer>;

/// A datagram in a buffer of the pool. Moved, it moves some words; dropped, it returns its buffer.
struct Datagram {
    buffer: WaitGuard<'static, Buffer>,
    length: usize,
    from: SocketAddr,
}

/// Answers datagrams until the socket fails.
pub(crate) async fn serve(
    socket: UdpSocket,
    buffers: &'static Buffers,
    workers: usize,
) -> anyhow::Result<()> {
    let socket = Arc::new(socket);
    // There is room for each buffer, so a send never waits.
    let (received, work) = bounded(buffers.capacity())?;
    let mut tasks = JoinSet::new();
    tasks.spawn(receive(socket.clone(), buffers, received));
    for _ in 0..workers {
        tasks.spawn(answer(socket.clone(), work.clone()));
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(())
}

/// While all buffers are in use, nothing is received: the kernel keeps some datagrams and drops the
/// rest, and the memory of this program stays what it is.
async fn receive(
    socket: Arc<UdpSocket>,
    buffers: &'static Buffers,
    received: Sender<'static, Datagram>,
) -> io::Result<()> {
    loop {
        let mut buffer = buffers.acquire().await;
        let (length, from) = socket.recv_from(&mut *buffer).await?;
        if received.send(Datagram { buffer, length, from }).await.is_err() {
            return Ok(());
        }
    }
}

/// The answer is the datagram in upper case, written over it.
async fn answer(socket: Arc<UdpSocket>, work: Receiver<'static, Datagram>) -> io::Result<()> {
    while let Ok(Datagram { mut buffer, length, from }) = work.recv().await {
        let text = &mut buffer[..length];
        text.make_ascii_uppercase();
        // A client that is gone is no error of the server.
        let _ = socket.send_to(text, from).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    async fn start(count: usize) -> (SocketAddr, &'static Buffers) {
        let buffers: &'static Buffers =
            Box::leak(Box::new(Buffers::from_fn(count, |_| [0; LONGEST]).expect("few")));
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        tokio::spawn(serve(socket, buffers, 2));
        (address, buffers)
    }

    async fn ask(client: &UdpSocket, question: &[u8]) -> Vec<u8> {
        let mut reply = [0; LONGEST];
        for _ in 0..20 {
            client.send(question).await.unwrap();
            // Datagrams may be lost, even here.
            if let Ok(length) = timeout(Duration::from_secs(1), client.recv(&mut reply)).await {
                return reply[..length.unwrap()].to_vec();
            }
        }
        panic!("no answer");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_client_gets_its_own_answer_and_buffers_return() {
        let (address, buffers) = start(2).await;
        let mut clients = JoinSet::new();
        for client in 0..4 {
            clients.spawn(async move {
                let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                socket.connect(address).await.unwrap();
                for number in 0..50 {
                    let question = format!("client {client} asks {number}");
                    let answer = ask(&socket, question.as_bytes()).await;
                    let answer = String::from_utf8(answer).unwrap();
                    assert!(answer.starts_with(&format!("CLIENT {client} ASKS ")), "{answer}");
                }
            });
        }
        while let Some(client) = clients.join_next().await {
            client.unwrap();
        }
        // One is in the hands of the task that receives.
        while buffers.len() < buffers.capacity() - 1 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_buffer_is_enough() {
        let (address, _) = start(1).await;
        let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        client.connect(address).await.unwrap();
        for _ in 0..20 {
            assert_eq!(ask(&client, b"hello").await, b"HELLO");
        }
        assert_eq!(ask(&client, &[b'x'; LONGEST]).await, [b'X'; LONGEST]);
    }
}
