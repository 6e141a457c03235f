//! Inputs one a line, from a file or a pipe, as they come.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::Duration;

use anyhow::Context;

use crate::catalog::{Input, Workload};
use crate::mechanism::Pull;

/// Lines read ahead, in batches of about this many bytes.
const BATCH: usize = 64 * 1024;
/// Batches read ahead.
const AHEAD: usize = 4;

/// The lines that were read at once.
type Batch = Vec<io::Result<Vec<u8>>>;

/// How long to wait for a line that is not there yet.
const TICK: Duration = Duration::from_millis(1);

/// The jobs of an input, waiting for each: for those who have nothing else to do meanwhile.
pub(super) fn patiently<J>(input: impl Iterator<Item = Pull<J>>) -> impl Iterator<Item = J> {
    input.filter_map(|pull| match pull {
        Pull::Job(job) => Some(job),
        Pull::NotYet(time) => {
            std::thread::sleep(time);
            None
        }
    })
}

/// Lines of a file or a pipe. They are read by a thread of their own, so that a slow writer holds
/// back neither the workers nor the outcomes that are already known.
pub(super) struct Lines {
    receiver: Receiver<Batch>,
    batch: std::vec::IntoIter<io::Result<Vec<u8>>>,
}

impl Lines {
    /// The lines of `path`, or of stdin if it is `-`.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let source: Box<dyn Read + Send> = if path == Path::new("-") {
            Box::new(io::stdin())
        } else {
            let cannot = || format!("cannot read --from {}", path.display());
            let file = File::open(path).with_context(cannot)?;
            let is_dir = file.metadata().is_ok_and(|metadata| metadata.is_dir());
            anyhow::ensure!(
                !is_dir,
                "cannot read --from {}: it is a directory; accepted is a file with one input a line",
                path.display()
            );
            Box::new(file)
        };
        let (sender, receiver) = sync_channel(AHEAD);
        // It ends with the input, or at the first batch that nobody takes any more; one that waits
        // for a pipe ends with the process.
        std::thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || {
                let mut reader = BufReader::with_capacity(BATCH, source);
                while let Some(batch) = read_batch(&mut reader) {
                    if sender.send(batch).is_err() {
                        break;
                    }
                }
            })
            .context("cannot start the thread that reads --from")?;
        Ok(Self {
            receiver,
            batch: Vec::new().into_iter(),
        })
    }

    fn next(&mut self) -> Option<Pull<io::Result<Vec<u8>>>> {
        loop {
            if let Some(line) = self.batch.next() {
                return Some(Pull::Job(line));
            }
            match self.receiver.try_recv() {
                Ok(batch) => self.batch = batch.into_iter(),
                Err(TryRecvError::Empty) => return Some(Pull::NotYet(TICK)),
                Err(TryRecvError::Disconnected) => return None,
            }
        }
    }
}

/// The next lines: as many as are there, and at least one, for which it waits.
fn read_batch(reader: &mut BufReader<impl Read>) -> Option<Batch> {
    let mut batch = Vec::new();
    loop {
        let mut line = Vec::new();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {
                line.pop_if(|last| *last == b'\n');
                batch.push(Ok(line));
            }
            Err(error) => {
                batch.push(Err(error));
                return Some(batch);
            }
        }
        let whole_line_is_there = reader.buffer().contains(&b'\n');
        if !whole_line_is_there {
            break;
        }
    }
    (!batch.is_empty()).then_some(batch)
}

/// The jobs that lines name. A line that makes no sense is a job that fails in its place.
pub(super) struct FromLines<'a, W: Workload> {
    lines: Lines,
    args: &'a W::Args,
    number: usize,
    broken: bool,
}

impl<'a, W: Workload> FromLines<'a, W> {
    pub(super) fn new(lines: Lines, args: &'a W::Args) -> Self {
        Self {
            lines,
            args,
            number: 0,
            broken: false,
        }
    }
}

impl<W: Workload> Iterator for FromLines<'_, W> {
    type Item = Pull<Input<W::Job>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        let line = match self.lines.next()? {
            Pull::Job(line) => line,
            Pull::NotYet(time) => return Some(Pull::NotYet(time)),
        };
        self.number += 1;
        let job = match line {
            Ok(line) => W::parse(self.args, &line),
            Err(error) => {
                self.broken = true;
                Err(anyhow::anyhow!("cannot read on: {}", error.kind()))
            }
        };
        Some(Pull::Job(match job {
            Ok(job) => Input::Job(job),
            Err(error) => Input::Bad {
                line: self.number,
                reason: format!("{error:#}"),
            },
        }))
    }
}
