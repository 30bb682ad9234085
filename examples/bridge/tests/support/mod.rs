//! Brokers of our own: on this machine only, on free ports, each in a directory of its own.
#![allow(dead_code, reason = "each test uses some of it")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use bridge::nats;
use bridge::settings::Settings;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(crate) const USER: &str = "me";
pub(crate) const PASSWORD: &str = "hush-hush-7281";

/// Far longer than anything here takes; only something that hangs gets there.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nats,
    Redis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    Open,
    Password,
    Tls,
}

pub(crate) struct Server {
    kind: Kind,
    guard: Guard,
    port: u16,
    directory: TempDir,
    process: Option<Child>,
}

impl Server {
    pub(crate) fn start(kind: Kind, guard: Guard) -> Self {
        let directory = tempfile::tempdir().unwrap();
        if guard == Guard::Tls {
            make_certificate(directory.path());
        }
        let mut server = Self { kind, guard, port: free_port(), directory, process: None };
        server.restart();
        server
    }

    /// Starts it again, with what is in its directory.
    pub(crate) fn restart(&mut self) {
        assert!(self.process.is_none(), "it runs");
        let mut command = match self.kind {
            Kind::Nats => self.nats(),
            Kind::Redis => self.redis(),
        };
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(command.spawn().unwrap_or_else(|error| {
            panic!("{:?}: {error}. Run ci/services, which installs what is missing", self.kind)
        }));
        until("the broker to start", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Removes the files in which NATS keeps the positions of its receivers.
    pub(crate) fn forget_positions(&self) {
        assert!(self.process.is_none(), "it runs");
        let consumers = self.directory.path().join("jetstream/$G/streams/ringway/obs");
        for consumer in fs::read_dir(consumers).unwrap() {
            fs::remove_file(consumer.unwrap().path().join("o.dat")).unwrap();
        }
    }

    /// The settings that it accepts.
    pub(crate) fn settings(&self) -> Settings {
        let scheme = match (self.kind, self.guard) {
            (Kind::Nats, Guard::Tls) => "tls",
            (Kind::Nats, _) => "nats",
            (Kind::Redis, Guard::Tls) => "rediss",
            (Kind::Redis, _) => "redis",
        };
        // The name in the certificate.
        let mut settings = Settings::at(&format!("{scheme}://localhost:{}", self.port)).unwrap();
        if self.guard == Guard::Password {
            settings.user = Some(USER.into());
            settings.password = Some(PASSWORD.into());
        }
        if self.guard == Guard::Tls {
            settings.ca = Some(self.ca());
        }
        settings
    }

    pub(crate) fn plain_url(&self) -> String {
        let scheme = if self.kind == Kind::Nats { "nats" } else { "redis" };
        format!("{scheme}://localhost:{}", self.port)
    }

    pub(crate) fn ca(&self) -> PathBuf {
        self.directory.path().join("cert.pem")
    }

    pub(crate) fn redis_cli(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        let done = command.args(["-p", &self.port.to_string()]).args(arguments).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// How many messages are in the stream.
    pub(crate) fn stored(&self) -> u64 {
        match self.kind {
            Kind::Redis => self.redis_cli(&["xlen", "ringway"]).trim().parse().unwrap(),
            Kind::Nats => runtime().block_on(async {
                let client = nats::connect(&self.settings()).await.unwrap();
                let stream = async_nats::jetstream::new(client).get_stream("ringway").await;
                // There is none until a sender or a receiver has made it.
                stream.map_or(0, |stream| stream.cached_info().state.messages)
            }),
        }
    }

    fn nats(&self) -> Command {
        let directory = self.directory.path().display();
        let guard = match self.guard {
            Guard::Open => String::new(),
            Guard::Password => format!("authorization {{ user: {USER}, password: \"{PASSWORD}\" }}\n"),
            Guard::Tls => {
                format!("tls {{ cert_file: \"{directory}/cert.pem\", key_file: \"{directory}/key.pem\" }}\n")
            }
        };
        let config = self.directory.path().join("nats.conf");
        let port = self.port;
        fs::write(
            &config,
            format!("listen: 127.0.0.1:{port}\njetstream {{ store_dir: \"{directory}\" }}\n{guard}"),
        )
        .unwrap();
        // Debian puts it where only root's PATH leads.
        let program = Path::new("/usr/sbin/nats-server");
        let mut command = Command::new(if program.exists() { program } else { Path::new("nats-server") });
        command.arg("--config").arg(config);
        command
    }

    fn redis(&self) -> Command {
        let mut command = Command::new("redis-server");
        let port = self.port.to_string();
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--appendfsync", "always"]);
        command.arg("--dir").arg(self.directory.path());
        match self.guard {
            Guard::Open => command.args(["--port", &port]),
            Guard::Password => command.args(["--port", &port]).args([
                "--user",
                USER,
                "on",
                &format!(">{PASSWORD}"),
                "~*",
                "+@all",
                "--user",
                "default",
                "off",
            ]),
            Guard::Tls => command
                .args(["--port", "0", "--tls-port", &port, "--tls-auth-clients", "no"])
                .arg("--tls-cert-file")
                .arg(self.ca())
                .arg("--tls-key-file")
                .arg(self.directory.path().join("key.pem"))
                .arg("--tls-ca-cert-file")
                .arg(self.ca()),
        };
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.process.is_some() {
            self.kill();
        }
    }
}

/// For tests that are not asynchronous otherwise.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A certificate for localhost, signed by itself.
fn make_certificate(directory: &Path) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(directory.join("key.pem"))
        .arg("-out")
        .arg(directory.join("cert.pem"))
        .output()
        .expect("openssl runs");
    assert!(made.status.success(), "{made:?}");
}

/// Waits until it is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
