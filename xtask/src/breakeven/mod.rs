//! `breakeven`: how long a job must take until a pattern beats the loop, until it uses nearly all
//! cores, and what moving data to another process costs on top.

mod args;
mod calibrate;
mod crossing;
mod curve;
mod document;
mod found;
#[cfg(test)]
mod invented;
mod moving;
mod plan;
mod run;
mod sentences;
mod sweep;
mod table;

use anyhow::Context;

use crate::cargo::{self, Build};
use crate::measure::{Bench, Interrupts, Stdin, Watch};
use crate::page;
use crate::print::{Progress, say};

pub(crate) use args::Args;
use args::Format;
use document::Document;

/// Builds, measures, decides, prints; gives the exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let interrupts = Interrupts::listen().context("cannot listen for Ctrl-C")?;
    let build = cargo::build(args.quiet);
    interrupts.check()?;
    let build = build?;
    let document = measure(args, &build, &interrupts)?;
    say(&match args.format {
        Format::Table => sentences::text(&document),
        Format::Json => serde_json::to_string_pretty(&document)?,
        Format::Markdown => sentences::markdown(&document),
    })?;
    Ok(0)
}

/// The curves, as a page shows them.
pub(crate) fn curves(
    build: &Build,
    interrupts: &Interrupts,
    quiet: bool,
) -> anyhow::Result<page::BreakEven> {
    let args = Args {
        quiet,
        ..Args::default()
    };
    let document = measure(&args, build, interrupts)?;
    let curve = |curve: &curve::Curve| page::Curve {
        name: curve.pattern.name().to_owned(),
        points: curve
            .points
            .iter()
            .map(|point| (point.loop_per_job, point.times_loop.median))
            .collect(),
    };
    Ok(page::BreakEven {
        curves: document.curves.iter().map(curve).collect(),
        summary: sentences::sentences(&document),
    })
}

fn measure(args: &Args, build: &Build, interrupts: &Interrupts) -> anyhow::Result<Document> {
    let plan = args.plan();
    let bench = Bench {
        args: &[],
        stdin: &Stdin::Empty,
        give_up_after: None,
        cold: None,
        interrupts,
    };
    let progress = Progress::new(args.quiet);
    let watch = Watch::start();
    let swept = sweep::run(&bench, build, &plan, &progress)?;
    let taken = watch.stop();
    progress.clear();
    Ok(found::document(&swept, &plan, taken))
}
