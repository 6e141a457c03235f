//! The command line of `thumbs`: which pictures, and where their thumbnails go.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::place::downward;
use super::sheet::Sheet;
use super::{Thumb, Written};
use crate::catalog::Gatherer;
use crate::catalog::escape::print_digest;
use crate::catalog::files::{PathBytes, check, walk};
use crate::{Portable, values};

/// Thumbnails of pictures: real computing on real files, and much memory a worker.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::catalog) struct Args {
    /// Where the pictures are: PNG, JPEG and WebP files, sorted by name. Lines of --from are names in it
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Where the thumbnails go, each as NAME.png; made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// No side of a thumbnail is longer, in pixels; smaller pictures are not enlarged
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = size, allow_negative_numbers = true)]
    size: u32,
    /// A picture of more pixels is not decoded: it would take up to 8 bytes a pixel
    #[arg(long, value_name = "N", default_value = "128000000", value_parser = values::at_least_one, allow_negative_numbers = true)]
    max_pixels: NonZeroUsize,
    /// Put all thumbnails on one picture there, after the run, as PNG; not in DIR or --out
    #[arg(long, value_name = "FILE")]
    contact_sheet: Option<PathBuf>,
}

/// No side of a JPEG can be longer, and what is longer is no thumbnail.
const LONGEST: u32 = 65_535;

fn size(text: &str) -> Result<u32, String> {
    let side: Option<u32> = text.parse().ok();
    let side = side.filter(|side| (1..=LONGEST).contains(side));
    side.ok_or_else(|| format!("accepted is a whole number from 1 to {LONGEST}"))
}

pub(in crate::catalog) struct Workload;

impl crate::catalog::Workload for Workload {
    const NAME: &'static str = Thumb::NAME;
    type Job = Thumb;
    type Args = Args;

    fn prepare(args: &Args) -> anyhow::Result<Option<Gatherer<Thumb>>> {
        args.check()?;
        let sheet = |file| Sheet::new(file, &args.out, args.size);
        let sheet = args.contact_sheet.as_deref().map(sheet).transpose()?;
        let cannot = || format!("cannot write into --out {}", args.out.display());
        fs::create_dir_all(&args.out).with_context(cannot)?;
        // The path may have led through folders that were not there yet.
        args.check()?;
        tempfile::tempfile_in(&args.out).with_context(cannot)?;
        Ok(sheet.map(|sheet| Box::new(sheet) as Gatherer<Thumb>))
    }

    fn jobs(args: &Args) -> anyhow::Result<impl Iterator<Item = Thumb>> {
        args.check()?;
        let dir = args.dir.clone();
        let names = walk(&args.dir).map(move |path| match path.strip_prefix(&dir) {
            Ok(name) => name.to_owned(),
            Err(_) => path,
        });
        Ok(names.map(|name| args.job(&name)))
    }

    fn parse(args: &Args, line: &[u8]) -> anyhow::Result<Thumb> {
        let path = PathBytes::from_bytes(line).to_path();
        let name = downward(&path).with_context(|| {
            let (path, dir) = (path.display(), args.dir.display());
            format!("{path:?} is not the name of a file in {dir}; accepted is one without `..`")
        })?;
        Ok(args.job(&name))
    }

    fn print(output: &Written, line: &mut Vec<u8>) {
        print_digest(&output.sha256, output.name.as_bytes(), line);
    }
}

impl Args {
    fn job(&self, name: &Path) -> Thumb {
        Thumb {
            dir: PathBytes::new(&self.dir),
            name: PathBytes::new(name),
            out: PathBytes::new(&self.out),
            size: self.size,
            max_pixels: self.max_pixels.get() as u64,
        }
    }

    /// Refuses pictures that are not there, and thumbnails among the pictures: the next run would take
    /// them for such.
    fn check(&self) -> anyhow::Result<()> {
        let (dir, out) = (self.dir.display(), self.out.display());
        check(&self.dir).context("DIR must be a directory that can be read")?;
        ensure!(
            self.dir.is_dir(),
            "{dir} is not a directory; DIR must be one, with pictures in it"
        );
        ensure!(
            self.out.symlink_metadata().is_err() || self.out.is_dir(),
            "--out {out} is not a directory; accepted is one, or a name that is free"
        );
        let (pictures, thumbnails) = (place(&self.dir), place(&self.out));
        ensure!(
            !thumbnails.starts_with(&pictures) && !pictures.starts_with(&thumbnails),
            "--out {out} and {dir} are one or in one another; accepted is a directory apart from \
             the pictures"
        );
        self.check_sheet(&pictures, &thumbnails)
    }

    /// Refuses a contact sheet where it would be taken for a picture, or take a thumbnail's place.
    fn check_sheet(&self, pictures: &Path, thumbnails: &Path) -> anyhow::Result<()> {
        let Some(sheet) = &self.contact_sheet else {
            return Ok(());
        };
        let place = place(sheet);
        ensure!(
            !place.starts_with(pictures) && !place.starts_with(thumbnails),
            "--contact-sheet {} is among the pictures or the thumbnails; accepted is a file apart \
             from both",
            sheet.display()
        );
        Ok(())
    }
}

/// Where a path leads, also if the last folders of it are not there yet.
fn place(path: &Path) -> PathBuf {
    let found = path.ancestors().find_map(|there| {
        let around = match there.as_os_str() {
            none if none.is_empty() => Path::new("."),
            _ => there,
        };
        let (around, rest) = (around.canonicalize().ok()?, path.strip_prefix(there).ok()?);
        Some(around.join(rest))
    });
    found.unwrap_or_default()
}
