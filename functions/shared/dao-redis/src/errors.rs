//! From the client's errors to this project's: never with a key, a value or an address in them.

use lockfill_dao::DaoError;
use redis::{ErrorKind, RedisError};

use crate::STORE;

/// No answer, or one that says no.
pub(crate) fn unavailable(reason: impl Into<String>) -> DaoError {
    DaoError::Unavailable { store: STORE, reason: reason.into() }
}

/// Something stored cannot be read.
pub(crate) fn malformed(reason: impl Into<String>) -> DaoError {
    DaoError::Malformed { store: STORE, reason: reason.into() }
}

/// What an error of the client's means to a service.
pub(crate) fn translate(error: &RedisError) -> DaoError {
    match error.kind() {
        ErrorKind::UnexpectedReturnType | ErrorKind::Parse => malformed("an answer of another type"),
        _ if error.code() == Some("WRONGTYPE") => malformed("a user's state is not a hash"),
        _ => unavailable(reason(error)),
    }
}

/// In a few words why something did not work.
pub(crate) fn reason(error: &RedisError) -> String {
    if error.is_connection_refusal() {
        return "the connection was refused".to_owned();
    }
    match (error.kind(), error.code()) {
        (ErrorKind::Io, _) => "the connection failed".to_owned(),
        (ErrorKind::AuthenticationFailed, _) => "it refused the credentials".to_owned(),
        (_, Some(code)) => format!("it answered {code}"),
        (_, None) => "the request failed".to_owned(),
    }
}

/// Whether the node knows too little of the others to answer; they may know better.
pub(crate) fn is_cut_off(error: &RedisError) -> bool {
    error.code() == Some("CLUSTERDOWN")
}

/// Whether the node has only some of the keys for now, because they are on their way to another.
pub(crate) fn is_under_way(error: &RedisError) -> bool {
    error.code() == Some("TRYAGAIN")
}

/// Whether another connection may do better.
pub(crate) fn is_dead(error: &RedisError) -> bool {
    error.is_io_error() || error.is_connection_dropped() || error.is_unrecoverable_error()
}

/// Whether the server at the other end is not, or no longer, the one to ask.
pub(crate) fn is_misplaced(error: &RedisError) -> bool {
    matches!(error.code(), Some("READONLY" | "LOADING" | "MASTERDOWN"))
}
