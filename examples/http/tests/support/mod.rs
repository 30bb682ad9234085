//! The server as a process, on a free port of this machine, or in this process with work that waits
//! for the test; and the simplest of clients.
#![allow(dead_code, reason = "each test uses some of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use http_server::desk::{Desk, count_words};
use http_server::pulse::{self, Pulse};
use http_server::server::{self, Limits};
use ringway::channel::{self, Sender};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

/// Far longer than anything here takes; only something that hangs gets there.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_http-server"));
        command.args(["--listen", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped());
        if !arguments.contains(&"--patience") {
            command.args(["--patience", &PATIENCE.as_secs().to_string()]);
        }
        let mut child = command.spawn().expect("the server starts");
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("it says where it listens");
        Self { child, stdout, address: address.parse().unwrap() }
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits for it to end, however it does.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        until("the server to end", || self.child.try_wait().unwrap().is_some());
        self.child.wait().unwrap()
    }

    /// Waits for it to end well; how many jobs it accepted and completed.
    pub(crate) fn finish(mut self) -> (usize, usize) {
        let status = self.wait();
        let mut last = String::new();
        self.stdout.read_to_string(&mut last).unwrap();
        assert!(status.success(), "{status}: {last}");
        let numbers: Vec<usize> = last.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [accepted, completed] = numbers[..] else { panic!("{last:?}") };
        (accepted, completed)
    }

    pub(crate) fn terminate(self) -> (usize, usize) {
        self.signal("TERM");
        self.finish()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        request(self.address, &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    }

    pub(crate) fn post(&self, text: &str) -> Answer {
        request(self.address, &job(text))
    }

    /// A number from `/metrics`.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let body = self.get("/metrics").body;
        let line = body.lines().find(|line| line.starts_with(&format!("{name}{{"))).expect(name);
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }
}

async fn serve(
    listener: TcpListener,
    desk: Arc<Desk>,
    limits: Limits,
    fixed: Option<Pulse>,
    stopped: oneshot::Receiver<()>,
) {
    let (mut pulse, beating) = pulse::start(Arc::clone(&desk));
    let fixed = fixed.map(watch::channel);
    if let Some((_, never_changes)) = &fixed {
        pulse = never_changes.clone();
    }
    let routes = server::routes(Arc::clone(&desk), pulse, limits);
    let stop = async move {
        let _ = stopped.await;
        desk.close();
        beating.abort();
        drop(fixed);
    };
    server::serve(listener, routes, limits, stop).await;
}

/// The server in this process. A job takes until the test opens the gate; then none takes any time.
pub(crate) struct Gated {
    pub(crate) address: SocketAddr,
    pub(crate) desk: Arc<Desk>,
    gate: Option<Sender<'static, ()>>,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

impl Gated {
    /// Starts it. A `pulse` is what the server then believes about its last half second, for ever.
    pub(crate) fn start(
        capacity: usize,
        workers: usize,
        jobs_per_client: usize,
        pulse: Option<Pulse>,
    ) -> Self {
        let limits = Limits { jobs_per_client, patience: PATIENCE, drain: PATIENCE, ..Limits::default() };
        let (gate, opened) = channel::bounded::<()>(1).unwrap();
        let desk = Desk::start(capacity, workers, move |request| {
            assert!(opened.recv_blocking().is_err(), "nothing is sent through the gate: it is dropped");
            count_words(request, Duration::ZERO)
        });
        let desk = desk.unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = thread::spawn({
            let desk = Arc::clone(&desk);
            move || runtime.block_on(serve(listener, desk, limits, pulse, stopped))
        });
        Self { address, desk, gate: Some(gate), stop: Some(stop), serving: Some(serving) }
    }

    pub(crate) fn open_the_gate(&mut self) {
        drop(self.gate.take());
    }

    /// Waits until so many jobs wait and so many are worked on.
    pub(crate) fn wait_for(&self, waiting: usize, in_service: usize) {
        until("jobs to be accepted and begun", || {
            let snapshot = self.desk.snapshot();
            (snapshot.length, snapshot.in_service) == (waiting, in_service)
        });
    }

    /// Stops it, as a signal would.
    pub(crate) fn request_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits for it to end; how many jobs it accepted and completed.
    pub(crate) fn finish(mut self) -> (usize, usize) {
        self.open_the_gate();
        self.request_stop();
        self.serving.take().unwrap().join().unwrap();
        self.desk.join();
        (self.desk.accepted(), self.desk.completed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A request for the words of a text to be counted.
pub(crate) fn job(text: &str) -> String {
    let body = format!("{{\"text\":\"{text}\"}}");
    post_of("application/json", &body)
}

pub(crate) fn post_of(content_type: &str, body: &str) -> String {
    format!(
        "POST /jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Self { status, head: head.to_lowercase(), body: body.into() })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Sends it and reads until the server closes the connection.
pub(crate) fn request(address: SocketAddr, text: &str) -> Answer {
    let mut stream = connect(address);
    // The server may answer, and close, before it has read everything.
    let _ = stream.write_all(text.as_bytes());
    read_answer(stream)
}

pub(crate) fn read_answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    Answer::parse(&text).unwrap_or_else(|| panic!("no answer: {text:?}"))
}

pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
