//! From a bounded ring into a broker, and back out.
//!
//! Read [`forward`](mod@forward) first: how a message leaves the ring. [`broker`] is the interface
//! of a broker, which [`nats`] and [`streams`] implement. [`receive`] is the receiving side,
//! [`rpc`] has requests and replies.

pub mod broker;
pub mod forward;
pub mod nats;
pub mod receive;
pub mod rpc;
pub mod settings;
pub mod streams;
