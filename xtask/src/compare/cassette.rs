//! `fetch` from hosts that are not ours: they are asked once, and what they say is replayed to every
//! program in every round.

use std::ffi::OsString;
use std::io::{Read, Seek};
use std::path::Path;

use anyhow::bail;

use super::{Compared, refusal};
use crate::cargo::Build;
use crate::measure::{Bench, End, Look, Program};
use crate::pattern::Pattern;
use crate::print::duration;

/// Asks the hosts, on the pattern that can have many answers under way, and keeps what they say in
/// the folder. Gives what is to be known of it.
pub(super) fn record(
    bench: &Bench<'_>,
    build: &Build,
    folder: &Path,
    quiet: bool,
) -> anyhow::Result<Compared<String>> {
    let mut args = bench.args.to_vec();
    args.extend([OsString::from("--record"), folder.into()]);
    let program = Program::new(Pattern::Async, build.binary(Pattern::Async));
    if !quiet {
        eprintln!("asking each host once");
    }
    let bench = Bench {
        args: &args,
        ..*bench
    };
    let mut run = bench.run(&program, Look::Clock)?;
    if let Some(message) = refusal(&mut run)? {
        return Ok(Compared::BadUsage(message));
    }
    if !matches!(run.measured.end, End::Exit(0 | 3)) {
        let mut told = String::new();
        run.stderr.rewind()?;
        run.stderr.read_to_string(&mut told)?;
        bail!("the hosts could not be asked: {}", told.trim_end());
    }
    Ok(Compared::Fully(format!(
        "Each host was asked once, in {}, and what it said is replayed here after the time it took, \
         without TLS.",
        duration(run.measured.wall)
    )))
}
