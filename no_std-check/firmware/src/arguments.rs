//! What the runner asks of a program: words on the command line of semihosting.

use semihosting::experimental::env;

/// Whether a word is among them.
pub fn contain(word: &str) -> bool {
    let arguments = env::args::<64>().expect("semihosting hands the command line over");
    (&arguments).into_iter().any(|argument| argument == Ok(word))
}
