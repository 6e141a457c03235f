//! A job as it comes from the command line: one that makes sense, or a line that does not.

use anyhow::bail;
use serde::{Deserialize, Serialize};

use crate::{Job, Kind, Portable};

/// A job, or a line of `--from` that names none: a job that fails, in its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Input<J> {
    /// A job.
    Job(J),
    /// A line that makes no sense.
    Bad {
        /// The line's number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

impl<J: Job> Job for Input<J> {
    type Output = J::Output;

    fn run(&self) -> anyhow::Result<J::Output> {
        match self {
            Self::Job(job) => job.run(),
            Self::Bad { line, reason } => bail!("line {line}: {reason}"),
        }
    }

    async fn run_async(&self) -> anyhow::Result<J::Output> {
        match self {
            Self::Job(job) => job.run_async().await,
            Self::Bad { .. } => self.run(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Job(job) => job.kind(),
            Self::Bad { .. } => Kind::Waits,
        }
    }
}

impl<J: Portable> Portable for Input<J> {
    const NAME: &'static str = J::NAME;
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Computing;

    impl Job for Computing {
        type Output = ();

        fn run(&self) -> anyhow::Result<()> {
            Ok(())
        }

        fn kind(&self) -> Kind {
            Kind::Computes
        }
    }

    #[test]
    fn what_a_job_says_of_itself_is_handed_on() {
        assert_eq!(Input::Job(Computing).kind(), Kind::Computes);
        let (line, reason) = (1, String::new());
        let bad = Input::<Computing>::Bad { line, reason };
        assert_eq!(bad.kind(), Kind::Waits);
    }
}
