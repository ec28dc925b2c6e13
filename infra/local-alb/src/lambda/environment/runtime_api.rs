//! The Lambda Runtime API of one environment, on a loopback port of its own.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

/// Lambda's limit of a response document, 6 MB.
const RESPONSE_MAX: usize = 6 * 1024 * 1024;
/// The most signals that wait to be received.
const SIGNALS_MAX: usize = 64;

/// An invocation, as the Runtime API hands it to the runtime.
#[derive(Debug, Clone)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    /// Milliseconds since the Unix epoch.
    pub(super) deadline_ms: u128,
    pub(super) function_arn: String,
    pub(super) trace_id: String,
    pub(super) payload: Bytes,
}

/// A call of the runtime.
#[derive(Debug)]
pub(super) enum Signal {
    /// It asked for the next invocation.
    Next,
    /// It got the invocation.
    Delivered,
    /// It sent the response of the current invocation.
    Response(Bytes),
    /// It reported the current invocation as failed.
    Error(Bytes),
    /// It reported that it could not start.
    InitError(Bytes),
}

/// The environment's end of its Runtime API. Dropping it closes the port.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    pub(super) address: SocketAddr,
    pub(super) signals: mpsc::Receiver<Signal>,
    inbox: mpsc::Sender<Invocation>,
    state: Arc<State>,
    task: AbortHandle,
}

#[derive(Debug)]
struct State {
    inbox: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    signals: mpsc::Sender<Signal>,
    /// The request id of the invocation that has been handed over and not been answered.
    current: Mutex<Option<String>>,
}

impl RuntimeApi {
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (inbox, invocations) = mpsc::channel(1);
        let (sender, signals) = mpsc::channel(SIGNALS_MAX);
        let inner = tokio::sync::Mutex::new(invocations);
        let state = Arc::new(State { inbox: inner, signals: sender, current: Mutex::default() });
        let task = tokio::spawn(serve(listener, Arc::clone(&state))).abort_handle();
        Ok(Self { address, signals, inbox, state, task })
    }

    /// Leaves an invocation for the runtime's next poll; `false` if one waits already.
    pub(super) fn offer(&mut self, invocation: Invocation) -> bool {
        while self.signals.try_recv().is_ok() {}
        *self.state.current() = None;
        self.inbox.try_send(invocation).is_ok()
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    fn current(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signal(&self, signal: Signal) {
        // The channel is full only if an idle runtime sends responses to no invocation: these may be dropped.
        let _ = self.signals.try_send(signal);
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let _ = stream.set_nodelay(true);
                let state = Arc::clone(&state);
                connections.spawn(async move {
                    let service = service_fn(move |request| answer(Arc::clone(&state), request));
                    let server = hyper::server::conn::http1::Builder::new();
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().strip_prefix("/2018-06-01/runtime/").unwrap_or_default().to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    Ok(match (request.method(), &parts[..]) {
        (&Method::GET, ["invocation", "next"]) => next(&state).await,
        (&Method::POST, ["invocation", id, "response"]) => {
            outcome(&state, id, request, Signal::Response).await
        }
        (&Method::POST, ["invocation", id, "error"]) => outcome(&state, id, request, Signal::Error).await,
        (&Method::POST, ["init", "error"]) => match body(request).await {
            Ok(body) => {
                state.signal(Signal::InitError(body));
                accepted()
            }
            Err(refusal) => refusal,
        },
        _ => refuse(StatusCode::NOT_FOUND, "there is no such call"),
    })
}

async fn next(state: &State) -> Response<Full<Bytes>> {
    state.signal(Signal::Next);
    let Some(invocation) = state.inbox.lock().await.recv().await else {
        return refuse(StatusCode::GONE, "the environment is shutting down");
    };
    *state.current() = Some(invocation.request_id.clone());
    state.signal(Signal::Delivered);
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", invocation.request_id)
        .header("lambda-runtime-deadline-ms", invocation.deadline_ms.to_string())
        .header("lambda-runtime-invoked-function-arn", invocation.function_arn)
        .header("lambda-runtime-trace-id", invocation.trace_id)
        .body(Full::new(invocation.payload));
    response.unwrap_or_else(|_| refuse(StatusCode::INTERNAL_SERVER_ERROR, "the invocation has a bad header"))
}

async fn outcome(
    state: &State,
    id: &str,
    request: Request<Incoming>,
    signal: fn(Bytes) -> Signal,
) -> Response<Full<Bytes>> {
    if state.current().as_deref() != Some(id) {
        return refuse(StatusCode::FORBIDDEN, "this is not the current invocation");
    }
    let body = match body(request).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    // Taken after the body, so that a runtime which dies while it sends counts as one that has not answered.
    if state.current().take_if(|current| current == id).is_none() {
        return refuse(StatusCode::FORBIDDEN, "this is not the current invocation");
    }
    state.signal(signal(body));
    accepted()
}

async fn body(request: Request<Incoming>) -> Result<Bytes, Response<Full<Bytes>>> {
    match Limited::new(request.into_body(), RESPONSE_MAX).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(_) => Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "the document is over 6 MB")),
    }
}

fn accepted() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(r#"{"status":"OK"}"#));
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

fn refuse(status: StatusCode, message: &str) -> Response<Full<Bytes>> {
    let document = serde_json::json!({ "errorType": "InvalidRequest", "errorMessage": message });
    let mut response = Response::new(Full::from(document.to_string()));
    *response.status_mut() = status;
    response
}
