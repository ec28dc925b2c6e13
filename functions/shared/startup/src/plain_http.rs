//! A function as a plain HTTP server, for containers and machines without a Lambda runtime.
//!
//! One process uses one processor, as a function's environment does. A machine with more processors runs more
//! processes.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use lambda_http::Body;
use lambda_http::http::Response;
use lambda_runtime::Error;
use lockfill_http::{Problem, plain};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::logged::Handle;

/// The most open connections; further ones wait until one of them ends.
const CONNECTIONS_MAX: usize = 1024;
/// The longest head of a request.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// The longest time from the end of one request to the end of the head of the next. Proxies keep idle connections for
/// a minute, so they close first: a request on a connection that this server closes at the same time would be lost.
const HEAD_MAX: Duration = Duration::from_secs(75);
/// The longest time from the end of a head to the end of its body.
const BODY_MAX: Duration = Duration::from_secs(10);
/// How long requests under way may take after the process is asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or SIGINT, then answers the requests under way. `handle` also answers for what is no request.
///
/// # Errors
/// The address cannot be listened on.
pub(crate) async fn serve(address: SocketAddr, handle: Handle) -> Result<(), Error> {
    let listener = TcpListener::bind(address).await.map_err(|error| format!("{address}: {error}"))?;
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    loop {
        let permit = Arc::clone(&connections).acquire_owned();
        let accepted = async { (permit.await, listener.accept().await) };
        let (permit, accepted) = tokio::select! {
            both = accepted => both,
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        };
        // Usually all file descriptors are in use. They become free when connections end.
        let Ok((stream, _)) = accepted else {
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        let permit = permit?;
        let _ = stream.set_nodelay(true);
        let handle = Arc::clone(&handle);
        let service = service_fn(move |request| answer(request, Arc::clone(&handle)));
        let connection = Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_MAX)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is the client's affair and is not logged.
            let _ = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    // Requests that take longer are cut off.
    let _ = timeout(GRACE, graceful.shutdown()).await;
    Ok(())
}

async fn answer(
    request: lambda_http::http::Request<Incoming>,
    handle: Handle,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let request = read(body).await.map(|body| plain::request(head, body));
    Ok(plain::response(handle(request).await))
}

/// The whole body.
async fn read(body: Incoming) -> Result<Vec<u8>, Problem> {
    // Most requests have none, and need no timer.
    if body.is_end_stream() {
        return Ok(Vec::new());
    }
    let collected = timeout(BODY_MAX, Limited::new(body, plain::BODY_BYTES_MAX).collect()).await;
    match collected {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::body_too_large()),
        // The client has probably gone, or does not speak HTTP.
        Ok(Err(_)) => Err(Problem::unreadable_request()),
        Err(_) => Err(Problem::body_too_slow()),
    }
}
