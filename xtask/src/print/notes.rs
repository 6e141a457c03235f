//! What a table has no room for: failed jobs, lost runs.

use super::number::duration;
use super::signal;
use crate::decide::{Comparison, FailsOtherwise, Finding, Row};
use crate::measure::{End, Report};

/// What holds for the whole comparison.
pub(crate) fn notes(of: &Comparison) -> Vec<String> {
    let mut notes = Vec::new();
    let base = of.base();
    let whole = of.rows.iter().filter(|row| row.first.is_whole()).count();
    match base {
        Some(base) if whole == 1 && of.rows.len() > 1 => notes.push(format!(
            "Only {} came to its end, so there is nothing to compare it with.",
            base.program.name
        )),
        Some(base) if base.program.name != of.rows[0].program.name => notes.push(format!(
            "The reference was lost, so the others were held against {}.",
            base.program.name
        )),
        None => notes.push("No run came to its end, so there is nothing to compare.".to_owned()),
        _ => {}
    }
    if let Some(report) = of.report().filter(|report| report.failed_jobs() > 0) {
        notes.push(failed(report, of));
    }
    notes
}

/// What holds for one program.
pub(crate) fn of_row(row: &Row) -> Option<String> {
    let note = match &row.finding {
        Finding::Lost {
            measured,
            last_words,
        } => {
            let after = duration(measured.wall);
            let how = match measured.end {
                End::GaveUp(limit) => format!("it did not end within {}", duration(limit)),
                End::Signal(number) => format!("{} after {after}", signal(number)),
                End::Exit(code) => format!("exit code {code} after {after}"),
            };
            let words = last_words.as_ref();
            let words = words.map_or(String::new(), |words| format!("; it last said: {words}"));
            format!("whole run lost: {how}{words}")
        }
        Finding::FailsOtherwise(other) => fails_otherwise(other),
        Finding::Differs(_) if row.found_in.is_some() => {
            "its output was another than before".to_owned()
        }
        _ => return None,
    };
    Some(match row.found_in {
        Some(round) => format!("in round {round}, {note}"),
        None => note,
    })
}

fn fails_otherwise(other: &FailsOtherwise) -> String {
    let FailsOtherwise {
        index,
        base,
        other,
        jobs,
    } = other;
    let how = |kind: &Option<String>| match kind {
        Some(kind) => format!("ended as \"{kind}\""),
        None => "succeeded".to_owned(),
    };
    let (base, other) = (how(base), how(other));
    let more = match jobs {
        1 => String::new(),
        jobs => format!(" ({jobs} jobs ended otherwise)"),
    };
    format!("job {index} {other}, but in the reference it {base}{more}")
}

fn failed(report: &Report, of: &Comparison) -> String {
    let kinds = report.failed.iter().filter(|(_, jobs)| **jobs > 0);
    let kinds: Vec<_> = kinds.map(|(kind, jobs)| format!("{jobs} {kind}")).collect();
    let (failed, jobs, kinds) = (report.failed_jobs(), report.jobs, kinds.join(", "));
    if of.was_stopped() {
        return format!(
            "The first failure stopped each run ({kinds}); how far a run had come by then is a \
             matter of timing, so the outputs were not compared."
        );
    }
    let mut findings = of.rows.iter().map(|row| &row.finding);
    let alike = if of.differs() || !findings.any(|finding| matches!(finding, Finding::Same)) {
        ""
    } else {
        ", alike in every run that came to its end"
    };
    format!("{failed} of {jobs} jobs failed ({kinds}){alike}.")
}
