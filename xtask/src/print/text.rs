//! A comparison for people to read: on a terminal, or as Markdown.

use anstyle::{AnsiColor, Style};

use super::table;
use crate::document::{Cache, Document};

/// What stands out, where colours are shown.
const STRONG: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Everything that is to be said, with colours as escape codes; without a newline at the end.
pub(crate) fn text(of: &Document, wide: bool) -> String {
    let mut text = format!("{STRONG}{}{STRONG:#}", title(of));
    for line in table::table(of, wide).lines() {
        text += &format!("\n{}", coloured(line, of));
    }
    for sentence in sentences(of) {
        text += &format!("\n{}", fill(&sentence));
    }
    if let Some(verdict) = &of.verdict {
        text += &format!(
            "\n{GOOD}Verdict:{GOOD:#} {}",
            fill_after(&verdict.headline, "Verdict: ")
        );
        text += &format!("\n{}", fill(&verdict.reason));
        for more in [&verdict.otherwise, &verdict.risk].into_iter().flatten() {
            text += &format!("\n{}", fill(more));
        }
    }
    if let Some(none) = &of.no_verdict {
        text += &format!("\n{}", fill(none));
    }
    for difference in &of.differences {
        text += &format!("\n\n{difference}");
    }
    text
}

/// The same as Markdown.
pub(crate) fn markdown(of: &Document) -> String {
    let mut text = format!("## {}\n\n{}\n", title(of), table::markdown(of));
    for sentence in sentences(of) {
        text += &format!("\n{sentence}\n");
    }
    for difference in &of.differences {
        text += &format!("\n```diff\n{difference}\n```\n");
    }
    if let Some(verdict) = &of.verdict {
        let more = [&verdict.otherwise, &verdict.risk].into_iter().flatten();
        let more: String = more.map(|more| format!(" {more}")).collect();
        text += &format!(
            "\n**Verdict:** {} {}{more}\n",
            verdict.headline, verdict.reason
        );
    }
    if let Some(none) = &of.no_verdict {
        text += &format!("\n{none}\n");
    }
    text
}

/// What is compared, and how much of it.
fn title(of: &Document) -> String {
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let mut size = Vec::new();
    size.extend(of.jobs.map(|jobs| match of.sampled_from {
        Some(all) => format!("{} of {all}", plural(jobs, "job")),
        None => plural(jobs, "job"),
    }));
    size.extend(of.workers.map(|workers| plural(workers, "worker")));
    size.push(match of.rounds {
        0 => "one look".to_owned(),
        rounds => plural(rounds, "round"),
    });
    if of.cache == Cache::Cold {
        size.push("files cold".to_owned());
    }
    format!("{} ({})", of.workload, size.join(", "))
}

fn sentences(of: &Document) -> Vec<String> {
    let rows = of.programs.iter();
    let rows = rows.filter_map(|entry| Some(format!("{}: {}", entry.name, entry.note.as_ref()?)));
    let warnings = of
        .warnings
        .iter()
        .map(|warning| format!("Warning: {warning}"));
    rows.chain(of.notes.iter().cloned())
        .chain(warnings)
        .collect()
}

fn coloured(line: &str, of: &Document) -> String {
    let mut entries = of.programs.iter();
    let Some(entry) = entries.find(|entry| line.starts_with(&format!("{} ", entry.name))) else {
        return format!("{DIM}{line}{DIM:#}");
    };
    if entry.output.is_bad() {
        format!("{BAD}{line}{BAD:#}")
    } else if of.is_advised(entry) {
        format!("{GOOD}{line}{GOOD:#}")
    } else {
        line.to_owned()
    }
}

/// Wrapped for a terminal.
fn fill(text: &str) -> String {
    fill_after(text, "")
}

/// The same, for text that follows something on its first line.
fn fill_after(text: &str, before: &str) -> String {
    let options = textwrap::Options::new(80).initial_indent(before);
    let filled = textwrap::fill(text, options);
    filled[before.len()..].to_owned()
}
