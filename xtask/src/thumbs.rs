//! What `thumbs` needs to be run over and over: pictures, made up if none are named, and for each run a
//! folder of its own to write into.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::cargo::Build;
use crate::measure::OWN_FOLDER;
use crate::print;

/// The workload's name.
const NAME: &str = "thumbs";

/// Options without a value. All others have one, which is no folder of pictures.
const FLAGS: [&str; 2] = ["--gil", "--quiet"];

/// A workload's arguments as each run gets them.
pub(crate) struct Complete {
    pub(crate) args: Vec<OsString>,
    /// Those that were made up. They are gone when this is dropped.
    _pictures: Option<TempDir>,
}

/// Adds what is missing to the arguments of `thumbs`. Those of other workloads stay as they are.
pub(crate) fn complete(mut args: Vec<OsString>, build: &Build) -> anyhow::Result<Complete> {
    let mut pictures = None;
    let named = named(&args);
    if named.first().is_some_and(|place| args[*place] == NAME) {
        if let Some(option) = args.iter().find(|arg| is_option(arg, "--out")) {
            bail!(
                "{}: each run writes its thumbnails into a folder of its own, and they are gone \
                 after it; to keep them, run one program: cargo run --release -p \
                 threadpool-pattern -- thumbs DIR --out DIR",
                option.to_string_lossy()
            );
        }
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

/// The places of the arguments that are neither options nor their values: first the workload's name.
fn named(args: &[OsString]) -> Vec<usize> {
    let mut named = Vec::new();
    let mut is_value = false;
    for (place, arg) in args.iter().enumerate() {
        let text = arg.to_string_lossy();
        if is_value {
            is_value = false;
        } else if !text.starts_with('-') {
            named.push(place);
        } else {
            // `-w2` and `--workers=2` have theirs with them.
            let has_value = text.contains('=') || !text.starts_with("--") && text.len() > 2;
            is_value = !has_value && text != "--" && !FLAGS.contains(&&*text);
        }
    }
    named
}

fn is_option(arg: &OsString, option: &str) -> bool {
    let text = arg.to_string_lossy();
    text == option || text.starts_with(&format!("{option}="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_their_values_are_told_from_what_is_named() {
        let lines = [
            ("thumbs", 1),
            ("thumbs --size 64", 1),
            ("thumbs --size=64 --gil -w 2 -w2", 1),
            ("--workers 2 thumbs --gil pictures --size 64", 2),
            ("--gil thumbs pictures", 2),
            ("thumbs -- pictures", 2),
        ];
        for (line, count) in lines {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let named: Vec<_> = named(&args).into_iter().map(|place| &args[place]).collect();
            assert_eq!(named.len(), count, "{line}: {named:?}");
            assert_eq!(named[0], NAME, "{line}");
        }
    }
}
