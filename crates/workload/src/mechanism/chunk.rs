//! What travels between a flow and its workers.

use std::time::Duration;

use super::Batch;
use crate::Span;
use crate::span::Held;

/// Jobs that travel together to one worker, neighbours in the input.
#[derive(Debug)]
pub struct Chunk<J> {
    /// The place of the first job in the input, from 0.
    pub first: usize,
    /// The jobs.
    pub jobs: Vec<J>,
}

/// What a worker says of jobs that ended: all of a chunk, or a part of it.
#[derive(Debug)]
pub struct Done<O> {
    /// The place of the first of these jobs in the input.
    pub first: usize,
    /// How they ended, in input order.
    pub outcomes: Batch<O>,
    /// How long they ran.
    pub busy: Duration,
    /// How many bytes they and their outcomes took, where jobs travel as bytes; else 0.
    pub bytes: usize,
    /// The worker that ran them, from 0.
    pub worker: u32,
    /// When each ran, if that was asked for.
    pub spans: Vec<Span>,
    /// Those that held their thread for too long between two awaits, on a pattern that has awaits.
    pub held: Vec<Held>,
}
