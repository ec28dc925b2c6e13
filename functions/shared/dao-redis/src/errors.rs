//! Translates the client library's errors into [`DaoError`]. No text holds a key, a value or an address.

use lockfill_dao::DaoError;
use redis::{ErrorKind, RedisError};

/// The store's name in errors.
const STORE: &str = "Redis";

/// The store did not answer, or answered with a refusal.
pub(crate) fn unavailable(reason: impl Into<String>) -> DaoError {
    DaoError::Unavailable { store: STORE, reason: reason.into() }
}

/// The store holds something that cannot be read.
pub(crate) fn malformed(reason: impl Into<String>) -> DaoError {
    DaoError::Malformed { store: STORE, reason: reason.into() }
}

/// The meaning of a client library's error for a service.
pub(crate) fn translate(error: &RedisError) -> DaoError {
    match error.kind() {
        ErrorKind::UnexpectedReturnType | ErrorKind::Parse => malformed("an answer of another type"),
        _ if error.code() == Some("WRONGTYPE") => malformed("a user's state is not a hash"),
        _ => unavailable(reason(error)),
    }
}

/// A short reason for a failure.
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

/// Whether the node refuses to answer because it has lost contact with the cluster. Other nodes may still answer.
pub(crate) fn is_cut_off(error: &RedisError) -> bool {
    error.code() == Some("CLUSTERDOWN")
}

/// Whether the node has only some of the keys, because a migration to another node is running.
pub(crate) fn is_under_way(error: &RedisError) -> bool {
    error.code() == Some("TRYAGAIN")
}

/// Whether the connection is unusable, so that a new connection may succeed.
pub(crate) fn is_dead(error: &RedisError) -> bool {
    error.is_io_error() || error.is_connection_dropped() || error.is_unrecoverable_error()
}

/// Whether the server refuses to serve on this connection, so that another connection may reach one that serves:
/// it is a replica, it is still loading its data, or it does not know the login any more.
pub(crate) fn is_misplaced(error: &RedisError) -> bool {
    matches!(error.code(), Some("READONLY" | "LOADING" | "MASTERDOWN" | "NOAUTH"))
}

/// Whether the server serves no user now. Other errors concern one user's data.
pub(crate) fn is_sick(error: &RedisError) -> bool {
    is_dead(error) || is_misplaced(error) || is_cut_off(error) || error.code() == Some("BUSY")
}
