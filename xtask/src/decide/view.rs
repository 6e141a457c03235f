//! A line of any length and any bytes as a row or two of a diff: the part that matters, as text if
//! it is text, else in hex.

use std::io::{self, Read, Seek, SeekFrom};

use super::lines::{Line, in_common};

/// Columns of a row. A diff puts a sign before it, which makes 80.
const COLUMNS: usize = 79;

/// A longer line is shown from its beginning if what matters is among so many first bytes; else from
/// a few bytes before.
const NEAR: u64 = 40;
const BEFORE: u64 = 24;

/// Bytes in a row of hex, and how many of them stand before what matters, at least.
const ROW: usize = 16;
const LEAD: u64 = 8;

/// Said of a line that does not end with a newline.
const UNENDED: &str = " (no newline at the end)";

/// A line that stands beside no other: one row. If it has as many bytes, it is shown around the one
/// where others differ, for its beginning may be the same as theirs.
pub(super) fn alone<R: Read + Seek>(
    file: &mut R,
    line: &Line,
    column: u64,
) -> io::Result<Vec<String>> {
    let column = if column < line.bytes { column } else { 0 };
    Ok(match text(file, line, beginning(column, &[line]))? {
        Some(text) => vec![text],
        None => hex(file, line, column / ROW as u64 * ROW as u64, 1)?,
    })
}

/// Two lines that differ, around the first byte in which they do. If either is not text there,
/// both are in hex.
pub(super) fn pair<R: Read + Seek>(
    (base, line): (&mut R, &Line),
    (other, twin): (&mut R, &Line),
) -> io::Result<[Vec<String>; 2]> {
    let common = if line.hash == twin.hash {
        None
    } else {
        in_common((base, line.start), (other, twin.start))?
    };
    let column = common.unwrap_or_default();
    let from = beginning(column, &[line, twin]);
    if let (Some(ours), Some(theirs)) = (text(base, line, from)?, text(other, twin, from)?) {
        return Ok([vec![ours], vec![theirs]]);
    }
    let from = column.saturating_sub(LEAD) / ROW as u64 * ROW as u64;
    Ok([hex(base, line, from, 2)?, hex(other, twin, from, 2)?])
}

/// Where the part of these lines begins that is shown as text.
fn beginning(column: u64, lines: &[&Line]) -> u64 {
    // No character has more columns than bytes.
    let fits = |line: &&Line| {
        let note = if line.ended { 0 } else { UNENDED.len() };
        line.bytes - u64::from(line.ended) + note as u64 <= COLUMNS as u64
    };
    if column < NEAR || lines.iter().all(fits) {
        0
    } else {
        column - BEFORE
    }
}

/// Up to so many bytes of a line, from a place in it on, and whether there are more.
fn read<R: Read + Seek>(
    file: &mut R,
    line: &Line,
    from: u64,
    most: usize,
) -> io::Result<(Vec<u8>, bool)> {
    let left = line.bytes.saturating_sub(from);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(line.start + from))?;
    file.take(left.min(most as u64)).read_to_end(&mut bytes)?;
    let more = left > bytes.len() as u64;
    Ok((bytes, more))
}

/// The line from a place on, unless that is not text.
fn text<R: Read + Seek>(file: &mut R, line: &Line, from: u64) -> io::Result<Option<String>> {
    // No character has more bytes.
    let (mut bytes, more) = read(file, line, from, 4 * COLUMNS)?;
    if line.ended && !more {
        bytes.pop();
    }
    let Some(text) = decode(&bytes, from > 0, more) else {
        return Ok(None);
    };
    let before = if from > 0 { "…" } else { "" };
    let room = COLUMNS - before.chars().count();
    let after = if line.ended { "" } else { UNENDED };
    if !more && columns(text) + after.len() <= room {
        return Ok(Some(format!("{before}{text}{after}")));
    }
    let after = format!("… ({} bytes)", line.bytes);
    let mut left = room.saturating_sub(after.chars().count());
    let fits = |c: &char| {
        let fits = width(*c) <= left;
        left = left.saturating_sub(width(*c));
        fits
    };
    let text: String = text.chars().take_while(fits).collect();
    Ok(Some(format!("{before}{text}{after}")))
}

/// Text of which every character is seen, but for one that was cut in two at either end.
fn decode(bytes: &[u8], is_cut_before: bool, is_cut_after: bool) -> Option<&str> {
    let rest_of_one = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
    let cut = if is_cut_before {
        bytes.iter().take(3).take_while(rest_of_one).count()
    } else {
        0
    };
    let bytes = &bytes[cut..];
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && is_cut_after => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    text.chars().all(is_seen).then_some(text)
}

/// Whether a character shows, by itself: what Rust escapes does not, but for quotes and backslash.
fn is_seen(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || c.escape_debug().len() == 1
}

fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Many characters beyond ASCII are two columns wide.
fn width(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

/// Rows of hex, each with its place in the line. The newline is a byte like any other.
fn hex<R: Read + Seek>(
    file: &mut R,
    line: &Line,
    from: u64,
    rows: usize,
) -> io::Result<Vec<String>> {
    let (bytes, more) = read(file, line, from, rows * ROW)?;
    let places = (from..).step_by(ROW);
    let rows = bytes.chunks(ROW).zip(places);
    let mut rows: Vec<_> = rows.map(|(bytes, place)| row(place, bytes)).collect();
    if let Some(last) = rows.last_mut().filter(|_| more) {
        last.push('…');
    }
    Ok(rows)
}

fn row(place: u64, bytes: &[u8]) -> String {
    let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let seen = bytes.iter().map(|&byte| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    });
    let seen: String = seen.collect();
    let hex = hex.join(" ");
    let wide = 3 * ROW - 1;
    format!("{place:08x}: {hex:wide$}  |{seen}|")
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
