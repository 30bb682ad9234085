//! The program as its users meet it.

use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Killed at the end of the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn echo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_echo"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn it_prints_its_address_and_answers() {
    let mut server = Server(echo(&["--buffers", "2"]).spawn().expect("the server starts"));
    let mut address = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut address).unwrap();

    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.connect(address.trim()).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let mut reply = [0; 64];
    let answer = (0..20).find_map(|_| {
        client.send(b"hello").unwrap();
        client.recv(&mut reply).ok()
    });
    assert_eq!(&reply[..answer.expect("an answer")], b"HELLO");
}

#[test]
fn an_address_that_is_taken_is_said_in_one_line() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = echo(&[&address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with(&format!("echo: cannot use {address}: ")) && said.lines().count() == 1,
        "{said}"
    );
}

#[test]
fn a_pool_without_buffers_is_a_wrong_argument() {
    assert_eq!(echo(&["--buffers", "0"]).output().unwrap().status.code(), Some(2));
}
