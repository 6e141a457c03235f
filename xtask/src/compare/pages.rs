//! Pages for `fetch` when no URLs are named: a server of ours, as a process of its own, for as long
//! as the comparison takes.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

use crate::cargo;
use crate::measure::system;

/// Options that are the server's, each with a value.
const OWN: [&str; 4] = ["--pages", "--latency", "--jitter", "--seed"];

/// So many requests at once are no burden to the server, and no window is larger unless one is asked
/// for.
const PER_HOST: &str = "1024";

/// A server that runs until this is dropped.
pub(super) struct Pages {
    child: Child,
    /// The URLs of its pages.
    list: NamedTempFile,
}

/// The workload as the binaries are to be given it, and the server that it needs, if it does.
pub(super) fn serve(
    workload: Vec<OsString>,
    quiet: bool,
) -> anyhow::Result<(Vec<OsString>, Option<Pages>)> {
    if !needs_pages(&workload) {
        return Ok((workload, None));
    }
    let (own, mut workload) = split(workload);
    let pages = Pages::start(own, quiet)?;
    if !names(&workload, "--per-host") {
        workload.extend(["--per-host", PER_HOST].map(OsString::from));
    }
    workload.extend([OsString::from("--urls"), pages.list.path().into()]);
    Ok((workload, Some(pages)))
}

impl Pages {
    fn start(args: Vec<OsString>, quiet: bool) -> anyhow::Result<Self> {
        let program = cargo::build_one("pages", "pages", quiet)?;
        let list = NamedTempFile::new().context("cannot make a temporary file")?;
        let mut command = Command::new(program);
        command.arg("--list").arg(list.path()).args(args);
        // The other end of its standard input is ours alone: it ends with us, however that happens.
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // A Ctrl-C is for the programs that are compared, which may still have to be answered.
        system::lead_a_group(&mut command);
        let mut child = command
            .spawn()
            .context("cannot start the server of pages")?;
        let stdout = child.stdout.take().context("it has no stdout")?;
        let pages = Self { child, list };
        let mut address = String::new();
        let read = BufReader::new(stdout).read_line(&mut address);
        if read.context("cannot hear from the server of pages")? == 0 {
            // It has said why.
            bail!("the server of pages could not be started");
        }
        Ok(pages)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It has nothing to finish.
        let _ = self.child.wait();
    }
}

/// Whether it is `fetch` without a URL.
fn needs_pages(workload: &[OsString]) -> bool {
    let is_fetch = workload.iter().any(|arg| arg == "fetch");
    let is_url = |arg: &OsString| arg.to_string_lossy().contains("://");
    is_fetch
        && !workload.iter().any(is_url)
        && !names(workload, "--urls")
        && !names(workload, "--from")
}

fn names(workload: &[OsString], option: &str) -> bool {
    workload.iter().any(|arg| {
        let arg = arg.to_string_lossy();
        arg.split('=').next() == Some(option)
    })
}

/// What is the server's, and what is the binaries'.
fn split(workload: Vec<OsString>) -> (Vec<OsString>, Vec<OsString>) {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    let mut args = workload.into_iter();
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy().into_owned();
        if OWN.contains(&text.as_str()) {
            own.push(arg);
            own.extend(args.next());
        } else if OWN.iter().any(|own| text.starts_with(&format!("{own}="))) {
            own.push(arg);
        } else {
            others.push(arg);
        }
    }
    (own, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn only_a_fetch_without_urls_needs_pages() {
        for line in ["fetch", "fetch --pages 5", "-w 4 fetch --max-time 1s"] {
            assert!(needs_pages(&args(line)), "{line}");
        }
        for line in [
            "primes",
            "fetch http://host/",
            "fetch --urls file",
            "--from=file fetch",
            "fetch --from -",
        ] {
            assert!(!needs_pages(&args(line)), "{line}");
        }
    }

    #[test]
    fn the_servers_options_are_not_handed_on() {
        let (own, others) = split(args("-w 4 fetch --pages 5 --latency=1ms --max-time 1s"));
        assert_eq!(own, args("--pages 5 --latency=1ms"));
        assert_eq!(others, args("-w 4 fetch --max-time 1s"));
    }
}
