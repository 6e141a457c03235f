//! What a user should know of how a run went, besides its outcomes.

use crate::Run;
use crate::span::{Held, SLOW};

/// What the user should know of how it went.
pub(super) fn advice(run: &Run) -> Vec<String> {
    let mut advice = Vec::new();
    if let Some(Held { index, time }) = run.counts.slowest {
        let others = match run.counts.slow - 1 {
            0 => String::new(),
            n => format!(
                ", and {} for over {:.1} s",
                number(n, "more job"),
                SLOW.as_secs_f64()
            ),
        };
        advice.push(format!(
            "job {index} held its thread for {:.1} s between two awaits{others}; nothing else could \
             run there meanwhile: let its `kind` say that it computes, or take another pattern",
            time.as_secs_f64(),
        ));
    }
    if run.lost_threads > 0 {
        let (threads, hang) = match run.lost_threads {
            1 => ("1 thread".to_owned(), "hangs in a job"),
            n => (format!("{n} threads"), "hang in jobs"),
        };
        advice.push(format!(
            "{threads} still {hang} that ran out of time: a thread cannot be killed, a process can"
        ));
    }
    advice
}

/// So many of something.
pub(super) fn number(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_run_without_trouble_needs_no_advice() {
        assert_eq!(advice(&Run::default()), [""; 0]);
    }

    #[test]
    fn lost_threads_and_held_ones_are_told_of() {
        let mut run = Run {
            lost_threads: 2,
            ..Run::default()
        };
        for (index, millis) in [(4, 150), (17, 1230), (20, 200)] {
            let time = Duration::from_millis(millis);
            run.counts.held(Held { index, time });
        }
        let advice = advice(&run);
        let [held, lost] = advice.as_slice() else {
            panic!("{advice:?}");
        };
        let expected = "job 17 held its thread for 1.2 s between two awaits, and 2 more jobs for \
                        over 0.1 s; nothing else could run there meanwhile";
        assert!(held.starts_with(expected), "{held}");
        assert!(lost.starts_with("2 threads still hang in jobs"), "{lost}");
    }
}
