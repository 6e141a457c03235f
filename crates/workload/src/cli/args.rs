//! What can be said on the command line, and how it is refused.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::falsify::Falsify;
use crate::catalog::{self, Visitor, Workload};
use crate::{OnError, Options, values};

/// The workload that runs when none is named.
const DEFAULT: &str = "square";

/// The options that every workload takes, on every pattern.
#[derive(Debug, Clone, Args)]
pub(super) struct Common {
    /// How many workers [default: the cores this process may use]
    #[arg(short, long, value_name = "N", global = true, value_parser = values::at_least_one, allow_negative_numbers = true)]
    workers: Option<NonZeroUsize>,
    /// Most jobs in flight, or finished and not yet printed [default: 64 a worker, up to 65536 when jobs are short; async: 1024]
    #[arg(long, value_name = "N", global = true, value_parser = values::at_least_one, allow_negative_numbers = true)]
    window: Option<NonZeroUsize>,
    /// Most bytes of jobs and outputs in the window, where they travel: 64MiB, 1GB [default: 256MiB]
    #[arg(long, value_name = "SIZE", global = true, value_parser = values::size)]
    window_bytes: Option<u64>,
    /// Read inputs from FILE, or from stdin with -, one a line, instead of making them up
    #[arg(long, value_name = "FILE|-", global = true, id = "from")]
    pub(super) from: Option<PathBuf>,
    /// Run only N of the jobs, drawn evenly and the same at every run, once all inputs are read
    #[arg(long, value_name = "N", global = true, value_parser = values::at_least_one, allow_negative_numbers = true)]
    pub(super) sample: Option<NonZeroUsize>,
    /// A fixed number of jobs a chunk, for study [default: by measured time]
    #[arg(long, value_name = "N", global = true, value_parser = values::at_least_one, allow_negative_numbers = true)]
    chunk: Option<NonZeroUsize>,
    /// Time limit per job, from its own start: 500ms, 5s
    #[arg(long, value_name = "DURATION", global = true, value_parser = values::duration, allow_hyphen_values = true)]
    timeout: Option<Duration>,
    /// Try a job again after it crashed its worker or timed out
    #[arg(long, value_name = "N", global = true, default_value_t = 0, value_parser = values::count, allow_negative_numbers = true)]
    retries: u32,
    /// Replace a worker process after N jobs: the remedy for jobs that leak
    #[arg(long, value_name = "N", global = true, value_parser = values::at_least_one, allow_negative_numbers = true)]
    max_jobs_per_worker: Option<NonZeroUsize>,
    /// Most address space of a worker process: 512MiB, 2GB
    #[arg(long, value_name = "SIZE", global = true, value_parser = values::size)]
    max_memory: Option<u64>,
    /// When a job fails, go on with the others or stop
    #[arg(long, value_name = "WHAT", global = true, default_value = "continue")]
    on_error: OnError,
    /// Run as if one global interpreter lock a process were held while computing
    #[arg(long, global = true)]
    gil: bool,
    /// Write the run's report there, as JSON
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) report: Option<PathBuf>,
    /// Write a timeline of jobs by worker there, for ui.perfetto.dev or chrome://tracing
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) trace: Option<PathBuf>,
    /// Write a line for each job there, as CSV: its worker, start, end, time computing and outcome
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) joblog: Option<PathBuf>,
    /// Print what job N is, counted from 0, as one line of JSON, and run nothing
    #[arg(long, value_name = "N", global = true, value_parser = values::index, allow_negative_numbers = true)]
    pub(super) show_job: Option<u64>,
    /// No progress bar; there is none anyway unless stderr is a terminal
    #[arg(long, global = true)]
    pub(super) quiet: bool,
    /// Print one line of output wrongly, to see whether a comparison notices.
    #[arg(long, value_name = "PATTERN:HOW:INDEX", global = true, hide = true)]
    pub(super) falsify: Option<Falsify>,
}

impl Common {
    pub(super) fn options(&self) -> Options {
        let defaults = Options::new();
        Options {
            workers: self.workers.unwrap_or(defaults.workers),
            window: self.window,
            window_bytes: self.window_bytes.unwrap_or(defaults.window_bytes),
            chunk: self.chunk,
            timeout: self.timeout,
            retries: self.retries,
            rate: None,
            max_jobs_per_worker: self.max_jobs_per_worker,
            max_memory: self.max_memory,
            on_error: self.on_error,
            gil: self.gil,
            spans: self.trace.is_some() || self.joblog.is_some(),
        }
    }
}

impl clap::ValueEnum for OnError {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Continue, Self::Stop]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Continue => "continue",
            Self::Stop => "stop",
        }))
    }
}

/// A command line that makes sense.
pub(super) struct CommandLine {
    pub(super) common: Common,
    pub(super) workload: String,
    /// What clap made of the workload's own arguments.
    pub(super) matches: ArgMatches,
}

/// Why there is nothing to run.
pub(super) enum Refusal {
    /// It was asked for this text.
    Help(String),
    /// It makes no sense, for this reason.
    Usage(String),
}

impl CommandLine {
    pub(super) fn parse(
        program: &'static str,
        args: impl IntoIterator<Item = OsString>,
    ) -> Result<Self, Refusal> {
        let mut command = command(program);
        let parsed = command.try_get_matches_from_mut(args);
        let refused = |error: clap::Error| refusal(&error, &command);
        let matches = parsed.map_err(refused)?;
        let common = Common::from_arg_matches(&matches).map_err(refused)?;
        if let Some((workload, matches)) = matches.subcommand() {
            return Ok(Self {
                // Global options count wherever they stand.
                common: Common::from_arg_matches(matches).map_err(refused)?,
                workload: workload.to_owned(),
                matches: matches.clone(),
            });
        }
        let default = command
            .find_subcommand(DEFAULT)
            .unwrap_or_else(|| unreachable!("{DEFAULT} is in the catalog"));
        let matches = default.clone().try_get_matches_from([DEFAULT]);
        Ok(Self {
            common,
            workload: DEFAULT.to_owned(),
            matches: matches.map_err(refused)?,
        })
    }
}

fn command(program: &'static str) -> Command {
    let command = Common::augment_args(Command::new(program))
        .version(env!("CARGO_PKG_VERSION"))
        .about("Runs the jobs of a workload and prints one line for each that succeeds, in order.")
        .after_help("Without a workload: square over 0..10. Exit codes: 0 all jobs succeeded, 1 something else went wrong, 2 usage or bad input, 3 some jobs failed, 130 interrupted (143 by SIGTERM).")
        .subcommand_value_name("WORKLOAD")
        .subcommand_help_heading("Workloads")
        .disable_help_subcommand(true);
    let mut adder = Adder(command);
    catalog::visit(&mut adder);
    adder.0
}

/// Makes a subcommand of every workload.
struct Adder(Command);

impl Visitor for Adder {
    fn visit<W: Workload>(&mut self) {
        let command = std::mem::take(&mut self.0);
        let workload = W::Args::augment_args(Command::new(W::NAME));
        self.0 = command.subcommand(workload);
    }
}

/// Clap's error in one line: what is wrong, and what would be accepted.
fn refusal(error: &clap::Error, command: &Command) -> Refusal {
    if !error.use_stderr() {
        return Refusal::Help(error.to_string());
    }
    let text = error.to_string();
    let what = text.lines().map(str::trim);
    // The first paragraph; the others are hints and usage for a page, not for a line.
    let what: Vec<_> = what.take_while(|line| !line.is_empty()).collect();
    let what = what.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    Refusal::Usage(match accepted(error, command) {
        Some(accepted) if !what.contains("possible values") => format!("{what}; {accepted}"),
        _ => what.to_owned(),
    })
}

fn accepted(error: &clap::Error, command: &Command) -> Option<String> {
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let names = command.get_subcommands().map(Command::get_name);
            let names: Vec<_> = names.collect();
            Some(format!("accepted are {}", names.join(", ")))
        }
        ErrorKind::UnknownArgument => {
            if let Some(ContextValue::String(similar)) = error.get(ContextKind::SuggestedArg) {
                return Some(format!("similar is {similar}; --help lists all"));
            }
            let names = command.get_arguments().filter(|arg| !arg.is_hide_set());
            let names: BTreeSet<_> = names.filter_map(|arg| arg.get_long()).collect();
            let names: Vec<_> = names.iter().map(|name| format!("--{name}")).collect();
            let names = names.join(", ");
            Some(format!("accepted everywhere are {names}; --help lists all"))
        }
        _ => None,
    }
}
