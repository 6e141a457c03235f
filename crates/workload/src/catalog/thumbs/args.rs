//! The command line of `thumbs`: which pictures, and where their thumbnails go.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

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
    #[arg(long, value_name = "N", default_value = "256", value_parser = values::at_least_one, allow_negative_numbers = true)]
    size: NonZeroUsize,
    /// A picture of more pixels is not decoded: it would take up to 8 bytes a pixel
    #[arg(long, value_name = "N", default_value = "128000000", value_parser = values::at_least_one, allow_negative_numbers = true)]
    max_pixels: NonZeroUsize,
    /// Put all thumbnails on one picture there, after the run, as PNG
    #[arg(long, value_name = "FILE")]
    contact_sheet: Option<PathBuf>,
}

pub(in crate::catalog) struct Workload;

impl crate::catalog::Workload for Workload {
    const NAME: &'static str = Thumb::NAME;
    type Job = Thumb;
    type Args = Args;

    fn prepare(args: &Args) -> anyhow::Result<Option<Gatherer<Thumb>>> {
        args.check()?;
        let cannot = || format!("cannot write into --out {}", args.out.display());
        fs::create_dir_all(&args.out).with_context(cannot)?;
        // The path may have led through folders that were not there yet.
        args.check()?;
        tempfile::tempfile_in(&args.out).with_context(cannot)?;
        let Some(file) = &args.contact_sheet else {
            return Ok(None);
        };
        let sheet = Sheet::new(file, &args.out, args.size.get())?;
        Ok(Some(Box::new(sheet)))
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
            size: u32::try_from(self.size.get()).unwrap_or(u32::MAX),
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
        let is_there = self.out.symlink_metadata().is_ok();
        ensure!(
            !is_there || self.out.is_dir(),
            "--out {out} is not a directory; accepted is one, or a name that is free"
        );
        let pictures = self.dir.canonicalize();
        let pictures = pictures.with_context(|| format!("cannot read {dir}"))?;
        let nearest = nearest(&self.out);
        if nearest.starts_with(&pictures) || is_there && pictures.starts_with(&nearest) {
            bail!(
                "--out {out} and {dir} are one or in one another; accepted is a directory apart \
                 from the pictures"
            );
        }
        Ok(())
    }
}

/// What there is of a path: itself, or the nearest folder around it.
fn nearest(path: &Path) -> PathBuf {
    let around = path.ancestors().map(|path| match path.as_os_str() {
        none if none.is_empty() => Path::new("."),
        _ => path,
    });
    around
        .filter_map(|path| path.canonicalize().ok())
        .next()
        .unwrap_or_default()
}
