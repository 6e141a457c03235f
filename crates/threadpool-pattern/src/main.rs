//! The command line on the thread pool: `cargo run -p threadpool-pattern`.

fn main() -> std::process::ExitCode {
    workload::cli::main(&threadpool_pattern::ThreadPattern)
}
