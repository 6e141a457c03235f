//! Cargo, called the way it called us: where the workspace is, and the release binaries.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use cargo_metadata::{Artifact, Message};

use crate::pattern::Pattern;
use crate::print;

/// The program of the package `workload` that makes pictures up.
const PICTURES: &str = "pictures";

/// The binaries of all patterns, and what they were built from.
#[derive(Debug)]
pub(crate) struct Build {
    binaries: BTreeMap<Pattern, PathBuf>,
    pictures: PathBuf,
    sources: BTreeSet<PathBuf>,
}

impl Build {
    /// Where the pattern's binary is.
    pub(crate) fn binary(&self, pattern: Pattern) -> &Path {
        &self.binaries[&pattern]
    }

    /// Where the program is that makes pictures up.
    pub(crate) fn pictures(&self) -> &Path {
        &self.pictures
    }

    /// The folders of the dependencies' sources: real files that are there after every build and
    /// that nobody edits. Sorted.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().map(PathBuf::as_path)
    }
}

/// The cargo that runs us, or else the one that is found first.
pub(crate) fn command() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The workspace's root folder.
pub(crate) fn root() -> PathBuf {
    // Set by `cargo run`; the other is for whoever starts the built file directly.
    let manifest_dir = env::var_os("CARGO_MANIFEST_DIR");
    let xtask = manifest_dir.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let mut root = PathBuf::from(xtask);
    root.pop();
    root
}

/// Builds the binaries of all patterns in release. Cargo shows its own progress and errors on
/// stderr, where a terminal and `quiet` allow it.
pub(crate) fn build(quiet: bool) -> anyhow::Result<Build> {
    let mut build = Build {
        binaries: BTreeMap::new(),
        pictures: PathBuf::new(),
        sources: BTreeSet::new(),
    };
    let packages = Pattern::ALL.map(|pattern| ["--package", pattern.binary()]);
    let artifacts = |artifact| build.note(artifact);
    release(packages.as_flattened(), quiet, artifacts)?;
    if build.pictures.as_os_str().is_empty() {
        bail!("the build gave no binary named `{PICTURES}`");
    }
    for pattern in Pattern::ALL {
        if !build.binaries.contains_key(&pattern) {
            bail!("the build gave no binary named `{}`", pattern.binary());
        }
    }
    Ok(build)
}

/// Builds one binary of a package in release, in the same way.
pub(crate) fn build_one(package: &str, name: &str, quiet: bool) -> anyhow::Result<PathBuf> {
    let mut binary = None;
    release(&["--package", package, "--bin", name], quiet, |artifact| {
        if artifact.target.name == name {
            binary = artifact.executable.or(binary.take());
        }
    })?;
    let binary = binary.with_context(|| format!("the build gave no binary named `{name}`"))?;
    Ok(binary.into_std_path_buf())
}

/// Builds in release, and hands on what cargo says of each thing that it has built.
fn release(what: &[&str], quiet: bool, mut built: impl FnMut(Artifact)) -> anyhow::Result<()> {
    let mut cargo = command();
    cargo
        .args(["build", "--release", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .args(what)
        .arg("--message-format=json-render-diagnostics");
    if quiet || !std::io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    // What is built does not depend on whether someone pipes us something.
    cargo.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = cargo.spawn().context("cannot start cargo")?;
    let messages = child.stdout.take().context("cargo has no stdout")?;
    for message in Message::parse_stream(BufReader::new(messages)) {
        if let Message::CompilerArtifact(artifact) = message.context("cargo's messages")? {
            built(artifact);
        }
    }
    let status = child.wait().context("cannot wait for cargo")?;
    if !status.success() {
        bail!(
            "the release build failed: cargo ended with {}",
            print::status(status)
        );
    }
    Ok(())
}

impl Build {
    fn note(&mut self, artifact: Artifact) {
        if artifact.package_id.repr.starts_with("registry+") {
            let mut folder = artifact.manifest_path.into_std_path_buf();
            folder.pop();
            self.sources.insert(folder);
        }
        let pattern = Pattern::ALL
            .into_iter()
            .find(|pattern| pattern.binary() == artifact.target.name);
        let Some(file) = artifact.executable.map(Into::into) else {
            return;
        };
        if let Some(pattern) = pattern {
            self.binaries.insert(pattern, file);
        } else if artifact.target.name == PICTURES {
            self.pictures = file;
        }
    }
}
