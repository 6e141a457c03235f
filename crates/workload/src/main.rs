//! The sequential reference: every workload in a plain loop, with the command line and the output
//! of the patterns.

fn main() -> std::process::ExitCode {
    workload::cli::main(&workload::Sequential)
}
