//! What `thumbs` needs to be run over and over: pictures, made up if none are named, and for each run a
//! folder of its own to write into.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::cargo::Build;
use crate::measure::OWN_FOLDER;
use crate::{command_line, print};

/// The workload's name.
const NAME: &str = "thumbs";

/// A workload's arguments as each run gets them.
pub(crate) struct Complete {
    pub(crate) args: Vec<OsString>,
    /// Those that were made up. They are gone when this is dropped.
    _pictures: Option<TempDir>,
}

/// Adds what is missing to the arguments of `thumbs`. Those of other workloads stay as they are.
pub(crate) fn complete(mut args: Vec<OsString>, build: &Build) -> anyhow::Result<Complete> {
    let mut pictures = None;
    if command_line::is_of(NAME, &args) {
        if command_line::has("--out", &args) {
            bail!(
                "--out: each run writes its thumbnails into a folder of its own, and they are gone \
                 after it; to keep them, run one program: cargo run --release -p \
                 threadpool-pattern -- thumbs DIR --out DIR"
            );
        }
        let named = command_line::named(&args);
        if named.len() == 1 {
            let made = make_up(build)?;
            args.insert(named[0] + 1, made.path().into());
            pictures = Some(made);
        }
        // Right behind the name: behind `--` it would be no option.
        let behind = named[0] + 1;
        args.splice(behind..behind, ["--out".into(), OWN_FOLDER.into()]);
    }
    Ok(Complete {
        args,
        _pictures: pictures,
    })
}

/// Makes pictures up, in a temporary folder.
pub(crate) fn make_up(build: &Build) -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut command = Command::new(build.pictures());
    let status = command.arg(folder.path()).args(["--side", "800"]).status();
    let status = status.context("cannot start the program that makes pictures up")?;
    if !status.success() {
        let ended = print::status(status);
        bail!("the program that makes pictures up ended with {ended}");
    }
    Ok(folder)
}
