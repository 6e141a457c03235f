//! Lines as they come through a pipe, and when.

use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long to wait for the end of the pipe once its writer is gone. Only what has inherited the
/// pipe and cannot be found can make it wait.
const PATIENCE: Duration = Duration::from_secs(5);

/// A line, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What it says.
    pub(super) text: String,
    /// When it came.
    pub(super) at: Instant,
}

/// A thread that reads lines.
#[derive(Debug)]
pub(super) struct Listening(Receiver<Line>);

impl Listening {
    /// Reads from now on. A last line that was not ended is none.
    pub(super) fn start(source: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            let mut source = BufReader::new(source);
            let mut line = Vec::new();
            while matches!(source.read_until(b'\n', &mut line), Ok(1..)) {
                let at = Instant::now();
                if line.pop() != Some(b'\n') {
                    break;
                }
                let text = String::from_utf8_lossy(&line).into_owned();
                if sender.send(Line { text, at }).is_err() {
                    break;
                }
                line.clear();
            }
        });
        Self(receiver)
    }

    /// All lines that came; to be asked for when nobody writes any more.
    pub(super) fn lines(self) -> Vec<Line> {
        let patience = Instant::now() + PATIENCE;
        let next = || {
            let rest = patience.saturating_duration_since(Instant::now());
            self.0.recv_timeout(rest).ok()
        };
        std::iter::from_fn(next).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn lines_come_with_their_times_and_half_a_line_is_none() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let listening = Listening::start(reader);
        writer.write_all(b"one\n").unwrap();
        let first = listening.0.recv().unwrap();
        let between = Instant::now();
        writer.write_all(b"two\nthr").unwrap();
        drop(writer);
        let rest = listening.lines();
        assert_eq!((first.text.as_str(), rest.len()), ("one", 1));
        assert_eq!(rest[0].text, "two");
        assert!(first.at <= between && between <= rest[0].at);
    }
}
