//! What must hold for any input of the local balancer: a template, a request, the response of a function.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use local_alb::lambda::response;
use local_alb::routing::{self, Options, RequestFacts};
use local_alb::server::{Inspection, inspect};
use local_alb::template::{Inputs, Template};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A template is either refused in one line, or its rules can be asked.
///
/// # Panics
/// Where this does not hold.
pub fn template(text: &str) {
    // Nested stacks would have the fuzzer read files of its own choice.
    if ["Stack", "Application"].iter().any(|word| text.contains(word)) {
        return;
    }
    let told = |error: &dyn std::fmt::Display| {
        let error = error.to_string();
        assert!(error.starts_with("t.yaml:") || error.contains(": "), "{error}");
    };
    let template = match Template::parse("t.yaml", text, Inputs::default()) {
        Ok(template) => template,
        Err(error) => return told(&error),
    };
    let listeners = match routing::no_macros(&template).and_then(|()| routing::listeners(&template)) {
        Ok(listeners) => listeners,
        Err(error) => return told(&error),
    };
    let options = Options { allow_unauthenticated: true, ..Options::default() };
    for listener in &listeners {
        match routing::compile_all(&template, listener, &options) {
            Ok(table) => {
                let headers = hyper::HeaderMap::new();
                let facts = RequestFacts::new("GET", "/a/../b?c=d", &headers, [127, 0, 0, 1].into());
                assert!(table.route(&facts).is_some(), "the default takes all");
            }
            Err(errors) => {
                assert!(!errors.is_empty());
                for error in &errors {
                    told(error);
                }
            }
        }
    }
}

/// A function's response is refused, or can be sent as it is understood.
///
/// # Panics
/// Where this does not hold.
pub fn response_document(document: &[u8]) {
    for multi_value in [false, true] {
        let Ok(parsed) = response::parse(document, multi_value) else { continue };
        assert!((200..=599).contains(&parsed.status.as_u16()));
        for name in ["content-length", "connection", "transfer-encoding", "keep-alive", "upgrade"] {
            assert!(!parsed.headers.contains_key(name), "{name}");
        }
    }
}

/// The guard sees the same requests in however small pieces they come, and the HTTP library sees the same
/// requests as the guard: nothing can be smuggled between the two.
///
/// # Panics
/// Where this does not hold.
pub fn request(sent: &[u8]) {
    let whole = inspect([sent]);
    for size in [1, 7] {
        let mut pieces = inspect(sent.chunks(size));
        // Of a body that is broken off more has been passed by then.
        if whole.is_broken && pieces.passed.starts_with(&whole.passed) {
            pieces.passed.truncate(whole.passed.len());
        }
        assert_eq!(whole, pieces, "in pieces of {size}: {:?}", String::from_utf8_lossy(sent));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(compare(&whole));
}

async fn compare(inspection: &Inspection) {
    let (mut client, server) = tokio::io::duplex(inspection.passed.len() + 1024 * 1024);
    let seen = std::cell::Cell::new((0, 0));
    let service = service_fn(|request: Request<Incoming>| {
        let seen = &seen;
        async move {
            let (heads, bodies) = seen.get();
            seen.set((heads + 1, bodies));
            request.into_body().collect().await.map_err(Box::<dyn Error + Send + Sync>::from)?;
            seen.set((heads + 1, bodies + 1));
            // Not a success: the library would take one of CONNECT for the end of HTTP.
            Response::builder()
                .status(405)
                .body(Full::new(Bytes::new()))
                .map_err(Box::<dyn Error + Send + Sync>::from)
        }
    });
    client.write_all(&inspection.passed).await.expect("there is room for all");
    client.shutdown().await.expect("the end");
    let server = hyper::server::conn::http1::Builder::new()
        .half_close(true)
        .header_read_timeout(None)
        .max_headers(1000)
        .serve_connection(TokioIo::new(server), service);
    let (served, ()) = tokio::join!(server, async {
        let mut answers = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(5), client.read_to_end(&mut answers)).await;
        read.expect("an end").expect("the answers");
    });
    let (heads, bodies) = seen.get();
    assert!(heads <= inspection.heads, "a request that the guard did not see: {served:?}");
    // A client may say that its connection is to be closed, and the library looks into trailers, which the
    // guard does not. Then it looks at nothing after that.
    let stops = bodies < heads || served.is_ok();
    assert!(heads == inspection.heads || stops, "{heads} of {}: {served:?}", inspection.heads);
    if inspection.is_complete && served.is_ok() {
        assert_eq!(bodies, heads, "{served:?}");
    }
}
