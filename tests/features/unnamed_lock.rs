//! A crate whose channel is to have a lock, whichever it is.
#![no_std]

pub static KEYS: ringway::channel::Channel<u8, 8> = ringway::channel::Channel::new();
