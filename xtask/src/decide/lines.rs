//! Lines of any length and any bytes, of each of which little is kept.

use std::hash::{DefaultHasher, Hasher};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use memchr::memchr;

/// What is known of one line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// Of all its bytes, the newline included. Equal lines have equal hashes.
    pub(crate) hash: u64,
    /// Length in bytes, the newline included.
    pub(crate) bytes: u64,
    /// As many of its first bytes as were asked for, without the newline.
    pub(crate) head: Vec<u8>,
    /// Whether it ends with a newline; only the last one may not.
    pub(crate) ended: bool,
}

/// Reads line after line.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: R,
}

impl<'a, R: Read + Seek> Lines<BufReader<&'a mut R>> {
    /// The lines of a file from a place on where a line begins.
    pub(crate) fn from(file: &'a mut R, offset: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(offset))?;
        let reader = BufReader::with_capacity(1 << 16, file);
        Ok(Self { reader })
    }
}

impl<R: BufRead> Lines<R> {
    /// The next line, with up to `keep` of its bytes.
    pub(crate) fn next(&mut self, keep: usize) -> io::Result<Option<Line>> {
        let mut hasher = DefaultHasher::new();
        let mut line = Line::default();
        while !line.ended {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = memchr(b'\n', buffer);
            let taken = end.map_or(buffer.len(), |end| end + 1);
            let text = &buffer[..end.unwrap_or(taken)];
            let wanted = keep.saturating_sub(line.head.len()).min(text.len());
            line.head.extend_from_slice(&text[..wanted]);
            line.bytes += taken as u64;
            line.ended = end.is_some();
            hasher.write(&buffer[..taken]);
            self.reader.consume(taken);
        }
        line.hash = hasher.finish();
        Ok((line.bytes > 0).then_some(line))
    }

    /// The hash of the next line.
    pub(crate) fn next_hash(&mut self) -> io::Result<Option<u64>> {
        Ok(self.next(0)?.map(|line| line.hash))
    }
}

/// Whether two files hold the same bytes.
pub(crate) fn are_identical(
    one: &mut (impl Read + Seek),
    other: &mut (impl Read + Seek),
) -> io::Result<bool> {
    let (mut one, mut other) = (Lines::from(one, 0)?.reader, Lines::from(other, 0)?.reader);
    loop {
        let (ours, theirs) = (one.fill_buf()?, other.fill_buf()?);
        let both = ours.len().min(theirs.len());
        if both == 0 {
            return Ok(ours.len() == theirs.len());
        }
        if ours[..both] != theirs[..both] {
            return Ok(false);
        }
        one.consume(both);
        other.consume(both);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn all(bytes: &[u8], buffer: usize) -> Vec<Line> {
        let reader = BufReader::with_capacity(buffer, bytes);
        let mut lines = Lines { reader };
        std::iter::from_fn(|| lines.next(3).unwrap()).collect()
    }

    #[test]
    fn lines_are_read_whole_whatever_the_size_of_the_buffer() {
        let text = b"a\n\nlonger than one buffer\n\xff\0\nend";
        let whole = all(text, 1024);
        assert_eq!(whole.len(), 5);
        assert_eq!(whole[2].head, b"lon");
        assert_eq!(whole[2].bytes, 23);
        assert!(whole[3].ended && !whole[4].ended);
        for size in 1..30 {
            let pieces = all(text, size);
            let hashes = |lines: &[Line]| lines.iter().map(|line| line.hash).collect::<Vec<_>>();
            assert_eq!(hashes(&pieces), hashes(&whole), "buffer of {size}");
        }
    }

    #[test]
    fn identical_means_every_byte() {
        let same = |one: &[u8], other: &[u8]| {
            are_identical(&mut Cursor::new(one), &mut Cursor::new(other)).unwrap()
        };
        let long = vec![7; 200_000];
        assert!(same(b"", b"") && same(b"a\n", b"a\n") && same(&long, &long));
        assert!(!same(b"a\n", b"a") && !same(b"", b"a") && !same(&long, &long[1..]));
    }
}
