//! From a bounded ring into a broker, and back out.
//!
//! Read [`forward`](mod@forward) first: how a message leaves the ring. [`broker`] says what a broker must do, [`nats`]
//! and [`streams`] how two of them do it. [`receive`] is the other side, [`rpc`] requests and replies.

pub mod broker;
pub mod forward;
pub mod nats;
pub mod receive;
pub mod rpc;
pub mod settings;
pub mod streams;
