//! The workloads: named kinds of jobs, and where their jobs come from. One file each, and one line
//! in [`visit`] to register one.

mod checksum;
mod echo;
mod escape;
#[cfg(any(feature = "blocking", feature = "async"))]
mod fetch;
mod files;
mod hostile;
mod input;
mod primes;
mod sleep;
mod square;
mod thumbs;

use clap::Args;

pub use checksum::Checksum;
pub use echo::Echo;
#[cfg(any(feature = "blocking", feature = "async"))]
pub use fetch::{Download, Fetch, Fetched};
pub use hostile::Hostile;
pub use input::Input;
pub use primes::Primes;
pub use sleep::Sleep;
pub use square::Square;
pub use thumbs::{Thumb, thumbnail};

use crate::{Job, Portable};

/// A named kind of job, and where its jobs come from.
pub trait Workload: 'static {
    /// The name on the command line.
    const NAME: &'static str;
    /// The jobs.
    type Job: Portable;
    /// The arguments on the command line. Their doc comment is what `--help` says.
    type Args: Args;

    /// Gets ready for a run: called once before any of its jobs, also if they come from `--from`. What
    /// a run writes to is made here, because looking at a job writes nothing. By default there is
    /// nothing to do, and nothing is made of all outputs.
    ///
    /// # Errors
    ///
    /// What is wrong with the arguments, and what would be accepted.
    fn prepare(_: &Self::Args) -> anyhow::Result<Option<Gatherer<Self::Job>>> {
        Ok(None)
    }

    /// The jobs that the arguments name. Bad input is refused here, before anything runs.
    ///
    /// # Errors
    ///
    /// What is wrong with the arguments, and what would be accepted.
    fn jobs(args: &Self::Args) -> anyhow::Result<impl Iterator<Item = Self::Job>>;

    /// The job that one line of `--from` names, without its line end.
    ///
    /// # Errors
    ///
    /// What is wrong with the line, and what would be accepted.
    fn parse(args: &Self::Args, line: &[u8]) -> anyhow::Result<Self::Job>;

    /// Appends what is printed of an output, without a line end.
    fn print(output: &<Self::Job as Job>::Output, line: &mut Vec<u8>);
}

/// What makes something of the outputs of these jobs.
pub type Gatherer<J> = Box<dyn Gather<<J as Job>::Output>>;

/// Something that is made of all outputs of a run.
pub trait Gather<O> {
    /// Takes note of the next output, in input order.
    fn note(&mut self, output: &O);

    /// Makes it, after the run.
    ///
    /// # Errors
    ///
    /// What could not be made or written, and why.
    fn finish(self: Box<Self>) -> anyhow::Result<()>;
}

/// Something to be done with each workload of the catalog.
pub trait Visitor {
    /// Does it with one.
    fn visit<W: Workload>(&mut self);
}

/// Visits every workload, in the order of the help text.
pub fn visit(visitor: &mut impl Visitor) {
    visitor.visit::<square::Workload>();
    visitor.visit::<primes::Workload>();
    visitor.visit::<sleep::Workload>();
    visitor.visit::<checksum::Workload>();
    #[cfg(any(feature = "blocking", feature = "async"))]
    visitor.visit::<fetch::Workload>();
    visitor.visit::<thumbs::Workload>();
    visitor.visit::<echo::Workload>();
    visitor.visit::<hostile::Workload>();
}

/// A number in a line of `--from`.
fn number<N: std::str::FromStr>(line: &[u8], accepted: &str) -> anyhow::Result<N> {
    let text = String::from_utf8_lossy(line);
    let number = text.trim().parse();
    number.map_err(|_| anyhow::anyhow!("{:?} is not {accepted}", text.trim()))
}

/// Appends the text of a number.
fn print_number(number: impl itoa::Integer, line: &mut Vec<u8>) {
    line.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}
