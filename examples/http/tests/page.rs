//! The live page in a real browser.

mod support;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Gated, PATIENCE, Server, job, request};
use tempfile::TempDir;

/// Chromium without a window, spoken to in its own protocol over two pipes.
///
/// There are crates for that, which take minutes to compile. This takes four messages.
struct Browser {
    process: Child,
    to: File,
    from: BufReader<File>,
    session: Value,
    messages: u64,
    _directory: TempDir,
}

impl Browser {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let [to, from] = ["to", "from"].map(|name| directory.path().join(name));
        assert!(Command::new("mkfifo").arg(&to).arg(&from).status().unwrap().success());
        let process = Command::new("sh")
            .args(["-c", "exec chromium \"$@\" 3<\"$0/to\" 4>\"$0/from\""])
            .arg(directory.path())
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", directory.path().join("profile").display()))
            .args(["--window-size=1000,600", "--remote-debugging-pipe"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Opened in the order in which the shell opens the other ends.
        let to = File::options().write(true).open(to).unwrap();
        let from = BufReader::new(File::open(from).unwrap());
        let mut browser =
            Self { process, to, from, session: Value::Null, messages: 0, _directory: directory };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = json!({"targetId": target["targetId"], "flatten": true});
        browser.session = browser.call("Target.attachToTarget", attached)["sessionId"].clone();
        browser
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.messages += 1;
        let mut message = json!({"id": self.messages, "method": method, "params": parameters});
        if !self.session.is_null() {
            message["sessionId"] = self.session.clone();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let mut bytes = Vec::new();
            self.from.read_until(0, &mut bytes).unwrap();
            assert_eq!(
                bytes.pop(),
                Some(0),
                "chromium is gone; ci/services installs it if it was never there"
            );
            let answer: Value = serde_json::from_slice(&bytes).unwrap();
            if answer["id"] == self.messages {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    fn open(&mut self, url: &str) {
        self.call("Page.navigate", json!({"url": url}));
    }

    /// What an expression is worth on the page.
    fn value(&mut self, expression: &str) -> Value {
        let answer = self.call(
            "Runtime.evaluate",
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true}),
        );
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    fn text(&mut self, id: &str) -> String {
        let value = self.value(&format!("document.getElementById('{id}')?.textContent"));
        value.as_str().unwrap_or_default().into()
    }

    /// Waits until an element says what it should.
    fn until(&mut self, id: &str, is_so: impl Fn(&str) -> bool) -> String {
        let begin = Instant::now();
        loop {
            let text = self.text(id);
            if is_so(&text) {
                return text;
            }
            assert!(begin.elapsed() < PATIENCE, "{id} says {text:?}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_page_shows_the_queue_while_it_works() {
    let mut server = Gated::start(20, 1, 64, None);
    let mut browser = Browser::start();
    browser.open(&format!("http://{}/", server.address));
    browser.until("state", |text| text == "live");
    browser.until("length", |text| text == "0 of 20");

    thread::scope(|scope| {
        let address = server.address;
        let mut clients = vec![scope.spawn(move || request(address, &job("x")).status)];
        server.wait_for(0, 1);
        clients.extend((0..20).map(|_| scope.spawn(move || request(address, &job("x")).status)));
        server.wait_for(20, 1);
        assert_eq!(request(address, &job("one too many")).status, 503);
        browser.until("length", |text| text == "20 of 20");
        browser.until("totals", |text| text.starts_with("21 accepted, 0 completed, 1 turned away; 1 of 1 "));
        server.open_the_gate();
    });
    browser.until("length", |text| text == "0 of 20");
    browser.until("totals", |text| text.starts_with("21 accepted, 21 completed, 1 turned away; 0 of 1 "));
    // Of one beat, which the page may have shown for as long as that. It keeps the last hundred.
    for figure in ["throughput", "waiting_ms", "service_ms"] {
        let was_seen = browser.value(&format!("past.some(pulse => pulse.{figure} > 0)"));
        assert_eq!(was_seen, true, "{figure}");
    }
    browser.until("throughput", |text| text.ends_with(" /s"));
    browser.until("waiting", |text| text.ends_with(" ms"));
    let points = browser.value("document.getElementById('length-line').points.numberOfItems");
    assert!(points.as_u64().is_some_and(|points| points >= 2), "{points}");

    // The page says so when the server is gone.
    assert_eq!(server.finish(), (21, 21));
    browser.until("state", |text| text == "no connection");
}

#[test]
fn the_page_loads_nothing_from_elsewhere_and_its_policy_lets_it_work() {
    let server = Server::start(&[]);
    let answer = server.get("/");
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    assert!(!answer.body.contains("http://") && !answer.body.contains("https://"), "it brings everything");
    let mut browser = Browser::start();
    browser.open(&format!("http://{}/", server.address));
    browser.until("state", |text| text == "live");
    let blocked = "new Promise(resolve => {
        addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective));
        fetch('http://127.0.0.1:1/').catch(() => {});
    })";
    assert_eq!(browser.value(blocked), "connect-src");
    server.terminate();
}
