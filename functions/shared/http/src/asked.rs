//! The path and the query of a request. An invocation payload may hold a path that no address can have, so they are
//! beside its request. Over plain HTTP they are parts of the address, and are read where they lie.

use std::borrow::Cow;

use lambda_http::Request;

use crate::dto::json_writer::Form;

/// What an invocation payload asks for, as it was sent: nothing is decoded. It is an extension of the request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub path: String,
    pub query: String,
}

/// The form in which the document of an answer is wanted: an invocation is answered by a document that has it in a string.
pub(crate) fn form(request: &Request) -> Form {
    if request.extensions().get::<Asked>().is_some() { Form::Quoted } else { Form::Plain }
}

/// The path as it was sent, without the query.
pub(crate) fn path(request: &Request) -> &str {
    request.extensions().get::<Asked>().map_or_else(|| request.uri().path(), |asked| &asked.path)
}

/// The names and values of the query, decoded. Values of one name are in the order in which they were sent.
pub(crate) fn query(request: &Request) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let beside = request.extensions().get::<Asked>().map(|asked| &*asked.query);
    let query = beside.or_else(|| request.uri().query()).unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
}
