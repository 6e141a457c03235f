//! The patterns that are compared, each known by the name of its binary.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde::{Serialize, Serializer};

/// A pattern, in the order from the simplest to the most involved: a tie goes to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pattern {
    /// A plain loop: the reference.
    Sequential,
    /// Threads of one process.
    ThreadPool,
    /// Tasks that give up their thread while they wait.
    Async,
    /// Processes, which can die without the others.
    ProcessPool,
}

impl Pattern {
    /// All of them, in the order in which they run and are shown: the reference first.
    pub(crate) const ALL: [Self; 4] = [
        Self::Sequential,
        Self::ThreadPool,
        Self::ProcessPool,
        Self::Async,
    ];

    /// The name of the pattern's package and binary.
    pub(crate) fn binary(self) -> &'static str {
        match self {
            Self::Sequential => "workload",
            Self::ThreadPool => "threadpool-pattern",
            Self::ProcessPool => "processpool-pattern",
            Self::Async => "async-pattern",
        }
    }

    /// What it is called in a table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::ThreadPool => "thread pool",
            Self::ProcessPool => "process pool",
            Self::Async => "async",
        }
    }

    /// What it is called in a sentence.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Sequential => "the sequential loop",
            Self::ThreadPool => "the thread pool",
            Self::ProcessPool => "the process pool",
            Self::Async => "async",
        }
    }
}

/// In a document, a pattern has the name that it has in a table.
impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

/// On a command line, a pattern has the name of its binary.
impl ValueEnum for Pattern {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.binary()))
    }
}
