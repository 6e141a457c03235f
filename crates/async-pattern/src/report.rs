//! What tasks tell the stream that started them. All of them share what they need for that, so that
//! each of a million need not have it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use workload::mechanism::Done;
use workload::{Rules, Stop};

use crate::job::Ended;

/// What all tasks of a stream share.
pub(crate) struct Shared<O> {
    pub(crate) rules: Rules,
    pub(crate) stop: Stop,
    pub(crate) sender: UnboundedSender<Report<O>>,
}

/// What a task tells.
pub(crate) enum Report<O> {
    /// How one job ended: packed, since a million may end at once.
    One {
        index: usize,
        ended: Ended<O>,
        busy: Duration,
    },
    /// How neighbours ended.
    Many(Box<Done<O>>),
}

impl<O> Shared<O> {
    /// Tells how jobs ended.
    pub(crate) fn tell(self: &Arc<Self>, report: Report<O>) {
        // Nobody listens any more when the stream was dropped: then nobody wants to know.
        let _ = self.sender.send(report);
    }
}

impl<O> From<Report<O>> for Done<O> {
    fn from(report: Report<O>) -> Self {
        let (index, ended, busy) = match report {
            Report::Many(done) => return *done,
            Report::One { index, ended, busy } => (index, ended, busy),
        };
        let (span, held) = match ended.notes {
            Some(notes) => (notes.span, notes.held),
            None => (None, None),
        };
        Self {
            first: index,
            outcomes: [ended.outcome].into_iter().collect(),
            busy,
            bytes: 0,
            worker: 0,
            spans: span.into_iter().collect(),
            held: held.into_iter().collect(),
        }
    }
}
