//! A function as a plain HTTP server: for a container, or a machine of one's own, where no Lambda runtime is.
//!
//! One process uses one processor, as a function's environment does; who has more of them runs more processes.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use lambda_http::http::Response;
use lambda_http::{Body, Error, Request, tracing};
use lockfill_http::{Problem, plain};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// Connections at a time; more wait until one of them ends.
const CONNECTIONS_MAX: usize = 1024;
/// The longest head of a request.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// From the end of one request to the end of the next one's head. Longer than the minute for which proxies keep idle
/// connections, so that it is them who close: a request on a connection that is just closing here would be lost.
const HEAD_MAX: Duration = Duration::from_secs(75);
/// From the end of a head to the end of its body.
const BODY_MAX: Duration = Duration::from_secs(10);
/// What requests under way get once the process is asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or SIGINT, then answers what is under way.
///
/// # Errors
/// The address cannot be listened on.
pub(crate) async fn serve<H, F>(address: SocketAddr, handle: H) -> Result<(), Error>
where
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let listener = TcpListener::bind(address).await.map_err(|error| format!("{address}: {error}"))?;
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let handle = Arc::new(handle);
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
        // Most likely there are no file descriptors left; they come back when connections end.
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
            // A client that breaks its connection is no news.
            let _ = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    // What takes longer is cut off.
    let _ = timeout(GRACE, graceful.shutdown()).await;
    Ok(())
}

async fn answer<H, F>(
    request: lambda_http::http::Request<Incoming>,
    handle: Arc<H>,
) -> Result<Response<Body>, Infallible>
where
    H: Fn(Request) -> F,
    F: Future<Output = Response<Body>>,
{
    let (head, body) = request.into_parts();
    let answer = match read(body).await {
        Ok(body) => handle(plain::request(head, body)).await,
        Err(problem) => problem.into_response(),
    };
    Ok(plain::response(answer))
}

/// The whole body.
async fn read(body: Incoming) -> Result<Vec<u8>, Problem> {
    let collected = timeout(BODY_MAX, Limited::new(body, plain::BODY_BYTES_MAX).collect()).await;
    match collected {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::body_too_large()),
        // Nobody will read it, most likely: the client has gone, or speaks no HTTP.
        Ok(Err(_)) => Err(Problem::unreadable_request()),
        Err(_) => Err(Problem::body_too_slow()),
    }
}
