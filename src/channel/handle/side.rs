//! The two sides of a channel.

use super::count::{HandleCount, Handles};

/// The side of a handle that sends.
#[derive(Debug)]
pub enum Sending {}

/// The side of a handle that receives.
#[derive(Debug)]
pub enum Receiving {}

/// A side of a channel: [`Sending`] or [`Receiving`]. Sealed.
#[allow(private_interfaces, reason = "sealed: no other crate can name the counts")]
pub trait Side {
    #[doc(hidden)]
    const NAME: &'static str;
    #[doc(hidden)]
    const RECEIVES: bool;
    #[doc(hidden)]
    fn count(handles: &Handles) -> &HandleCount;
}

#[allow(private_interfaces, reason = "sealed: no other crate can name the counts")]
impl Side for Sending {
    const NAME: &'static str = "Sender";
    const RECEIVES: bool = false;

    fn count(handles: &Handles) -> &HandleCount {
        &handles.senders
    }
}

#[allow(private_interfaces, reason = "sealed: no other crate can name the counts")]
impl Side for Receiving {
    const NAME: &'static str = "Receiver";
    const RECEIVES: bool = true;

    fn count(handles: &Handles) -> &HandleCount {
        &handles.receivers
    }
}
