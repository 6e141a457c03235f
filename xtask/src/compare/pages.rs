//! Pages for `fetch`: a server of ours, as a process of its own, for as long as the comparison takes.
//! It has pages made up if no URLs are named, and otherwise what their hosts have answered.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use tempfile::TempDir;

use super::{Compared, cassette};
use crate::cargo::{self, Build};
use crate::command_line::{has, is_of, name};
use crate::measure::{Bench, system};

/// Options that are the server's, each with a value.
const OWN: [&str; 4] = ["--pages", "--latency", "--jitter", "--seed"];

/// So many requests at once are no burden to the server, and no window is larger unless one is asked
/// for.
const PER_HOST: &str = "1024";

/// What a comparison is served with.
pub(super) struct Served {
    /// The workload as the binaries are to be given it.
    pub(super) workload: Vec<OsString>,
    /// What the reader of the comparison is to know of it.
    pub(super) note: Option<String>,
    /// What it needs until it is over.
    _server: Option<(Server, TempDir)>,
}

/// A server that runs until this is dropped.
struct Server {
    child: Child,
    address: String,
}

/// Starts the server that the workload needs, if it does.
pub(super) fn serve(
    bench: &Bench<'_>,
    build: &Build,
    quiet: bool,
) -> anyhow::Result<Compared<Served>> {
    let workload = bench.args.to_vec();
    if !is_of("fetch", &workload) || has("--replay", &workload) {
        return Ok(Compared::Fully(Served {
            workload,
            note: None,
            _server: None,
        }));
    }
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let served = if names_urls(&workload) {
        match cassette::record(bench, build, folder.path(), quiet)? {
            Compared::BadUsage(message) => return Ok(Compared::BadUsage(message)),
            Compared::Fully(note) => replay(workload, note, folder, quiet)?,
        }
    } else {
        made_up(workload, folder, quiet)?
    };
    Ok(Compared::Fully(served))
}

/// The pages that are made up.
fn made_up(workload: Vec<OsString>, folder: TempDir, quiet: bool) -> anyhow::Result<Served> {
    let (mut own, mut workload) = split(workload);
    let list = folder.path().join("urls");
    own.extend([OsString::from("--list"), list.clone().into()]);
    let server = Server::start(&own, quiet)?;
    if !has("--per-host", &workload) {
        workload.extend(["--per-host", PER_HOST].map(OsString::from));
    }
    workload.extend([OsString::from("--urls"), list.into()]);
    Ok(Served {
        workload,
        note: None,
        _server: Some((server, folder)),
    })
}

/// What is recorded in the folder.
fn replay(
    mut workload: Vec<OsString>,
    note: String,
    folder: TempDir,
    quiet: bool,
) -> anyhow::Result<Served> {
    let server = Server::start(&[OsString::from("--replay"), folder.path().into()], quiet)?;
    workload.extend(["--replay", &server.address].map(OsString::from));
    Ok(Served {
        workload,
        note: Some(note),
        _server: Some((server, folder)),
    })
}

impl Server {
    fn start(args: &[OsString], quiet: bool) -> anyhow::Result<Self> {
        let program = cargo::build_one("pages", "pages", quiet)?;
        let mut command = Command::new(program);
        command.args(args);
        // The other end of its standard input is ours alone: it ends with us, however that happens.
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // A Ctrl-C is for the programs that are compared, which may still have to be answered.
        system::lead_a_group(&mut command);
        let mut child = command
            .spawn()
            .context("cannot start the server of pages")?;
        let stdout = child.stdout.take().context("it has no stdout")?;
        let address = String::new();
        let mut server = Self { child, address };
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        read.context("cannot hear from the server of pages")?;
        let Some(address) = line.trim_end().strip_prefix("http://") else {
            // It has said why.
            bail!("the server of pages could not be started");
        };
        address.clone_into(&mut server.address);
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It has nothing to finish.
        let _ = self.child.wait();
    }
}

fn names_urls(workload: &[OsString]) -> bool {
    let is_url = |arg: &OsString| arg.to_string_lossy().contains("://");
    workload.iter().any(is_url) || has("--urls", workload) || has("--from", workload)
}

/// What is the server's, and what is the binaries'.
fn split(workload: Vec<OsString>) -> (Vec<OsString>, Vec<OsString>) {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    let mut args = workload.into_iter();
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy().into_owned();
        if OWN.contains(&name(&text)) {
            own.push(arg);
            if name(&text) == text {
                own.extend(args.next());
            }
        } else {
            others.push(arg);
        }
    }
    (own, others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command_line::words;

    #[test]
    fn urls_are_named_in_several_ways() {
        for line in ["fetch", "fetch --pages 5", "-w 4 fetch --max-time 1s"] {
            assert!(!names_urls(&words(line)), "{line}");
        }
        for line in [
            "fetch http://host/",
            "fetch --urls file",
            "--from=file fetch",
            "fetch --from -",
        ] {
            assert!(names_urls(&words(line)), "{line}");
        }
    }

    #[test]
    fn the_servers_options_are_not_handed_on() {
        let (own, others) = split(words("-w 4 fetch --pages 5 --latency=1ms --max-time 1s"));
        assert_eq!(own, words("--pages 5 --latency=1ms"));
        assert_eq!(others, words("-w 4 fetch --max-time 1s"));
    }
}
