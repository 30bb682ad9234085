//! Topics and the patterns that match them, written as in NATS.
//!
//! A topic is words with dots between them: `plant.3.temperature`. In a pattern `*` stands for any
//! one word, and `>`, as the last word, for one or more.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Longer topics and patterns are rejected, which bounds the time of a comparison.
const LONGEST: usize = 256;

/// Words with dots between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Topic(String);

/// Words with dots between them, some of which may be wild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(String);

#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum TopicError {
    #[error("longer than {LONGEST} bytes")]
    TooLong,
    #[error("a word is empty")]
    EmptyWord,
    #[error("white space or a control character in a word")]
    NotAWord,
    #[error("a wildcard is allowed in a pattern only, and only as a whole word; `>` only as the last")]
    Wildcard,
}

impl FromStr for Topic {
    type Err = TopicError;

    fn from_str(text: &str) -> Result<Self, TopicError> {
        check_words(text, |_, word| !word.contains(['*', '>']))?;
        Ok(Self(text.into()))
    }
}

impl FromStr for Pattern {
    type Err = TopicError;

    fn from_str(text: &str) -> Result<Self, TopicError> {
        check_words(text, |is_last, word| match word {
            "*" => true,
            ">" => is_last,
            _ => !word.contains(['*', '>']),
        })?;
        Ok(Self(text.into()))
    }
}

/// Checks each word; `wildcards_fit` is asked whether those in it, if any, stand where they may.
fn check_words(text: &str, wildcards_fit: impl Fn(bool, &str) -> bool) -> Result<(), TopicError> {
    if text.len() > LONGEST {
        return Err(TopicError::TooLong);
    }
    let mut words = text.split('.').peekable();
    while let Some(word) = words.next() {
        if word.is_empty() {
            return Err(TopicError::EmptyWord);
        }
        if word.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(TopicError::NotAWord);
        }
        if !wildcards_fit(words.peek().is_none(), word) {
            return Err(TopicError::Wildcard);
        }
    }
    Ok(())
}

impl Pattern {
    pub(crate) fn matches(&self, topic: &Topic) -> bool {
        let mut topic = topic.0.split('.');
        for wanted in self.0.split('.') {
            match (wanted, topic.next()) {
                (">", Some(_)) => return true,
                ("*", Some(_)) => {}
                (wanted, Some(word)) if wanted == word => {}
                _ => return false,
            }
        }
        topic.next().is_none()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, topic: &str) -> bool {
        pattern.parse::<Pattern>().unwrap().matches(&topic.parse().unwrap())
    }

    #[test]
    fn words_match_themselves_and_nothing_else() {
        assert!(matches("a.b", "a.b"));
        assert!(!matches("a.b", "a.c"));
        assert!(!matches("a.b", "a"));
        assert!(!matches("a.b", "a.b.c"));
        assert!(!matches("a.b", "a.bc"));
    }

    #[test]
    fn a_star_matches_exactly_one_word() {
        assert!(matches("a.*.c", "a.b.c"));
        assert!(matches("*", "a"));
        assert!(!matches("a.*", "a"));
        assert!(!matches("a.*", "a.b.c"));
        assert!(!matches("a.*.c", "a.b.d"));
    }

    #[test]
    fn a_greater_than_matches_one_or_more_words() {
        assert!(matches("a.>", "a.b"));
        assert!(matches("a.>", "a.b.c"));
        assert!(matches(">", "a"));
        assert!(matches("*.b.>", "a.b.c.d"));
        assert!(!matches("a.>", "a"));
        assert!(!matches("a.>", "b.c"));
    }

    #[test]
    fn malformed_patterns_are_refused() {
        let error = |text: &str| text.parse::<Pattern>().unwrap_err();
        assert_eq!(error(""), TopicError::EmptyWord);
        assert_eq!(error("a..b"), TopicError::EmptyWord);
        assert_eq!(error("a. .b"), TopicError::NotAWord);
        assert_eq!(error("a.>.b"), TopicError::Wildcard);
        assert_eq!(error("a.b*"), TopicError::Wildcard);
        assert_eq!(error(&"a".repeat(LONGEST + 1)), TopicError::TooLong);
        assert!("a".repeat(LONGEST).parse::<Pattern>().is_ok());
    }

    #[test]
    fn a_topic_has_no_wildcards() {
        for text in ["*", "a.*", "a.>", "a.b*"] {
            assert_eq!(text.parse::<Topic>(), Err(TopicError::Wildcard), "{text}");
        }
    }
}
