//! A sample in a process of its own: this program once more, with an order in its environment.

use std::env;
use std::io::Read as _;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::tally::Sample;

const ORDER: &str = "RINGWAY_BENCH_SAMPLE";

/// The sample that a process takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) case: String,
    pub(crate) contender: String,
    pub(crate) round: usize,
}

/// A sample, or why the contender failed; `None` if it has no such case.
pub(crate) type Taken = Option<Result<Sample, String>>;

/// The order, in a process that was started to take a sample.
pub(crate) fn order() -> Option<Order> {
    serde_json::from_str(&env::var(ORDER).ok()?).ok()
}

/// The last thing that such a process does.
pub(crate) fn deliver(taken: &Taken) -> ExitCode {
    match serde_json::to_string(taken) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(_) => ExitCode::FAILURE,
    }
}

/// Takes a sample in a process that is ended if it takes longer than `limit`.
pub(crate) fn take(order: &Order, limit: Duration) -> Taken {
    run(order, limit).unwrap_or_else(|reason| Some(Err(reason)))
}

fn run(order: &Order, limit: Duration) -> Result<Taken, String> {
    let text = serde_json::to_string(order).map_err(|error| error.to_string())?;
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(env::args_os().skip(1)).env(ORDER, text);
    let output = output_within(command, limit)?;
    serde_json::from_str(&output).map_err(|_| "ended without a result".into())
}

/// What the program writes, unless it runs longer.
fn output_within(mut command: Command, limit: Duration) -> Result<String, String> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    let mut stdout = child.stdout.take().ok_or("no output")?;
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let _ = stdout.read_to_string(&mut text);
        let _ = send.send(text);
    });
    let output = receive.recv_timeout(limit);
    end(&mut child, output.is_err());
    output.map_err(|_| format!("hangs: not done after {} s", limit.as_secs()))
}

fn end(child: &mut Child, is_late: bool) {
    if is_late {
        let _ = child.kill();
    }
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_hangs_is_ended_and_reported() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let outcome = output_within(command, Duration::from_millis(50));
        assert!(outcome.unwrap_err().starts_with("hangs"));
    }

    #[test]
    fn the_output_of_a_process_is_returned() {
        let mut command = Command::new("echo");
        command.arg("null");
        let output = output_within(command, Duration::from_secs(60)).unwrap();
        assert!(matches!(serde_json::from_str::<Taken>(&output), Ok(None)));
    }
}
