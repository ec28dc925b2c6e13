//! The load balancer's invocation payload.

mod maps;
mod payload;

pub(crate) use payload::AlbPayload;
