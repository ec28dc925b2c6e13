//! A WebSocket: after the handshake bytes pass in both directions unchanged.

use std::time::Duration;

use hyper::header::{CONNECTION, HeaderMap, HeaderValue, UPGRADE};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep_until};

use super::idle::Activity;

const PIECE: usize = 16 * 1024;

/// Whether a request asks for a WebSocket. Other protocols are not passed on.
#[must_use]
pub fn is_websocket(headers: &HeaderMap) -> bool {
    let asked = headers.get(UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let names = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default();
        text.split(',').any(|name| name.trim().eq_ignore_ascii_case("upgrade"))
    };
    asked && headers.get_all(CONNECTION).iter().any(names)
}

/// Puts the hop-by-hop headers of the handshake back: both connections switch to the other protocol.
pub(super) fn restore(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
}

/// Passes bytes in both directions until both ends have closed, one of them breaks, or no byte moves for the idle
/// timeout.
pub(super) fn join(client: OnUpgrade, target: OnUpgrade, idle: Duration) {
    tokio::spawn(async move {
        let (Ok(client), Ok(target)) = tokio::join!(client, target) else { return };
        let (client_in, client_out) = tokio::io::split(TokioIo::new(client));
        let (target_in, target_out) = tokio::io::split(TokioIo::new(target));
        let activity = Activity::begin();
        let both = async {
            tokio::join!(pump(client_in, target_out, &activity), pump(target_in, client_out, &activity));
        };
        tokio::select! {
            () = both => {}
            () = silence(&activity, idle) => {}
        }
    });
}

async fn pump(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, activity: &Activity) {
    let mut piece = vec![0; PIECE];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        activity.moved();
        if to.write_all(&piece[..count]).await.is_err() || to.flush().await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

async fn silence(activity: &Activity, idle: Duration) {
    loop {
        let limit = activity.last() + idle;
        sleep_until(limit).await;
        if Instant::now() >= activity.last() + idle {
            return;
        }
    }
}
