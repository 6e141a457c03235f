//! The ways to misbehave, known by what the workload `hostile` calls them.

use clap::ValueEnum;

/// A way to misbehave, from the harmless to those that never end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Returns an error
    Error,
    /// Panics
    Panic,
    /// Aborts the process
    Abort,
    /// Exits the process
    Exit,
    /// Overflows its stack
    Overflow,
    /// Takes memory until the system kills it
    Oom,
    /// Is killed
    Kill,
    /// Waits for ever
    Hang,
    /// Computes for ever
    Spin,
}

impl Kind {
    /// What it is called on the command line.
    pub(super) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// What such a job does, in words.
    pub(super) fn deed(self) -> String {
        let value = self.to_possible_value();
        let help = value.as_ref().and_then(|value| value.get_help());
        help.map_or_else(String::new, |help| help.to_string().to_lowercase())
    }

    /// Whether it does at once what it does, so that what it costs the others can be measured more
    /// than once.
    pub(super) fn is_quick(self) -> bool {
        !self.is_endless() && self != Self::Oom
    }

    /// Whether only a time limit can end it.
    pub(super) fn is_endless(self) -> bool {
        matches!(self, Self::Hang | Self::Spin)
    }
}
