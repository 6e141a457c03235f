//! Encoded values one after the other on a page of an arena: jobs on their way to a worker, and
//! outcomes on their way back.
//!
//! Each stands after its length in four little-endian bytes, so one that cannot be decoded does
//! not take its neighbours with it. The highest bit of the length says that a [`Note`] comes first,
//! the next one that it is the error of a job that has no output.

use postcard::ser_flavors::Size;
use serde::{Deserialize, Serialize};
use workload::span::Times;

use crate::arena::Region;

/// The length of a length.
const PREFIX: usize = 4;
const NOTED: u32 = 1 << 31;
const FAILED: u32 = 1 << 30;
const LENGTH: u32 = FAILED - 1;

/// What a worker says of a job besides its outcome, where there is anything to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// How far the worker's output goes, if it has grown since the last look; else 0.
    pub(crate) mark: u64,
    /// When the job ran, if that is asked for.
    pub(crate) span: Option<Times>,
}

impl Note {
    fn is_empty(self) -> bool {
        self.mark == 0 && self.span.is_none()
    }
}

/// Values to be read, one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Items<'a>(pub(crate) &'a [u8]);

/// An encoded value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    /// Whether its note stands before it.
    pub(crate) noted: bool,
    /// Whether it is an error.
    pub(crate) failed: bool,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Item<'a> {
    /// The note, and the encoded value; `None` if the note makes no sense.
    #[inline]
    pub(crate) fn parts(self) -> Option<(Note, &'a [u8])> {
        if self.noted {
            postcard::take_from_bytes(self.bytes).ok()
        } else {
            Some((Note::default(), self.bytes))
        }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    #[inline]
    fn next(&mut self) -> Option<Item<'a>> {
        let (prefix, rest) = self.0.split_first_chunk::<PREFIX>()?;
        let prefix = u32::from_le_bytes(*prefix);
        let (bytes, rest) = rest.split_at_checked((prefix & LENGTH) as usize)?;
        self.0 = rest;
        Some(Item {
            noted: prefix & NOTED != 0,
            failed: prefix & FAILED != 0,
            bytes,
        })
    }
}

/// Why a value was not written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unwritten {
    /// There is no room for it, and more cannot be had.
    NoRoom,
    /// It cannot be encoded, for this reason.
    Unsendable(postcard::Error),
}

/// Writes a value on a page from byte `at` on, and says where it ends. What stands before it stays
/// as it was.
#[inline]
pub(crate) fn write(
    page: &mut Region,
    at: usize,
    value: &impl Serialize,
) -> Result<usize, Unwritten> {
    write_part(page, at, at + PREFIX, 0, value)
}

/// The same for how a job ended, and what else is to be said of it.
#[inline]
pub(crate) fn write_outcome<O: Serialize, E: Serialize>(
    page: &mut Region,
    at: usize,
    note: Note,
    outcome: &Result<O, E>,
) -> Result<usize, Unwritten> {
    let (mut from, mut flags) = (at + PREFIX, 0);
    if !note.is_empty() {
        from = encode(page, from, &note)?;
        flags |= NOTED;
    }
    match outcome {
        Ok(output) => write_part(page, at, from, flags, output),
        Err(error) => write_part(page, at, from, flags | FAILED, error),
    }
}

#[inline]
fn write_part(
    page: &mut Region,
    at: usize,
    from: usize,
    flags: u32,
    value: &impl Serialize,
) -> Result<usize, Unwritten> {
    let end = encode(page, from, value)?;
    let length = u32::try_from(end - at - PREFIX).unwrap_or(u32::MAX);
    if length > LENGTH {
        return Err(Unwritten::NoRoom);
    }
    let prefix = length | flags;
    page.free(at)[..PREFIX].copy_from_slice(&prefix.to_le_bytes());
    Ok(end)
}

#[inline]
fn encode(page: &mut Region, at: usize, value: &impl Serialize) -> Result<usize, Unwritten> {
    let room = page.free(at);
    let mapped = room.len();
    // At the very end of a page, an empty value would fit where its length does not.
    if mapped > 0 {
        match postcard::to_slice(value, room) {
            Ok(bytes) => return Ok(at + bytes.len()),
            Err(postcard::Error::SerializeBufferFull) => {}
            Err(error) => return Err(Unwritten::Unsendable(error)),
        }
    }
    encode_and_grow(page, at, value)
}

/// The same where the page must grow before: rarely, because it stays as large.
#[cold]
fn encode_and_grow(
    page: &mut Region,
    at: usize,
    value: &impl Serialize,
) -> Result<usize, Unwritten> {
    let size = postcard::serialize_with_flavor(value, Size::default());
    let size = size.map_err(Unwritten::Unsendable)?;
    if !page.reserve(at + size + 1) {
        return Err(Unwritten::NoRoom);
    }
    let bytes = postcard::to_slice(value, page.free(at)).map_err(Unwritten::Unsendable)?;
    Ok(at + bytes.len())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use proptest::prelude::*;
    use workload::Outcome;

    use super::*;
    use crate::arena::{Arena, Source};

    /// A page of its own.
    #[expect(clippy::unwrap_used, reason = "a test's helper")]
    fn page() -> Region {
        let source = Source::new().unwrap().0.unwrap();
        let [page, ..] = Arena::map(source).unwrap().jobs;
        page
    }

    proptest! {
        #[test]
        fn items_come_out_as_they_went_in(values: Vec<(bool, Result<Vec<u8>, String>)>) {
            let (mut page, mut end) = (page(), 0);
            for (noted, value) in &values {
                let note = Note { mark: (*noted).into(), span: None };
                end = write_outcome(&mut page, end, note, value).unwrap();
            }
            let mut items = Items(page.bytes(0, end).unwrap());
            for (noted, value) in &values {
                let item = items.next().unwrap();
                let (note, bytes) = item.parts().unwrap();
                prop_assert_eq!(note.mark, u64::from(*noted));
                let read = if item.failed {
                    Err(postcard::from_bytes(bytes).unwrap())
                } else {
                    Ok(postcard::from_bytes(bytes).unwrap())
                };
                prop_assert_eq!(&read, value);
            }
            prop_assert!(items.next().is_none() && items.0.is_empty());
        }

        /// What a worker that has gone mad may write on its page: it must not take the pool along.
        #[test]
        fn any_bytes_at_all_are_read_without_a_panic(bytes: Vec<u8>) {
            let mut items = Items(&bytes);
            let mut read = 0;
            for item in items.by_ref() {
                read += PREFIX + item.bytes.len();
                if let Some((_, outcome)) = item.parts() {
                    let _ = postcard::from_bytes::<Outcome<Vec<String>>>(outcome);
                }
            }
            prop_assert_eq!(read + items.0.len(), bytes.len());
        }
    }

    #[test]
    fn a_value_that_cannot_be_encoded_leaves_its_neighbours_alone() {
        struct Odd;
        impl Serialize for Odd {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                use serde::ser::{Error, SerializeSeq};
                to.serialize_seq(Some(1))?.serialize_element(&7_u64)?;
                Err(S::Error::custom("on purpose"))
            }
        }
        let mut page = page();
        let one = write(&mut page, 0, &1_u8).unwrap();
        let refused = write(&mut page, one, &Odd);
        assert!(matches!(refused, Err(Unwritten::Unsendable(_))));
        let two = write(&mut page, one, &2_u8).unwrap();
        let items = Items(page.bytes(0, two).unwrap());
        assert_eq!(items.map(|item| item.bytes).collect::<Vec<_>>(), [[1], [2]]);
    }

    #[test]
    fn a_page_grows_as_needed_and_keeps_what_is_on_it() {
        let (mut page, mut end) = (page(), 0);
        let step = 64 * 1024;
        let around = |bytes: usize| [bytes - 1, bytes, bytes + 1];
        let sizes = [0, 1].into_iter();
        let sizes = sizes.chain(
            [step - 4, step, 4 << 20, 64 << 20]
                .into_iter()
                .flat_map(around),
        );
        let sizes: Vec<_> = sizes.collect();
        for &bytes in &sizes {
            let value = serde_bytes::ByteBuf::from(vec![bytes as u8; bytes]);
            end = write(&mut page, end, &value).unwrap();
            end = write(&mut page, end, &()).unwrap();
        }
        let mut items = Items(page.bytes(0, end).unwrap());
        for &bytes in &sizes {
            let item = items.next().unwrap();
            let value: &serde_bytes::Bytes = postcard::from_bytes(item.bytes).unwrap();
            assert_eq!(value.len(), bytes);
            assert!(value.iter().all(|&byte| byte == bytes as u8), "{bytes}");
            assert_eq!(items.next().unwrap().bytes, b"");
        }
        assert!(items.0.is_empty());
    }

    #[test]
    fn what_cannot_be_had_is_refused() {
        let mut nowhere = Region::default();
        assert_eq!(write(&mut nowhere, 0, &7_u8), Err(Unwritten::NoRoom));
        assert_eq!(write(&mut page(), 3 << 30, &7_u8), Err(Unwritten::NoRoom));
    }
}
