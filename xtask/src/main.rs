//! The project's own tasks, a module each. Run them with `cargo xtask TASK`.

mod bench;
mod breakeven;
mod cargo;
mod ci;
mod command_line;
mod compare;
mod decide;
mod document;
mod measure;
mod page;
mod pattern;
mod print;
mod python;
mod scale;
mod soak;
mod survive;
mod thumbs;
mod trust;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own tasks.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    Compare(compare::Args),
    Breakeven(breakeven::Args),
    Scale(scale::Args),
    Bench(bench::Args),
    Survive(survive::Args),
    Soak(soak::Args),
    Trust(trust::Args),
    Ci(ci::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Compare(args) => compare::run(&args),
        Task::Breakeven(args) => breakeven::run(&args),
        Task::Scale(args) => scale::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Survive(args) => survive::run(&args),
        Task::Soak(args) => soak::run(&args),
        Task::Trust(args) => trust::run(&args),
        Task::Ci(args) => ci::run(&args),
    };
    ExitCode::from(result.unwrap_or_else(|error| print::failure(&error)))
}
