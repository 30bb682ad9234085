//! The live page in a real browser.

mod support;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::Server;
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
            assert!(begin.elapsed() < Duration::from_secs(20), "{id} says {text:?}");
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
    let server = Server::start(&["--work", "50", "--workers", "1", "--capacity", "20"]);
    let mut browser = Browser::start();
    browser.open(&format!("http://{}/", server.address));
    browser.until("state", |text| text == "live");
    browser.until("length", |text| text == "0 of 20");

    thread::scope(|scope| {
        let clients: Vec<_> = (0..40).map(|_| scope.spawn(|| server.post("x").status)).collect();
        browser.until("length", |text| text.ends_with(" of 20") && !text.starts_with("0 "));
        // A job takes 50 ms: 20 in a second, fewer when the machine has more to do.
        browser.until("throughput", |text| {
            let rate = text.strip_suffix(" /s").and_then(|text| text.parse::<f64>().ok());
            rate.is_some_and(|rate| (5.0..25.0).contains(&rate))
        });
        browser.until("waiting", |text| text.ends_with(" ms") && !text.starts_with("0.0"));
        browser.until("totals", |text| text.contains(" turned away") && !text.contains(", 0 turned away"));
        let points = browser.value("document.getElementById('length-line').points.numberOfItems");
        assert!(points.as_u64().is_some_and(|points| points >= 2), "{points}");
        drop(clients);
    });
    let (offered, rejected) =
        (server.metric("ringway_offered_total"), server.metric("ringway_rejected_total"));
    let expected = format!("{} accepted, {} completed", offered - rejected, offered - rejected);
    browser.until("totals", |text| text.starts_with(&expected));

    // The page says so when the server is gone.
    server.terminate();
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
