//! CPython beside it: the twins of the patterns, run by whatever interpreter is given.

use std::ffi::OsString;

use crate::cargo;
use crate::measure::Program;
use crate::pattern::Pattern;
use crate::python::Python;

/// The twins: the loop that the others are held against, and the three patterns.
pub(super) fn programs(python: &Python) -> Vec<Program> {
    let script = cargo::root().join("xtask/python/twins.py");
    let twins = [
        ("loop", Pattern::Sequential),
        ("threads", Pattern::ThreadPool),
        ("processes", Pattern::ProcessPool),
        ("asyncio", Pattern::Async),
    ];
    let twin = |(name, pattern): (&str, Pattern)| {
        let leading = [script.clone().into(), OsString::from(name)];
        Program::new(pattern, python.file()).beside(&format!("python {name}"), leading)
    };
    twins.map(twin).into()
}
