//! What is counted and timed, beside an exact model, `hdrhistogram` and a parser of Prometheus
//! text.
#![cfg(feature = "metrics")]

mod clocks;
mod histogram;
mod little;
mod meters;
mod text;
