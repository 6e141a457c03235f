//! Runs every example of every member.

use std::process::Stdio;

use anyhow::{Context, bail};
use cargo_metadata::{MetadataCommand, Package, Target};

use crate::cargo;
use crate::print::{self, say};

/// Each must end well and print something.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut metadata = MetadataCommand::new();
    metadata.current_dir(cargo::root()).no_deps();
    let metadata = metadata.exec().context("cannot list the examples")?;
    for package in &metadata.packages {
        let examples = package.targets.iter().filter(|target| target.is_example());
        for example in examples {
            run_one(package, example)?;
        }
    }
    Ok(())
}

fn run_one(package: &Package, example: &Target) -> anyhow::Result<()> {
    let (package, name) = (package.name.as_str(), &example.name);
    let line = format!("cargo run -p {package} --example {name}");
    say(&line)?;
    let mut cargo = cargo::command();
    cargo.current_dir(cargo::root()).args([
        "run",
        "--quiet",
        "--package",
        package,
        "--example",
        name,
    ]);
    if !example.required_features.is_empty() {
        cargo.args(["--features", &example.required_features.join(",")]);
    }
    let output = cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` ended with {}", print::status(output.status));
    }
    if output.stdout.is_empty() {
        bail!("`{line}` printed nothing; an example shows something on stdout");
    }
    Ok(())
}
