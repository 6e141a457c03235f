//! A body that comes at once, or in parts with a pause before each but the first.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// A body.
pub(crate) struct Body {
    left: Bytes,
    /// How many bytes a part has.
    part: usize,
    pause: Duration,
    pausing: Option<Pin<Box<Sleep>>>,
}

impl Body {
    /// One that comes at once.
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self::slow(bytes, 1, Duration::ZERO)
    }

    /// One that comes in so many parts.
    pub(crate) fn slow(bytes: Bytes, parts: usize, pause: Duration) -> Self {
        Self {
            part: bytes.len().div_ceil(parts).max(1),
            left: bytes,
            pause,
            pausing: None,
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(pausing) = &mut self.pausing {
            ready!(pausing.as_mut().poll(context));
            self.pausing = None;
        }
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let part = self.part.min(self.left.len());
        let part = self.left.split_to(part);
        if !self.left.is_empty() {
            self.pausing = Some(Box::pin(sleep(self.pause)));
        }
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}
