//! Where a comparison goes: to the terminal in one format, and to files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use anyhow::Context;
use tempfile::NamedTempFile;

use super::args::{Args, Color, Format};
use super::found::Found;
use crate::document::Document;
use crate::page::{self, Pictures, Timeline};
use crate::print;

/// What is written, and where.
pub(super) struct Outputs {
    format: Format,
    wide: bool,
    color: Color,
    joblog: Option<Place>,
    page: Option<Place>,
}

impl Outputs {
    /// Makes sure, before anything runs, that the files can be written.
    pub(super) fn open(args: &Args) -> anyhow::Result<Self> {
        let place = |option, path: &Option<PathBuf>| {
            let place = path.as_ref().map(|path| Place::new(option, path));
            place.transpose()
        };
        Ok(Self {
            format: args.format,
            wide: args.wide,
            color: args.color,
            joblog: place("--joblog", &args.joblog)?,
            page: place("--report", &args.report)?,
        })
    }

    /// Writes the files.
    pub(super) fn write(self, found: &Found, mut pictures: Pictures) -> anyhow::Result<()> {
        if let Some(place) = self.joblog {
            place.write(|out| joblog(found, out))?;
        }
        if let Some(place) = self.page {
            pictures.timelines = timelines(found)?;
            let page = page::render(&found.document, &pictures);
            place.write(|out| Ok(out.write_all(page.as_bytes())?))?;
        }
        Ok(())
    }

    /// Prints a document in the format that was asked for.
    pub(super) fn print(&self, document: &Document) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Table => print::text(document, self.wide),
            Format::Markdown => print::markdown(document),
            Format::Json => serde_json::to_string_pretty(document)?,
            Format::Csv => print::csv(document)?,
        };
        let choice = match self.color {
            Color::Auto => AutoStream::choice(&std::io::stdout()),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let mut stdout = AutoStream::new(std::io::stdout().lock(), choice);
        writeln!(stdout, "{}", text.trim_end_matches('\n'))?;
        Ok(stdout.flush()?)
    }
}

/// When and where the jobs ran, by program.
fn timelines(found: &Found) -> anyhow::Result<BTreeMap<String, Timeline>> {
    let mut timelines = BTreeMap::new();
    for entry in &found.document.programs {
        // One that was lost wrote none.
        if let Ok(log) = File::open(found.joblogs.of(&entry.name)) {
            let timeline = Timeline::read(log).context("a log of jobs makes no sense")?;
            timelines.insert(entry.name.clone(), timeline);
        }
    }
    Ok(timelines)
}

/// All jobs of all programs, a row each.
fn joblog(found: &Found, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut header = true;
    for entry in &found.document.programs {
        let Ok(log) = File::open(found.joblogs.of(&entry.name)) else {
            continue; // It was lost before it could write one.
        };
        for (at, line) in BufReader::new(log).lines().enumerate() {
            let line = line?;
            match at {
                0 if header => writeln!(out, "program,{line}")?,
                0 => {}
                _ => writeln!(out, "{},{line}", entry.name)?,
            }
            header = false;
        }
    }
    Ok(())
}

/// A file to be written at the end, whose place is tried at the start.
pub(super) struct Place {
    option: &'static str,
    path: PathBuf,
}

impl Place {
    pub(super) fn new(option: &'static str, path: &Path) -> anyhow::Result<Self> {
        let place = Self {
            option,
            path: path.to_owned(),
        };
        drop(place.open()?);
        Ok(place)
    }

    /// Written beside its place and then renamed: it is whole or not there.
    pub(super) fn write(
        self,
        content: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut out = BufWriter::new(self.open()?);
        let written = content(&mut out).and_then(|()| {
            let file = out.into_inner().map_err(|error| error.into_error())?;
            make_readable(file.as_file())?;
            file.persist(&self.path)?;
            Ok(())
        });
        written.with_context(|| self.cannot())
    }

    fn open(&self) -> anyhow::Result<NamedTempFile> {
        let folder = match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if self.path.is_dir() {
            let is_folder = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            return Err(is_folder).with_context(|| self.cannot());
        }
        NamedTempFile::new_in(folder).with_context(|| self.cannot())
    }

    fn cannot(&self) -> String {
        format!("cannot write {} {}", self.option, self.path.display())
    }
}

/// A temporary file is its owner's alone; a result is for whoever may read the folder.
fn make_readable(file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
}
