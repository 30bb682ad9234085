//! Limits per client: unfinished jobs, live pages. A single client can neither fill the queue nor
//! take all connections of the live page.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
pub struct Quota {
    limit: usize,
    /// Only clients that have a seat are in it, so it is never larger than what they have seats
    /// for.
    seats: Mutex<HashMap<IpAddr, usize>>,
}

/// A place in the house, given up when it is dropped.
#[derive(Debug)]
pub struct Seat {
    quota: Arc<Quota>,
    client: IpAddr,
}

impl Quota {
    pub fn new(limit: usize) -> Self {
        Self { limit, seats: Mutex::default() }
    }

    /// A seat for this client, unless it has all that one client may have.
    pub fn enter(self: &Arc<Self>, client: IpAddr) -> Option<Seat> {
        let client = group(client);
        let mut seats = self.seats();
        let taken = seats.get(&client).copied().unwrap_or(0);
        if taken >= self.limit {
            return None;
        }
        seats.insert(client, taken + 1);
        Some(Seat { quota: Arc::clone(self), client })
    }

    fn leave(&self, client: IpAddr) {
        let mut seats = self.seats();
        match seats.get_mut(&client) {
            Some(taken) if *taken > 1 => *taken -= 1,
            _ => _ = seats.remove(&client),
        }
    }

    fn seats(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.quota.leave(self.client);
    }
}

/// The address that identifies a client. In IPv6 that is a network: one user has 2⁶⁴ addresses.
fn group(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_client_has_its_seats_and_no_more() {
        let quota = Arc::new(Quota::new(2));
        let first = quota.enter(ip("127.0.0.1")).unwrap();
        let _second = quota.enter(ip("127.0.0.1")).unwrap();
        assert!(quota.enter(ip("127.0.0.1")).is_none());
        assert!(quota.enter(ip("127.0.0.2")).is_some(), "another client is not affected");
        drop(first);
        assert!(quota.enter(ip("127.0.0.1")).is_some());
    }

    #[test]
    fn a_client_without_jobs_is_removed() {
        let quota = Arc::new(Quota::new(2));
        let seats: Vec<_> = (0..100_u32).map(|number| quota.enter(IpAddr::V4(number.into()))).collect();
        assert_eq!(quota.seats().len(), 100);
        drop(seats);
        assert_eq!(quota.seats().len(), 0);
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let quota = Arc::new(Quota::new(1));
        let _seat = quota.enter(ip("2001:db8::1")).unwrap();
        assert!(quota.enter(ip("2001:db8::ffff")).is_none());
        assert!(quota.enter(ip("2001:db8:0:1::1")).is_some());
        let _seat = quota.enter(ip("::ffff:127.0.0.1")).unwrap();
        assert!(quota.enter(ip("127.0.0.1")).is_none(), "the same address, written in two ways");
    }
}
