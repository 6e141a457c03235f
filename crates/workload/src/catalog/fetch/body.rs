//! What becomes of a body: it is decompressed, counted and hashed as it comes, in memory that does
//! not depend on its length, unless it is to be kept.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::error::FetchError;

/// A body of a redirect up to so many bytes is read, so that its connection can be used again.
const SKIPPED: u64 = 64 << 10;

/// The length and SHA-256 of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digested {
    pub(super) length: u64,
    pub(super) sha256: [u8; 32],
    /// Its bytes, if they were to be kept.
    pub(super) kept: Option<Vec<u8>>,
}

/// A body that comes.
pub(super) struct Body {
    /// How many bytes have come.
    came: u64,
    most: u64,
    kind: Kind,
}

enum Kind {
    /// Nobody wants it.
    Skipped,
    Plain(Digesting),
    Gzip(Box<MultiGzDecoder<Digesting>>),
}

/// The bytes after decompression.
struct Digesting {
    sha: Sha256,
    length: u64,
    most: u64,
    kept: Option<Vec<u8>>,
}

impl Body {
    /// A body that nobody wants.
    pub(super) fn skipped() -> Self {
        Self {
            came: 0,
            most: SKIPPED,
            kind: Kind::Skipped,
        }
    }

    /// A body whose digest is wanted, of no more bytes than these, compressed or not.
    pub(super) fn digested(is_gzip: bool, most: u64) -> Self {
        let digesting = Digesting {
            sha: Sha256::new(),
            length: 0,
            most,
            kept: None,
        };
        let kind = if is_gzip {
            Kind::Gzip(Box::new(MultiGzDecoder::new(digesting)))
        } else {
            Kind::Plain(digesting)
        };
        Self {
            came: 0,
            most,
            kind,
        }
    }

    /// The same body, and its bytes are kept.
    pub(super) fn keeping(mut self) -> Self {
        match &mut self.kind {
            Kind::Skipped => {}
            Kind::Plain(digesting) => digesting.kept = Some(Vec::new()),
            Kind::Gzip(decoder) => decoder.get_mut().kept = Some(Vec::new()),
        }
        self
    }

    /// Takes in bytes; gives whether more of them are wanted.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<bool, FetchError> {
        self.came += bytes.len() as u64;
        let is_over = self.came > self.most;
        match &mut self.kind {
            Kind::Skipped => return Ok(!is_over),
            _ if is_over => return Err(FetchError::TooLarge),
            Kind::Plain(digesting) => digesting.take(bytes)?,
            Kind::Gzip(decoder) => {
                let decoded = decoder.write_all(bytes);
                decoded.map_err(|_| gzip_error(decoder.get_ref()))?;
            }
        }
        Ok(true)
    }

    /// The body broke off for this reason, which is no matter if nobody wants it.
    pub(super) fn broke_off(&self, reason: FetchError) -> Result<(), FetchError> {
        match self.kind {
            Kind::Skipped => Ok(()),
            _ => Err(reason),
        }
    }

    /// The body has ended.
    pub(super) fn end(self) -> Result<Digested, FetchError> {
        let digesting = match self.kind {
            Kind::Plain(digesting) => digesting,
            // An empty body is none, whatever it is called.
            Kind::Gzip(mut decoder) if self.came == 0 => decoder.get_mut().take_out(),
            Kind::Gzip(mut decoder) => {
                let ended = decoder.try_finish();
                ended.map_err(|_| gzip_error(decoder.get_ref()))?;
                decoder.get_mut().take_out()
            }
            Kind::Skipped => return Body::digested(false, 0).end(),
        };
        Ok(Digested {
            length: digesting.length,
            sha256: digesting.sha.finalize().into(),
            kept: digesting.kept,
        })
    }
}

/// Why decompressing failed: what takes the bytes had enough of them, or they are no gzip.
fn gzip_error(digesting: &Digesting) -> FetchError {
    if digesting.length > digesting.most {
        FetchError::TooLarge
    } else {
        FetchError::BadGzip
    }
}

impl Digesting {
    fn take(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.length += bytes.len() as u64;
        if self.length > self.most {
            return Err(FetchError::TooLarge);
        }
        self.sha.update(bytes);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
        Ok(())
    }

    /// What it has come to: the decoder that owns it cannot be taken apart.
    fn take_out(&mut self) -> Self {
        Self {
            sha: self.sha.clone(),
            kept: self.kept.take(),
            ..*self
        }
    }
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.take(bytes).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// The digest of bytes that come in pieces of this size.
    fn digest(is_gzip: bool, bytes: &[u8], piece: usize) -> Result<Digested, FetchError> {
        let mut body = Body::digested(is_gzip, 1000);
        for piece in bytes.chunks(piece) {
            assert!(body.push(piece)?);
        }
        body.end()
    }

    #[test]
    fn gzip_in_any_pieces_is_what_it_was() {
        let plain: Vec<u8> = (0..1000_u32).map(|n| (n * n % 251) as u8).collect();
        let expected = digest(false, &plain, 1000);
        assert_eq!(expected.as_ref().unwrap().length, 1000);
        let mut two = gzip(&plain[..300]);
        two.extend(gzip(&plain[300..]));
        for piece in [1, 7, 100, 5000] {
            assert_eq!(digest(false, &plain, piece), expected);
            assert_eq!(digest(true, &gzip(&plain), piece), expected);
            assert_eq!(digest(true, &two, piece), expected);
        }
        assert_eq!(digest(true, b"", 1), digest(false, b"", 1));
    }

    #[test]
    fn what_is_to_be_kept_is_the_bytes_after_decompression() {
        for (is_gzip, bytes) in [(false, b"some text".to_vec()), (true, gzip(b"some text"))] {
            let mut body = Body::digested(is_gzip, 1000).keeping();
            assert!(body.push(&bytes[..4]).unwrap() && body.push(&bytes[4..]).unwrap());
            assert_eq!(body.end().unwrap().kept.unwrap(), b"some text");
        }
        assert_eq!(digest(false, b"some text", 4).unwrap().kept, None);
    }

    #[test]
    fn what_is_no_gzip_or_not_all_of_it_is_told() {
        let whole = gzip(b"some text");
        let mut wrong = whole.clone();
        wrong[12] ^= 0x55;
        let mut more = whole.clone();
        more.extend(b"more");
        for bad in [
            &b"plain"[..],
            &whole[..whole.len() - 1],
            &whole[..5],
            &wrong,
            &more,
        ] {
            for piece in [1, 1000] {
                assert_eq!(
                    digest(true, bad, piece),
                    Err(FetchError::BadGzip),
                    "{bad:?}"
                );
            }
        }
    }

    #[test]
    fn a_bomb_goes_off_at_the_limit() {
        let bomb = gzip(&vec![0; 500_000]);
        assert!(bomb.len() < 1000);
        assert_eq!(digest(true, &bomb, 100), Err(FetchError::TooLarge));
        assert_eq!(digest(false, &[0; 1001], 100), Err(FetchError::TooLarge));
    }

    #[test]
    fn of_a_body_that_nobody_wants_little_is_read() {
        let mut body = Body::skipped();
        assert_eq!(body.push(&[0; 60_000]), Ok(true));
        assert_eq!(body.push(&[0; 60_000]), Ok(false));
        assert_eq!(body.broke_off(FetchError::Reset), Ok(()));
    }
}
