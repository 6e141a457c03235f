//! The command line on the process pool: `cargo run -p processpool-pattern`.

use processpool_pattern::{ProcessPattern, Registry, worker};
use workload::catalog::{self, Input, Visitor, Workload};

fn main() -> std::process::ExitCode {
    // A worker is this program, started again: here it goes its own way.
    worker(|jobs| catalog::visit(&mut Catalog(jobs)));
    workload::cli::main(&ProcessPattern)
}

/// Lets workers run every workload of the catalog.
struct Catalog<'a>(&'a mut Registry);

impl Visitor for Catalog<'_> {
    fn visit<W: Workload>(&mut self) {
        self.0.add::<Input<W::Job>>();
    }
}
