//! What others wrote, for a terminal.

use std::fmt::{self, Display, Write};

/// Text of others as part of one line: at most the first `longest` bytes of it, with escapes for
/// all that moves the cursor, ends the line or is not text. A backslash is escaped too, so what was
/// written can be read off.
pub fn printable(bytes: &[u8], longest: usize) -> impl Display {
    Printable { bytes, longest }
}

struct Printable<'a> {
    bytes: &'a [u8],
    longest: usize,
}

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.bytes.get(..self.longest).unwrap_or(self.bytes);
        for chunk in shown.utf8_chunks() {
            chunk.valid().chars().try_for_each(|character| write_character(f, character))?;
            write!(f, "{}", chunk.invalid().escape_ascii())?;
        }
        if shown.len() < self.bytes.len() { write!(f, "\\…[{} bytes]", self.bytes.len()) } else { Ok(()) }
    }
}

fn write_character(f: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    match character {
        '"' | '\'' => f.write_char(character),
        other => write!(f, "{}", other.escape_debug()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: impl AsRef<[u8]>) -> String {
        printable(text.as_ref(), 100).to_string()
    }

    #[test]
    fn text_is_itself() {
        assert_eq!(shown("grüß 'Gott', \"世界\" 🦀"), "grüß 'Gott', \"世界\" 🦀");
    }

    #[test]
    fn what_moves_the_cursor_or_is_not_text_is_escaped() {
        assert_eq!(shown("a\tb\nc\rd\0"), "a\\tb\\nc\\rd\\0");
        assert_eq!(shown("\u{1b}[31mred\u{7}"), "\\u{1b}[31mred\\u{7}");
        // The same in one byte of C1, the override of the direction, a line separator.
        assert_eq!(shown("\u{9b}31m\u{202e}\u{2028}"), "\\u{9b}31m\\u{202e}\\u{2028}");
        assert_eq!(shown(b"\xff\xfe\xc3"), "\\xff\\xfe\\xc3");
    }

    #[test]
    fn an_escape_cannot_be_forged() {
        assert_ne!(shown("\\n"), shown("\n"));
        assert_ne!(shown("\\xff"), shown(b"\xff"));
        assert_ne!(printable(b"abc", 1).to_string(), shown("a\\…[3 bytes]"));
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        assert_eq!(printable(b"abcd", 4).to_string(), "abcd");
        assert_eq!(printable(b"abcde", 4).to_string(), "abcd\\…[5 bytes]");
        assert_eq!(printable("aü".as_bytes(), 2).to_string(), "a\\xc3\\…[3 bytes]");
    }
}
