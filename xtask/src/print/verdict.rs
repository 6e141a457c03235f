//! The verdict in words.

use super::number::{duration, times};
use crate::decide::{Isolation, Verdict, Why};
use crate::pattern::Pattern;

/// One line: who fits, why, and what the alternatives cost.
pub(crate) fn sentence(verdict: &Verdict) -> String {
    let winner = verdict.winner.in_words();
    let ratio = verdict.times_sequential;
    let ratio = ratio.map_or_else(String::new, |ratio| {
        format!(", {} times the loop", times(ratio))
    });
    let mut parts = vec![format!(
        "Verdict (one round): {winner}{ratio}{}",
        why(&verdict.why)
    )];
    let is_tied = verdict.tied.contains(&Pattern::ProcessPool);
    let others = verdict.tied.iter().copied();
    // The process pool has a part of its own.
    let others = others.filter(|pattern| *pattern != Pattern::ProcessPool);
    let others: Vec<_> = others.map(Pattern::in_words).collect();
    if !others.is_empty() {
        let are = if others.len() == 1 { "is" } else { "are" };
        parts.push(format!(
            "{} {are} as fast but less simple",
            others.join(" and ")
        ));
    }
    let isolation = verdict.isolation.as_ref();
    parts.extend(isolation.map(|isolation| price(isolation, is_tied)));
    parts.join("; ") + "."
}

fn why(why: &Why) -> String {
    match why {
        Why::OnlySurvivor => ", the only one that came to its end".to_owned(),
        Why::Cores(cores) => format!(", with {cores:.1} cores busy"),
        Why::Unexplained(cores) => format!(
            ", but with {cores:.1} cores busy: something else slowed the loop down, so run it again"
        ),
        Why::Waiting(cores) => {
            format!(": the jobs wait (the loop kept {cores:.2} cores busy)")
        }
        Why::ShortJobs(a_job) => {
            let a_job = duration(*a_job);
            format!(": a job takes {a_job}, less than handing it to a worker")
        }
        Why::ShortRun(wall) => {
            let wall = duration(*wall);
            format!(": the whole run takes {wall}, so there is little to gain")
        }
        Why::NoGain(cores) => {
            format!(": no pattern gained from its workers (at most {cores:.1} cores busy)")
        }
    }
}

fn price(isolation: &Isolation, is_tied: bool) -> String {
    let Isolation { wall, memory } = isolation;
    let memory = format!("{} times the memory", times(*memory));
    if !is_tied {
        let wall = times(*wall);
        return format!(
            "the process pool takes {wall} times as long and {memory}, and survives crashes"
        );
    }
    let behind = ((wall - 1.0) * 100.0).round();
    let place = if behind >= 1.0 {
        format!("within {behind}%")
    } else {
        "as fast".to_owned()
    };
    format!("the process pool is {place} and survives crashes for {memory}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_is_explained() {
        let verdict = Verdict {
            winner: Pattern::ThreadPool,
            times_sequential: Some(1.9),
            tied: vec![Pattern::Async, Pattern::ProcessPool],
            why: Why::Cores(1.98),
            isolation: Some(Isolation {
                wall: 1.04,
                memory: 3.1,
            }),
        };
        let expected = "Verdict (one round): the thread pool, 1.90 times the loop, with 2.0 cores \
                        busy; async is as fast but less simple; the process pool is within 4% and \
                        survives crashes for 3.10 times the memory.";
        assert_eq!(sentence(&verdict), expected);
    }

    #[test]
    fn a_process_pool_that_is_behind_has_its_price_named() {
        let verdict = Verdict {
            winner: Pattern::Async,
            times_sequential: Some(97.0),
            tied: Vec::new(),
            why: Why::Waiting(0.01),
            isolation: Some(Isolation {
                wall: 50.0,
                memory: 3.1,
            }),
        };
        let expected = "Verdict (one round): async, 97.0 times the loop: the jobs wait (the loop \
                        kept 0.01 cores busy); the process pool takes 50.0 times as long and 3.10 \
                        times the memory, and survives crashes.";
        assert_eq!(sentence(&verdict), expected);
    }

    #[test]
    fn the_loop_may_win() {
        let verdict = Verdict {
            winner: Pattern::Sequential,
            times_sequential: None,
            tied: Vec::new(),
            why: Why::ShortJobs(std::time::Duration::from_nanos(50)),
            isolation: None,
        };
        let expected = "Verdict (one round): the sequential loop: a job takes 50 ns, less than \
                        handing it to a worker.";
        assert_eq!(sentence(&verdict), expected);
    }
}
