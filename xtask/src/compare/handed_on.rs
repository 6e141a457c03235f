//! What stands behind a task's own options: the workload and its arguments, as the binaries take them.

use std::ffi::OsString;

use anyhow::bail;

use crate::command_line::name;

/// What is handed to the binaries, once it makes sense: of these arguments of a task that has `own`
/// options, which stand before the workload and so are mistaken after it.
pub(crate) fn handed_on<'a>(
    task: &str,
    own: &[&str],
    args: impl Iterator<Item = &'a OsString>,
) -> anyhow::Result<Vec<OsString>> {
    let mut workload = Vec::new();
    for arg in args {
        let text = arg.to_string_lossy();
        let name = name(&text);
        match name {
            // Each run gets it anyway, once.
            "--quiet" => continue,
            name if own.contains(&name) => {
                bail!(
                    "{name} is an option of {task} and stands before the workload: \
                     cargo xtask {task} {name} WORKLOAD"
                );
            }
            "--trace" | "--joblog" | "--report" | "--contact-sheet" => {
                bail!(
                    "{name} names one file, but {task} runs several programs; for one of them, \
                     run it alone: cargo run --release -p threadpool-pattern -- {name} FILE"
                );
            }
            "--show-job" => {
                bail!(
                    "--show-job runs nothing, so there is nothing to {task}; ask the \
                     reference alone: cargo run -p workload -- --show-job N"
                );
            }
            _ => workload.push(arg.clone()),
        }
    }
    Ok(workload)
}

/// Whether a workload's arguments say how many workers there are to be.
pub(crate) fn names_workers(workload: &[OsString]) -> bool {
    workload.iter().any(|arg| {
        let arg = arg.to_string_lossy();
        arg.starts_with("--workers") || arg.starts_with("-w")
    })
}
