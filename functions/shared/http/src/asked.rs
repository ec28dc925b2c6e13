//! The path and the query of a request. The Lambda runtime leaves them beside the request, because a payload may hold
//! a path that no address can have. Over plain HTTP they are parts of the address, and are read where they lie.

use std::borrow::Cow;

use lambda_http::{Request, RequestExt};

/// The path as it was sent, without the query.
pub(crate) fn path(request: &Request) -> &str {
    match request.raw_http_path() {
        "" => request.uri().path(),
        path => path,
    }
}

/// The names and values of the query, decoded. Values of one name are in the order in which they were sent.
pub(crate) fn query(request: &Request) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let beside = request.query_string_parameters_ref();
    // Without a query the Lambda runtime leaves an empty map, and the address has no query either.
    let of_address = if beside.is_none() { request.uri().query() } else { None };
    let beside = beside.into_iter().flat_map(|map| map.iter());
    let of_address = of_address.into_iter().flat_map(|query| form_urlencoded::parse(query.as_bytes()));
    beside.map(|(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value))).chain(of_address)
}
