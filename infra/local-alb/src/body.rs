//! Bodies.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;

/// What can go wrong in a body.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// A body from a client, a target or this program.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// The most bytes that are read of a refused body.
const DRAINED_MAX: usize = 16 * 1024 * 1024;

/// No body.
#[must_use]
pub fn empty() -> Body {
    boxed(Empty::new())
}

/// A body whose bytes are known.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    boxed(Full::new(bytes.into()))
}

/// Any body.
pub fn boxed<B>(body: B) -> Body
where
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// Why a body was not collected.
#[derive(Debug)]
pub enum Refused {
    /// It is longer than the limit.
    TooLarge,
    /// The client did not send all of it.
    Broken,
    /// The client sent nothing for the idle timeout.
    Silent,
}

/// Collects a body of at most `limit` bytes.
///
/// A body that is too long is read further (up to 16 MB), because a client that is still writing would see a closed
/// connection instead of the answer. A client that waits for "100 Continue" has not begun to write: it gets the answer
/// at once.
///
/// # Errors
/// A body that is too long, that ends early, or of which no byte arrives for `idle`.
pub async fn collect(
    mut body: Incoming,
    limit: usize,
    idle: Duration,
    client_waits: bool,
) -> Result<Bytes, Refused> {
    let declared = body.size_hint().lower();
    let too_large = declared > u64::try_from(limit).unwrap_or(u64::MAX);
    if too_large && client_waits {
        return Err(Refused::TooLarge);
    }
    let mut bytes = BytesMut::new();
    let mut read: usize = 0;
    while let Some(frame) = timeout(idle, body.frame()).await.map_err(|_| Refused::Silent)? {
        let Ok(data) = frame.map_err(|_| Refused::Broken)?.into_data() else { continue };
        read = read.saturating_add(data.len());
        if read > DRAINED_MAX {
            break;
        }
        if read <= limit && !too_large {
            bytes.extend_from_slice(&data);
        }
    }
    if too_large || read > limit { Err(Refused::TooLarge) } else { Ok(bytes.freeze()) }
}
