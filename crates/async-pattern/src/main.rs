//! The command line on the async pool: `cargo run -p async-pattern`.

fn main() -> std::process::ExitCode {
    workload::cli::main(&async_pattern::AsyncPattern)
}
