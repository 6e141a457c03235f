//! Whether a job ended as it may.

use std::time::Duration;

use workload::{Death, JobError, Outcome};

use super::job::{Answer, Deed, Spec};

/// What is to be said of an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A healthy job gave the right answer.
    Right,
    /// A hostile job failed as it should.
    Failed,
    /// It was cancelled, and could be.
    Cancelled,
    /// It may have been hit by a signal from outside.
    Hit(Hit),
    /// It must not end like this.
    Wrong(String),
}

/// What a signal from outside does to the job that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hit {
    /// Its worker was killed.
    Killed,
    /// Its worker was stopped until the time was up.
    TimedOut,
}

/// Judges how a job ended that had this time limit, and that could be cancelled or not.
pub(super) fn judge(
    spec: Spec,
    outcome: &Outcome<Answer>,
    limit: Option<Duration>,
    may_be_cancelled: bool,
) -> Verdict {
    match outcome {
        Ok(answer) if spec.deed.is_healthy() => {
            if *answer == Answer::to(spec) {
                return Verdict::Right;
            }
            let whose = answer.id();
            Verdict::Wrong(format!(
                "gave a wrong answer, which says it is that of job {whose:x}"
            ))
        }
        Ok(_) => Verdict::Wrong("gave an answer, which it cannot".to_owned()),
        Err(error) if is_natural(spec, error, limit) => Verdict::Failed,
        Err(JobError::Crashed { death, .. }) if *death == KILLED => Verdict::Hit(Hit::Killed),
        Err(JobError::TimedOut { after }) if Some(*after) == limit => Verdict::Hit(Hit::TimedOut),
        Err(JobError::Cancelled) if may_be_cancelled => Verdict::Cancelled,
        Err(JobError::Cancelled) => Verdict::Wrong("nobody has cancelled it: cancelled".to_owned()),
        Err(error) => Verdict::Wrong(error.to_string()),
    }
}

const KILLED: Death = Death::Signal(9);
const ABORTED: Death = Death::Signal(6);
const SEGMENTATION_FAULT: Death = Death::Signal(11);

/// Whether a hostile job ends like this if it is left alone.
fn is_natural(spec: Spec, error: &JobError, limit: Option<Duration>) -> bool {
    let crash = match error {
        JobError::Crashed { death, last_words } => Some((*death, last_words.as_str())),
        _ => None,
    };
    match spec.deed {
        Deed::Nothing | Deed::Nap(_) => false,
        Deed::Compute { .. } | Deed::Echo { .. } | Deed::Print { .. } => false,
        Deed::Fail => {
            matches!(error, JobError::Failed { message } if *message == spec.message())
        }
        Deed::Panic => {
            matches!(error, JobError::Panicked { message } if *message == spec.message())
        }
        Deed::Abort => crash.is_some_and(|(death, _)| death == ABORTED),
        // What the few jobs before it have printed may come first: they are not told apart in a
        // chunk of very short jobs.
        Deed::PrintAndAbort => crash
            .is_some_and(|(death, said)| death == ABORTED && said.ends_with(&spec.last_words())),
        Deed::Exit(code) => crash.is_some_and(|(death, _)| death == Death::Exit(code)),
        Deed::Signal(number) => crash.is_some_and(|(death, _)| death == Death::Signal(number)),
        Deed::Overflow => crash.is_some_and(|(death, said)| {
            death == ABORTED && said.contains("overflow") || death == SEGMENTATION_FAULT
        }),
        Deed::Hoard => crash
            .is_some_and(|(death, said)| death == ABORTED && said.contains("memory allocation")),
        Deed::Unsendable(_) => matches!(error, JobError::Unsendable { .. }),
        Deed::Hang | Deed::Spin | Deed::Freeze => {
            matches!(error, JobError::TimedOut { after } if Some(*after) == limit)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Option<Duration> = Some(Duration::from_millis(300));

    fn spec(deed: Deed) -> Spec {
        Spec {
            id: 77,
            deed,
            is_noted: true,
        }
    }

    fn crash(death: Death, last_words: &str) -> Outcome<Answer> {
        let last_words = last_words.to_owned();
        Err(JobError::Crashed { death, last_words })
    }

    fn is_wrong(verdict: &Verdict) -> bool {
        matches!(verdict, Verdict::Wrong(_))
    }

    #[test]
    fn an_answer_must_be_the_jobs_own_to_the_last_byte() {
        let echo = |id, back| Spec {
            id,
            deed: Deed::Echo { there: 10, back },
            is_noted: true,
        };
        let (mine, others) = (echo(1, 100), echo(2, 100));
        let judge = |outcome| judge(mine, &outcome, None, true);
        assert_eq!(judge(Ok(Answer::to(mine))), Verdict::Right);
        assert!(is_wrong(&judge(Ok(Answer::to(others)))));
        assert!(is_wrong(&judge(Ok(Answer::to(echo(1, 101))))));
    }

    #[test]
    fn a_hostile_job_fails_in_its_own_way_or_not_at_all() {
        let abort = spec(Deed::Abort);
        let judge = |outcome| judge(abort, &outcome, None, false);
        assert_eq!(judge(crash(Death::Signal(6), "")), Verdict::Failed);
        assert!(is_wrong(&judge(crash(Death::Signal(11), ""))));
        assert!(is_wrong(&judge(crash(Death::Exit(6), ""))));
        assert!(is_wrong(&judge(Ok(Answer::to(abort)))));
    }

    #[test]
    fn last_words_must_be_the_jobs_own() {
        let talker = spec(Deed::PrintAndAbort);
        let judge = |said: &str| judge(talker, &crash(Death::Signal(6), said), None, false);
        let words = talker.last_words();
        assert_eq!(judge(&words), Verdict::Failed);
        assert_eq!(judge(&format!("another's\n{words}")), Verdict::Failed);
        assert!(is_wrong(&judge("")) && is_wrong(&judge("another's")));
    }

    #[test]
    fn signal_nine_and_time_outs_may_have_come_from_outside() {
        let killed = crash(Death::Signal(9), "");
        let judged = |outcome, limit| judge(spec(Deed::Nothing), outcome, limit, false);
        assert_eq!(judged(&killed, None), Verdict::Hit(Hit::Killed));
        let after = LIMIT.unwrap();
        let late = Err(JobError::TimedOut { after });
        assert_eq!(judged(&late, LIMIT), Verdict::Hit(Hit::TimedOut));
        assert!(is_wrong(&judged(&late, None)), "it had no limit");
    }

    #[test]
    fn only_what_could_be_cancelled_is() {
        let judged = |may| judge(spec(Deed::Nothing), &Err(JobError::Cancelled), LIMIT, may);
        assert_eq!(judged(true), Verdict::Cancelled);
        assert!(is_wrong(&judged(false)));
    }

    #[test]
    fn a_pool_that_gives_up_breaks_its_promise() {
        let message = "the process pool has given up".to_owned();
        let lost = Err(JobError::Lost { message });
        assert!(is_wrong(&judge(spec(Deed::Abort), &lost, LIMIT, true)));
    }
}
