//! `--show-job N`: what job N of a workload is, as one line of JSON. Nothing is run.

use std::io::{self, ErrorKind, Write};

use anyhow::{Context, bail};
use clap::FromArgMatches;
use serde::Serialize;
use serde_json::json;
use serde_json::ser::{Formatter, Serializer};

use super::args::CommandLine;
use super::input::{FromLines, Lines, patiently};
use super::sample::sample;
use super::{TROUBLE, refuse, say};
use crate::catalog::{Input, Workload};
use crate::mechanism::Pull;

/// Bytes that are text are shown whole up to this many: the longest path that systems take.
const TEXT: usize = 4096;

/// Of other bytes, so many characters are shown, and how many bytes there are.
const OTHER: usize = 256;

/// Prints the job at this place in the input, from 0; returns the exit code.
pub(super) fn show<W: Workload>(program: &str, line: &CommandLine, index: u64) -> u8 {
    let text = match find::<W>(line, index).and_then(|job| describe(&job)) {
        Ok(text) => text,
        Err(error) => return refuse(program, &format!("{error:#}")),
    };
    let mut stdout = io::stdout().lock();
    match stdout.write_all(&text).and_then(|()| stdout.flush()) {
        // Whoever read stdout has read enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            say(&format!(
                "{program}: error: cannot write to stdout: {error}"
            ));
            TROUBLE
        }
        _ => 0,
    }
}

fn find<W: Workload>(line: &CommandLine, index: u64) -> anyhow::Result<Input<W::Job>> {
    let args = W::Args::from_arg_matches(&line.matches)?;
    let jobs: Box<dyn Iterator<Item = Pull<Input<W::Job>>>> = match &line.common.from {
        Some(path) => Box::new(FromLines::<W>::new(Lines::open(path)?, &args)),
        None => Box::new(W::jobs(&args)?.map(|job| Pull::Job(Input::Job(job)))),
    };
    // Of a sample, jobs are counted as the run counts them.
    match line.common.sample {
        Some(size) => nth(sample(jobs, size).0.into_iter(), index),
        None => nth(patiently(jobs), index),
    }
}

fn nth<J>(jobs: impl Iterator<Item = J>, index: u64) -> anyhow::Result<J> {
    let mut count = 0;
    for job in jobs {
        if count == index {
            return Ok(job);
        }
        count += 1;
    }
    let are = match count {
        0 => "are no jobs".to_owned(),
        1 => "is only 1 job, and it is job 0".to_owned(),
        _ => format!("are only {count} jobs, counted from 0"),
    };
    bail!("--show-job {index}: there {are}")
}

/// The job as one line of JSON; a line of `--from` that names none says so.
fn describe<J: Serialize>(job: &Input<J>) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut json = Serializer::with_formatter(&mut text, Readable);
    match job {
        Input::Job(job) => job.serialize(&mut json),
        Input::Bad { line, reason } => {
            json!({"line": line, "makes no sense": reason}).serialize(&mut json)
        }
    }
    .context("the job cannot be shown as JSON")?;
    text.push(b'\n');
    Ok(text)
}

/// Compact JSON in which bytes are text and not a list of numbers.
struct Readable;

impl Formatter for Readable {
    fn write_byte_array<W>(&mut self, writer: &mut W, bytes: &[u8]) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        match std::str::from_utf8(bytes) {
            Ok(text) if bytes.len() <= TEXT => serde_json::to_writer(writer, text)?,
            _ => {
                let (shown, is_cut) = escape(bytes);
                let key = if is_cut { "begin with" } else { "are" };
                serde_json::to_writer(writer, &json!({"bytes": bytes.len(), key: shown}))?;
            }
        }
        Ok(())
    }
}

/// Bytes as in a Rust byte string, and whether there are more than are shown.
fn escape(bytes: &[u8]) -> (String, bool) {
    let mut shown = String::new();
    for &byte in bytes {
        let escaped = byte.escape_ascii();
        if shown.len() + escaped.len() > OTHER {
            return (shown, true);
        }
        shown.extend(escaped.map(char::from));
    }
    (shown, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Echo, Hostile, Square};

    fn shown<J: Serialize>(job: J) -> String {
        String::from_utf8(describe(&Input::Job(job)).unwrap()).unwrap()
    }

    #[test]
    fn a_job_is_shown_in_its_serde_form() {
        assert_eq!(shown(Square(-7)), "-7\n");
        let (index, kind) = (3, None);
        assert_eq!(
            shown(Hostile { index, kind }),
            "{\"index\":3,\"kind\":null}\n"
        );
    }

    #[test]
    fn bytes_are_readable() {
        let echo = |payload: &[u8]| {
            let payload = payload.to_vec();
            shown(Echo { payload })
        };
        assert_eq!(
            echo("é \"x\"\n".as_bytes()),
            "{\"payload\":\"é \\\"x\\\"\\n\"}\n"
        );
        assert_eq!(
            echo(b"caf\xe9"),
            "{\"payload\":{\"are\":\"caf\\\\xe9\",\"bytes\":4}}\n"
        );
        for long in [vec![0xff; 65_536], vec![b'x'; 65_536]] {
            let shown = echo(&long);
            assert!(shown.contains("\"bytes\":65536"), "{shown}");
            assert!(shown.len() < 2 * OTHER, "{shown}");
        }
    }

    #[test]
    fn a_line_that_makes_no_sense_says_so() {
        let reason = "\"x\" is not a whole number".to_owned();
        let bad: Input<Square> = Input::Bad { line: 2, reason };
        assert_eq!(
            String::from_utf8(describe(&bad).unwrap()).unwrap(),
            "{\"line\":2,\"makes no sense\":\"\\\"x\\\" is not a whole number\"}\n"
        );
    }

    #[test]
    fn beyond_the_input_it_says_how_many_there_are() {
        let nth = |count: u32, index| nth(0..count, index).map_err(|error| error.to_string());
        assert_eq!(nth(3, 2), Ok(2));
        let error = "--show-job 3: there are only 3 jobs, counted from 0";
        assert_eq!(nth(3, 3), Err(error.to_owned()));
        assert!(nth(1, 1).unwrap_err().contains("there is only 1 job,"));
        assert!(nth(0, 0).unwrap_err().contains("there are no jobs"));
    }
}
