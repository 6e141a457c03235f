//! `scale`: what more workers bring, by pattern: jobs a second, the law that they follow, and what far
//! too many workers do to it.

mod args;
mod csv;
mod curve;
mod document;
mod found;
#[cfg(test)]
mod invented;
mod law;
mod least_squares;
mod plan;
mod sentences;
mod sweep;
mod table;

use anyhow::{Context, bail};

use crate::cargo::{self, Build};
use crate::compare::{self, Compared};
use crate::measure::{Bench, Interrupts, Stdin, Watch};
use crate::page;
use crate::print::{Progress, say};
use crate::thumbs;

pub(crate) use args::Args;
use args::Format;
use document::Document;
use plan::Plan;

/// Builds, measures, decides, prints; gives the exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let workload = args.workload()?;
    let plan = args.plan(cores())?;
    let stdin = Stdin::for_args(&workload)?;
    let interrupts = Interrupts::listen().context("cannot listen for Ctrl-C")?;
    let build = cargo::build(args.quiet);
    interrupts.check()?;
    let build = build?;
    if let Some(code) = compare::answer(&build, &workload)? {
        return Ok(code);
    }
    let workload = thumbs::complete(workload, &build)?;
    let bench = Bench {
        args: &workload.args,
        stdin: &stdin,
        give_up_after: args.give_up_after,
        cold: None,
        interrupts: &interrupts,
    };
    let document = match measure(&bench, &build, &plan, args.quiet)? {
        Compared::Fully(document) => document,
        Compared::BadUsage(message) => {
            eprint!("{message}");
            return Ok(2);
        }
    };
    say(&match args.format {
        Format::Table => sentences::text(&document),
        Format::Json => serde_json::to_string_pretty(&document)?,
        Format::Csv => csv::csv(&document)?,
        Format::Markdown => sentences::markdown(&document),
    })?;
    Ok(document.exit_code)
}

/// The curves of a workload, as a page shows them.
pub(crate) fn curves(
    build: &Build,
    bench: &Bench<'_>,
    quiet: bool,
) -> anyhow::Result<page::Scaling> {
    let plan = Plan::new(plan::default_workers(cores()), None);
    let document = match measure(bench, build, &plan, quiet)? {
        Compared::Fully(document) => document,
        Compared::BadUsage(message) => bail!("{}", message.trim_end()),
    };
    let curve = |curve: &curve::Curve| page::Curve {
        name: curve.pattern.name().to_owned(),
        points: curve
            .points
            .iter()
            .map(|point| (point.workers as f64, point.jobs_per_second.median))
            .collect(),
    };
    Ok(page::Scaling {
        curves: document.curves.iter().map(curve).collect(),
        summary: sentences::sentences(&document),
    })
}

fn measure(
    bench: &Bench<'_>,
    build: &Build,
    plan: &Plan,
    quiet: bool,
) -> anyhow::Result<Compared<Document>> {
    let progress = Progress::new(quiet);
    let watch = Watch::start();
    let entrants = sweep::entrants(build, plan);
    let swept = sweep::run(bench, &entrants, plan, &progress)?;
    let taken = watch.stop();
    progress.clear();
    Ok(match swept {
        Compared::BadUsage(message) => Compared::BadUsage(message),
        Compared::Fully(ran) => {
            let setting = found::Setting {
                workload: compare::label(bench.args),
                entrants: &entrants,
                cores: cores(),
                taken,
            };
            Compared::Fully(found::document(&ran, &setting))
        }
    })
}

/// Cores that the programs may use.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
