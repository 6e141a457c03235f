//! The timeline of the workers: read from a job log, packed into lanes, drawn.

mod bins;
mod block;
mod draw;
mod pack;
mod read;

pub(super) use draw::figure;
pub(crate) use read::Timeline;
