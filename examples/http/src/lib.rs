//! A bounded queue between an HTTP server and worker threads.
//!
//! Read [`desk`] first: how a request becomes a job, or is rejected with a time to retry.
//! [`server`] has the routes and the connections, [`quota`] the limits per client, [`pulse`] the
//! figures of the live page, [`signals`] what ends the server.

pub mod desk;
pub mod pulse;
pub mod quota;
pub mod server;
pub mod signals;
