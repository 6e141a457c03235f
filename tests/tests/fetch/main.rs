//! `fetch` on all four programs: the same lines and the same failures from hosts of all kinds.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by a panic"
)]

mod bodies;
mod connections;
mod equal;
mod heads;
mod host;
mod nginx;
mod redirects;
mod server;
mod usage;
