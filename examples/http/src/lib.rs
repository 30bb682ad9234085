//! A bounded queue between an HTTP server and worker threads.
//!
//! Read [`desk`] first: how a request becomes a job, or is told to come back later. [`server`] has the routes and the
//! connections, [`quota`] what one client may have in the house, [`pulse`] the figures.

pub mod desk;
pub mod pulse;
pub mod quota;
pub mod server;
