//! Decide: what the measurements and outputs mean. Nothing here runs a program or prints.

mod circumstances;
mod comparison;
mod count;
mod difference;
mod excerpt;
mod failures;
#[cfg(test)]
pub(crate) mod invented;
mod lines;
mod pairs;
mod reason;
mod stats;
mod summary;
mod verdict;
mod view;

pub(crate) use circumstances::warnings;
pub(crate) use comparison::{Comparison, Finding, Judge, Row, Timed, last_line};
pub(crate) use count::{Counts, How, Place};
pub(crate) use difference::Difference;
#[cfg(test)]
pub(crate) use excerpt::Excerpt;
pub(crate) use excerpt::Side;
pub(crate) use failures::FailsOtherwise;
pub(crate) use reason::{Change, Moving, Why};
pub(crate) use stats::{median, spread};
pub(crate) use summary::entries;
pub(crate) use verdict::{Lead, Price, Setting, Verdict, verdict};
