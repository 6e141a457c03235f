//! Lines of any length and any bytes, none of which is kept.

use std::hash::{DefaultHasher, Hasher};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use memchr::memchr;

/// What is known of one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Where it begins in the file, in bytes.
    pub(crate) start: u64,
    /// Of all its bytes, the newline included. Equal lines have equal hashes.
    pub(crate) hash: u64,
    /// Length in bytes, the newline included.
    pub(crate) bytes: u64,
    /// Whether it ends with a newline; only the last one may not.
    pub(crate) ended: bool,
}

/// Reads line after line.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: R,
    /// Where the next line begins.
    start: u64,
}

impl<'a, R: Read + Seek> Lines<BufReader<&'a mut R>> {
    /// The lines of a file from a place on where a line begins.
    pub(crate) fn from(file: &'a mut R, offset: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(offset))?;
        let reader = BufReader::with_capacity(1 << 16, file);
        Ok(Self {
            reader,
            start: offset,
        })
    }
}

impl<R: BufRead> Lines<R> {
    /// The next line.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        let mut hasher = DefaultHasher::new();
        let mut line = Line {
            start: self.start,
            ..Line::default()
        };
        while !line.ended {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = memchr(b'\n', buffer);
            let taken = end.map_or(buffer.len(), |end| end + 1);
            line.bytes += taken as u64;
            line.ended = end.is_some();
            hasher.write(&buffer[..taken]);
            self.reader.consume(taken);
        }
        line.hash = hasher.finish();
        self.start += line.bytes;
        Ok((line.bytes > 0).then_some(line))
    }

    /// The hash of the next line.
    pub(crate) fn next_hash(&mut self) -> io::Result<Option<u64>> {
        Ok(self.next()?.map(|line| line.hash))
    }
}

/// How many bytes two files have in common, each from a place on; nothing if they are the same to
/// their ends.
pub(crate) fn in_common<R: Read + Seek>(
    (one, from): (&mut R, u64),
    (other, others_from): (&mut R, u64),
) -> io::Result<Option<u64>> {
    let (mut one, mut other) = (
        Lines::from(one, from)?.reader,
        Lines::from(other, others_from)?.reader,
    );
    let mut common = 0;
    loop {
        let (ours, theirs) = (one.fill_buf()?, other.fill_buf()?);
        let both = ours.len().min(theirs.len());
        if both == 0 {
            return Ok((ours.len() != theirs.len()).then_some(common));
        }
        if ours[..both] != theirs[..both] {
            let mut pairs = ours.iter().zip(theirs);
            let same = pairs.position(|(our, their)| our != their);
            return Ok(same.map(|same| common + same as u64));
        }
        one.consume(both);
        other.consume(both);
        common += both as u64;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn all(bytes: &[u8], buffer: usize) -> Vec<Line> {
        let reader = BufReader::with_capacity(buffer, bytes);
        let mut lines = Lines { reader, start: 0 };
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    #[test]
    fn lines_are_read_whole_whatever_the_size_of_the_buffer() {
        let text = b"a\n\nlonger than one buffer\n\xff\0\nend";
        let whole = all(text, 1024);
        let starts: Vec<_> = whole.iter().map(|line| line.start).collect();
        assert_eq!(starts, [0, 2, 3, 26, 29]);
        assert_eq!(whole[2].bytes, 23);
        assert!(whole[3].ended && !whole[4].ended);
        for size in 1..30 {
            assert_eq!(all(text, size), whole, "buffer of {size}");
        }
    }

    #[test]
    fn the_first_byte_that_differs_is_found() {
        let common = |one: &[u8], other: &[u8]| {
            let (mut one, mut other) = (Cursor::new(one), Cursor::new(other));
            in_common((&mut one, 0), (&mut other, 0)).unwrap()
        };
        let long = vec![7; 200_000];
        let mut changed = long.clone();
        changed[150_000] = 8;
        assert_eq!(common(b"", b""), None);
        assert_eq!(common(&long, &long), None);
        assert_eq!(common(&long, &changed), Some(150_000));
        assert_eq!(common(&long, &long[1..]), Some(199_999));
        assert_eq!(common(b"a\n", b"a"), Some(1));
        assert_eq!(common(b"", b"a"), Some(0));
        let (mut one, mut other) = (Cursor::new("..abcd"), Cursor::new("abcx"));
        let found = in_common((&mut one, 2), (&mut other, 0));
        assert_eq!(found.unwrap(), Some(3));
    }
}
