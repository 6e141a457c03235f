//! What a pool and its workers say to each other.

use std::sync::Arc;

use ipc_channel::ipc::{IpcReceiver, IpcSender, IpcSharedMemory};
use serde::{Deserialize, Serialize};
use workload::span::Times;

/// The first argument of a process that is to be a worker. An argument rather than an environment
/// variable, because a variable would reach the processes that a job starts.
pub(crate) const MARKER: &str = "--processpool-worker";

/// The version of what follows. A worker of another version is refused.
pub(crate) const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/3");

/// A worker's first words: two fixed channels, one each way, that no other worker shares.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) version: String,
    pub(crate) orders: IpcSender<Order>,
    pub(crate) words: IpcReceiver<Word>,
}

/// What a pool says to a worker. The end of the channel means: leave.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Run these jobs.
    Run {
        /// The chunk's number, from 0, counted for each worker.
        chunk: u32,
        /// What kind of jobs they are.
        name: String,
        /// How many.
        jobs: u32,
        /// The jobs, each after its length: see [`Items`].
        payload: Payload,
    },
}

/// What a worker says to its pool. Most outcomes are not said but written on the board.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Word {
    /// It is ready for jobs, and this is its board. The worker makes it rather than the pool: what
    /// is copied to be sent would be inherited by any process that the pool's program happens to
    /// start at that moment.
    Ready { board: IpcSharedMemory },
    /// It cannot get ready, for this reason.
    Unfit { reason: String },
    /// There is something new on the board.
    Bell,
    /// An outcome that does not fit on the board. It follows those that are on its page, and the
    /// rest of the chunk's outcomes follow in the same way.
    Outcome { chunk: u32, payload: Payload },
}

/// Bytes on their way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Payload {
    /// In the message itself.
    Inline(#[serde(with = "bytes_in_arc")] Arc<Vec<u8>>),
    /// In memory that both sides map.
    Mapped(IpcSharedMemory),
}

/// Larger payloads are not sent through the socket. A message that does not fit into one packet of
/// about 200 kB can block its sender for ever if the receiver dies at the wrong moment.
const LARGEST_INLINE: usize = 64 * 1024;

impl Payload {
    /// Packs bytes in the way that suits their size.
    pub(crate) fn new(bytes: &Arc<Vec<u8>>) -> Self {
        if bytes.len() <= LARGEST_INLINE {
            Self::Inline(bytes.clone())
        } else {
            Self::Mapped(IpcSharedMemory::from_bytes(bytes))
        }
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Inline(bytes) => bytes,
            Self::Mapped(memory) => memory,
        }
    }
}

/// Encoded values one after the other, each after its length in four little-endian bytes: so one
/// that cannot be decoded does not take its neighbours with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Items<'a>(pub(crate) &'a [u8]);

/// The length of a length.
pub(crate) const PREFIX: usize = 4;

impl<'a> Iterator for Items<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (prefix, rest) = self.0.split_first_chunk::<PREFIX>()?;
        let length = usize::try_from(u32::from_le_bytes(*prefix)).ok()?;
        let (item, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(item)
    }
}

/// Appends an encoded value to `bytes`; leaves them as they were if that fails.
pub(crate) fn push_item(bytes: &mut Vec<u8>, value: &impl Serialize) -> postcard::Result<()> {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; PREFIX]);
    let encoded = postcard::to_io(value, &mut *bytes).and_then(|bytes| {
        let length = bytes.len() - start - PREFIX;
        u32::try_from(length).map_err(|_| postcard::Error::SerializeBufferFull)
    });
    match encoded {
        Ok(length) => bytes[start..start + PREFIX].copy_from_slice(&length.to_le_bytes()),
        Err(_) => bytes.truncate(start),
    }
    encoded.map(drop)
}

/// What a worker says of a job besides its outcome, which follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// How far the worker's output goes, if it has grown since the last look; else 0.
    pub(crate) mark: u64,
    /// When the job ran, if that is asked for.
    pub(crate) span: Option<Times>,
}

/// After every how many jobs of a chunk a worker looks at the clock and at its output: often enough
/// for a chunk of jobs that take over a microsecond to look after each, and never so often that
/// looking costs much.
pub(crate) fn stride(jobs: u32) -> u32 {
    jobs.div_ceil(64).max(1)
}

/// Byte vectors as one piece: serde on its own would move them byte by byte.
mod bytes_in_arc {
    use std::sync::Arc;

    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &Arc<Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
        serde_bytes::serialize(bytes.as_slice(), to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Arc<Vec<u8>>, D::Error> {
        serde_bytes::deserialize(from).map(Arc::new)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use workload::Outcome;

    use super::*;

    proptest! {
        #[test]
        fn items_come_out_as_they_went_in(values: Vec<Vec<u8>>) {
            let mut bytes = Vec::new();
            for value in &values {
                push_item(&mut bytes, value).unwrap();
            }
            let mut items = Items(&bytes);
            for value in &values {
                let item = items.next().unwrap();
                prop_assert_eq!(&postcard::from_bytes::<Vec<u8>>(item).unwrap(), value);
            }
            prop_assert!(items.next().is_none() && items.0.is_empty());
        }

        /// What a worker that has gone mad may write on its page: it must not take the pool along.
        #[test]
        fn any_bytes_at_all_are_read_without_a_panic(bytes: Vec<u8>) {
            let mut items = Items(&bytes);
            let mut read = 0;
            for item in items.by_ref() {
                read += PREFIX + item.len();
                if let Ok((_, outcome)) = postcard::take_from_bytes::<Note>(item) {
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
        let mut bytes = Vec::new();
        push_item(&mut bytes, &1_u8).unwrap();
        push_item(&mut bytes, &Odd).unwrap_err();
        push_item(&mut bytes, &2_u8).unwrap();
        assert_eq!(Items(&bytes).collect::<Vec<_>>(), [[1], [2]]);
    }
}
