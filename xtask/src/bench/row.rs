//! What a row is: one thing that ours does, held against what another does with the same jobs.

use std::path::Path;

use serde::Serialize;

/// One thing that ours does, and what it is held against.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// What it is called: its pattern first.
    pub(super) name: &'static str,
    /// What is done, in a few words.
    pub(super) done: &'static str,
    pub(super) ours: Side,
    /// Whom it is held against, if not only against a number.
    pub(super) peer: Option<Side>,
    /// What ours is to reach; nothing if the row is only shown.
    pub(super) target: Option<Target>,
}

/// What ours is to reach. Serialised as `{"at_least": 0.95}`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    /// So many times the peer's speed.
    AtLeast(f64),
    /// So many times what it costs the peer.
    AtMost(f64),
    /// So much a job, in seconds or bytes, whatever it costs the peer.
    Within(f64),
}

/// One side: which measure of which program, and with what.
#[derive(Debug, Clone)]
pub(super) struct Side {
    /// Who does it, in a few words.
    pub(super) by: &'static str,
    pub(super) program: Program,
    measure: &'static str,
    jobs: u64,
    /// How long each job spins, in microseconds.
    spin: Option<f64>,
    bytes: Option<usize>,
    pinned: bool,
}

/// Who can be asked to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    /// The binary `peers` of the member `tests`, which knows our pools and those in Rust.
    Rust,
    /// The script `peers.py`, which knows Python's.
    Python,
}

impl Side {
    /// A measure of the binary.
    pub(super) fn rust(by: &'static str, measure: &'static str, jobs: u64) -> Self {
        Self {
            by,
            program: Program::Rust,
            measure,
            jobs,
            spin: None,
            bytes: None,
            pinned: false,
        }
    }

    /// A measure of the script.
    pub(super) fn python(by: &'static str, measure: &'static str, jobs: u64) -> Self {
        let program = Program::Python;
        Self {
            program,
            ..Self::rust(by, measure, jobs)
        }
    }

    /// Each job computes for so many microseconds.
    pub(super) fn spinning(self, micros: f64) -> Self {
        let spin = Some(micros);
        Self { spin, ..self }
    }

    /// Each job carries so many bytes.
    pub(super) fn carrying(self, bytes: usize) -> Self {
        let bytes = Some(bytes);
        Self { bytes, ..self }
    }

    /// All of it happens on one core.
    pub(super) fn pinned(self) -> Self {
        let pinned = true;
        Self { pinned, ..self }
    }

    /// What the program is to be told, if so many loops spin for a microsecond.
    pub(super) fn args(&self, loops_a_micro: f64) -> Vec<String> {
        let mut args = vec![self.measure.to_owned()];
        args.extend(["--jobs".to_owned(), self.jobs.to_string()]);
        if let Some(micros) = self.spin {
            // Casting saturates.
            let loops = (micros * loops_a_micro).round() as u64;
            args.extend(["--loops".to_owned(), loops.to_string()]);
        }
        if let Some(bytes) = self.bytes {
            args.extend(["--bytes".to_owned(), bytes.to_string()]);
        }
        if self.pinned {
            args.push("--pinned".to_owned());
        }
        args
    }
}

/// Where the programs are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Programs<'a> {
    pub(super) rust: &'a Path,
    /// The interpreter, if there is one.
    pub(super) python: Option<&'a Path>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_told_to_do_the_same_work() {
        let side = Side::rust("one", "threads-map", 20).spinning(10.0);
        let args = side.args(812.3);
        assert_eq!(args, ["threads-map", "--jobs", "20", "--loops", "8123"]);
        let other = Side::python("other", "executor-payload", 4);
        let args = other.carrying(1 << 20).args(1.0);
        let expected = ["executor-payload", "--jobs", "4", "--bytes", "1048576"];
        assert_eq!(args, expected);
        let pinned = Side::rust("one", "packet-round-trip", 5).pinned();
        assert_eq!(pinned.args(1.0).last().unwrap(), "--pinned");
    }
}
