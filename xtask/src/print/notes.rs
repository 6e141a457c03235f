//! What a table has no room for: failed jobs, lost runs.

use super::number::{bytes, duration};
use super::signal;
use crate::decide::{Comparison, FailsOtherwise, Finding, Row};
use crate::measure::{End, Report};
use crate::pattern::Pattern;

/// A line each.
pub(crate) fn notes(of: &Comparison) -> Vec<String> {
    let mut notes: Vec<_> = of.rows.iter().filter_map(of_row).collect();
    let base = of.base();
    let whole = of.rows.iter().filter(|row| row.measured.is_whole()).count();
    match base {
        Some(base) if whole == 1 => notes.push(format!(
            "Only {} came to its end, so there is nothing to compare it with.",
            base.pattern.binary()
        )),
        Some(base) if base.pattern != Pattern::Sequential => notes.push(format!(
            "The reference was lost, so the others were held against {}.",
            base.pattern.binary()
        )),
        None => notes.push("No run came to its end, so there is nothing to compare.".to_owned()),
        _ => {}
    }
    if let Some(cold) = of.cold_start() {
        notes.push(format!(
            "{} had to read {} from disk that the others found in memory, so there is no \
             verdict: run it again.",
            of.rows[0].measured.pattern.binary(),
            bytes(cold)
        ));
    }
    let report = base.and_then(|base| base.report.as_ref());
    if let Some(report) = report.filter(|report| report.failed_jobs() > 0) {
        notes.push(failed(report, of));
    }
    notes
}

fn of_row(row: &Row) -> Option<String> {
    let name = row.measured.pattern.binary();
    match &row.finding {
        Finding::Lost { last_words } => {
            let after = duration(row.measured.wall);
            let how = match row.measured.end {
                End::GaveUp(limit) => format!("it did not end within {}", duration(limit)),
                End::Signal(number) => format!("{} after {after}", signal(number)),
                End::Exit(code) => format!("exit code {code} after {after}"),
            };
            let words = last_words.as_ref();
            let words = words.map_or(String::new(), |words| format!("; it last said: {words}"));
            Some(format!("{name}: whole run lost: {how}{words}"))
        }
        Finding::FailsOtherwise(other) => Some(fails_otherwise(name, other)),
        _ => None,
    }
}

fn fails_otherwise(name: &str, other: &FailsOtherwise) -> String {
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
    format!("{name}: job {index} {other}, but in the reference it {base}{more}")
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
