//! Why a value was not sent or not received. A value that was not sent is always inside.
//!
//! One vocabulary for all channels: *full* and *empty* for calls that do not wait, *timed out* for
//! calls that wait for some time, *closed* for both. Channels with levels have errors of their own,
//! in [`level`], with one reason more.

use core::error::Error;
use core::fmt;

pub(crate) mod level;
mod map;
mod recv;
mod send;

pub(super) use self::map::GivesBack;
pub use self::recv::{RecvError, RecvTimeoutError, TryRecvError};
#[cfg(feature = "futures")]
pub use self::send::SinkError;
pub use self::send::{SendError, SendTimeoutError, TrySendError};

const FULL: &str = "the channel is full";
const EMPTY: &str = "the channel is empty";
const CLOSED: &str = "the channel is closed";
const TIMEOUT: &str = "timed out";

/// Why a value was not sent at once. Full is the only reason that may pass.
pub trait Rejection: From<SendError<Self::Value>> + From<Self::SendError> {
    /// What was not sent.
    type Value;
    /// Why a send that waits for room fails.
    type SendError;

    /// Returns `Ok(value)` if the only obstacle is a lack of room, which may pass, and the
    /// permanent reason otherwise.
    fn value_if_full(self) -> Result<Self::Value, Self::SendError>;

    /// Returns the same rejection, by a channel that turned out to be closed.
    fn by_closed(self) -> Self {
        match self.value_if_full() {
            Ok(value) => SendError(value).into(),
            Err(error) => error.into(),
        }
    }
}

/// Implements `Debug`, `Display`, `Error` and `Format` for errors with a value inside, none of
/// which asks anything of the value. `parts` returns the two texts.
macro_rules! impl_send_error {
    ($($error:ident),*) => { $(
        impl<T> fmt::Debug for $error<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.parts().0)
            }
        }

        impl<T> fmt::Display for $error<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.parts().1)
            }
        }

        impl<T> Error for $error<T> {}

        #[cfg(feature = "defmt")]
        impl<T> defmt::Format for $error<T> {
            fn format(&self, f: defmt::Formatter<'_>) {
                defmt::write!(f, "{=str}", self.parts().0);
            }
        }
    )* };
}

use impl_send_error;
