//! What the tests of several queues share: the specification, the search for an explanation of a
//! history, and one face for every queue under test.

#![allow(dead_code, reason = "each test crate uses its own part of this module")]

pub(crate) mod history;
pub(crate) mod search;
pub(crate) mod specification;
pub(crate) mod subject;
