//! The contact sheet: all thumbnails on one picture. It is written row by row, so that its memory does
//! not grow with their number.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use image::RgbaImage;
use png::{BitDepth, ColorType, Encoder};

use super::Written;
use crate::catalog::Gather;
use crate::catalog::files::PathBytes;
use crate::outfile::OutFile;

/// The largest thumbnails that a sheet is made of: a row of them is held in memory.
const LARGEST: u32 = 1024;
/// Pixels around each.
const GAP: usize = 4;
/// What is behind them.
const GROUND: u8 = 255;
/// Bytes of a pixel of the sheet: it has no transparency.
const PIXEL: usize = 3;

/// What is known of the sheet during the run: which thumbnails there are.
pub(super) struct Sheet {
    file: OutFile,
    out: PathBuf,
    /// The side of the square that each has for itself.
    cell: usize,
    /// Their names, each ended by a zero byte, which is in no name.
    names: BufWriter<File>,
    count: usize,
    /// Why names could not be kept, if so.
    trouble: Option<io::Error>,
}

impl Sheet {
    /// A sheet to be written there, of thumbnails in `out` with sides of at most `size`.
    pub(super) fn new(path: &Path, out: &Path, size: u32) -> anyhow::Result<Self> {
        ensure!(
            size <= LARGEST,
            "--contact-sheet with --size {size}: accepted is a --size of up to {LARGEST}"
        );
        let file = OutFile::new("--contact-sheet", path)?;
        let names = BufWriter::new(file.spool()?);
        Ok(Self {
            file,
            out: out.to_owned(),
            cell: size as usize + 2 * GAP,
            names,
            count: 0,
            trouble: None,
        })
    }
}

impl Gather<Written> for Sheet {
    fn note(&mut self, thumb: &Written) {
        let kept = self.names.write_all(thumb.name.as_bytes());
        if let Err(error) = kept.and_then(|()| self.names.write_all(&[0])) {
            self.trouble.get_or_insert(error);
        }
        self.count += 1;
    }

    fn finish(self: Box<Self>) -> anyhow::Result<()> {
        let cannot = "cannot keep the names for --contact-sheet";
        if let Some(error) = self.trouble {
            return Err(error).context(cannot);
        }
        let mut names = self.names.into_inner().context(cannot)?;
        names.rewind().context(cannot)?;
        let (columns, rows) = grid(self.count);
        let row = Row {
            columns,
            cell: self.cell,
        };
        self.file.write(|file| {
            let side = |cells: usize| u32::try_from(cells * self.cell).map_err(io::Error::other);
            let mut sheet = Encoder::new(file, side(columns)?, side(rows)?);
            sheet.set_color(ColorType::Rgb);
            sheet.set_depth(BitDepth::Eight);
            let mut sheet = sheet.write_header()?;
            let mut sheet = sheet.stream_writer()?;
            let mut names = BufReader::new(names).split(0);
            for _ in 0..rows {
                let names = names.by_ref().take(columns);
                sheet.write_all(&row.draw(names, &self.out)?)?;
            }
            Ok(sheet.finish()?)
        })
    }
}

/// Columns and rows for so many, as square as can be; at least one of each.
fn grid(count: usize) -> (usize, usize) {
    let columns = (1..).find(|side| side * side >= count).unwrap_or(count);
    (columns, count.div_ceil(columns).max(1))
}

/// How thumbnails lie beside one another.
struct Row {
    columns: usize,
    cell: usize,
}

impl Row {
    /// The pixels of a row, its last cells empty if there are not so many names.
    fn draw(
        &self,
        names: impl Iterator<Item = io::Result<Vec<u8>>>,
        out: &Path,
    ) -> io::Result<Vec<u8>> {
        let mut pixels = vec![GROUND; self.columns * self.cell * self.cell * PIXEL];
        for (column, name) in names.enumerate() {
            let place = out.join(PathBytes::from_bytes(&name?).to_path());
            let thumb = image::open(&place)
                .map_err(|error| io::Error::other(format!("{}: {error}", place.display())))?;
            self.lay(&mut pixels, column, &thumb.into_rgba8())?;
        }
        Ok(pixels)
    }

    /// Lays a thumbnail into the middle of its cell.
    fn lay(&self, pixels: &mut [u8], column: usize, thumb: &RgbaImage) -> io::Result<()> {
        let (width, height) = (thumb.width() as usize, thumb.height() as usize);
        let (Some(left), Some(top)) = (self.cell.checked_sub(width), self.cell.checked_sub(height))
        else {
            return Err(io::Error::other("a thumbnail has become larger since"));
        };
        for (y, row) in thumb.rows().enumerate() {
            let begin = (top / 2 + y) * self.columns * self.cell + column * self.cell + left / 2;
            let place: Range<usize> = begin * PIXEL..(begin + width) * PIXEL;
            for (under, over) in pixels[place].chunks_exact_mut(PIXEL).zip(row) {
                let [colour @ .., opacity] = over.0;
                for (under, over) in under.iter_mut().zip(colour) {
                    *under = blend(*under, over, opacity);
                }
            }
        }
        Ok(())
    }
}

/// What is seen of one value through another.
fn blend(under: u8, over: u8, opacity: u8) -> u8 {
    let (under, over, opacity) = (u32::from(under), u32::from(over), u32::from(opacity));
    let sum = over * opacity + under * (255 - opacity);
    // At most 255.
    ((sum + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_as_square_as_can_be() {
        let grids = [0, 1, 2, 3, 4, 5, 24, 26].map(grid);
        let expected = [
            (1, 1),
            (1, 1),
            (2, 1),
            (2, 2),
            (2, 2),
            (3, 2),
            (5, 5),
            (6, 5),
        ];
        assert_eq!(grids, expected);
    }

    #[test]
    fn what_is_transparent_lets_the_ground_through() {
        assert_eq!(
            [blend(255, 0, 255), blend(255, 0, 0), blend(7, 7, 100)],
            [0, 255, 7]
        );
        assert_eq!(blend(255, 0, 128), 127);
    }
}
