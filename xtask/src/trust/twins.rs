//! The A/A test: a program is compared with itself.

use crate::cargo::Build;
use crate::command_line::words;
use crate::compare::{self, Plan};
use crate::decide::{self, Setting};
use crate::measure::{Bench, Program};
use crate::pattern::Pattern;
use crate::print::{self, say};

/// Long enough for noise to have its say, short enough for a hundred comparisons.
const WORKLOAD: &str = "primes --count 40 --limit 400000";

/// Rounds of each comparison.
const ROUNDS: usize = 6;

/// Fails if more than `most` of the comparisons name a winner.
pub(super) fn run(
    bench: &Bench<'_>,
    build: &Build,
    times: usize,
    most: usize,
    quiet: bool,
) -> anyhow::Result<u8> {
    let args = words(WORKLOAD);
    let bench = Bench {
        args: &args,
        ..*bench
    };
    let program = |name: &str| {
        let binary = build.binary(Pattern::ThreadPool);
        Program::new(Pattern::ThreadPool, binary).named(name)
    };
    let programs = [program("one"), program("other")];
    let progress = print::Progress::new(quiet);
    progress.expect(times);
    let mut named = Vec::new();
    for _ in 0..times {
        progress.running(format!("{} named a winner", named.len()));
        let comparison = compare::rounds(&bench, &programs, Plan::Rounds(Some(ROUNDS)))?;
        let entries = decide::entries(&comparison);
        let verdict = decide::verdict(&entries, &Setting::default());
        let verdict = verdict.ok_or_else(|| anyhow::anyhow!("`{WORKLOAD}` did not run"))?;
        if verdict.tied.is_empty() {
            named.extend(verdict.lead.map(|lead| lead.ratio.median));
        }
        progress.done();
    }
    progress.clear();
    say(&format!(
        "{} of {times} comparisons of a program with itself named a winner; {most} may.\n\
         Each was {ROUNDS} rounds of: {WORKLOAD}",
        named.len()
    ))?;
    if !named.is_empty() {
        let leads: Vec<_> = named.iter().map(|ratio| format!("{ratio:.2}")).collect();
        say(&format!("Their leads: {}", leads.join(", ")))?;
    }
    Ok(u8::from(named.len() > most))
}
