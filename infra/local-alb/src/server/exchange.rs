//! A request and its answer: one line on stderr, and one in the access log.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use hyper::http::request::Parts;

use super::access_line;
use super::client::Client;
use super::guard::Refusal;
use super::logged_path::logged_path;
use super::record::Record;
use crate::system;

/// The record of a request, written when this is dropped: its answer has been sent then, or the client is gone.
///
/// The line on stderr has neither the query nor a segment of the path that looks like a token or an id: those are
/// personal data and credentials.
#[derive(Debug)]
pub(super) struct Exchange(Record);

impl Exchange {
    /// A request has arrived.
    pub(super) fn begin(client: &Arc<Client>, head: &Parts, refused: Option<Refusal>) -> Self {
        Self(Record::begin(client, head, refused))
    }
}

impl Deref for Exchange {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.0
    }
}

impl DerefMut for Exchange {
    fn deref_mut(&mut self) -> &mut Record {
        &mut self.0
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let milliseconds = self.0.began.elapsed().as_millis();
        let (method, path) = if self.0.malformed {
            ("-", "-".to_owned())
        } else {
            (self.0.method.as_str(), logged_path(self.0.uri.path()))
        };
        let rule = self.0.rule.as_ref().map_or("-", |(name, _)| name);
        let Record { target, status, .. } = &self.0;
        let trace = self.0.trace.as_ref().map_or_else(String::new, |id| format!(" trace={id}"));
        system::log(&format!("{method} {path} rule={rule} target={target} {status} {milliseconds}ms{trace}"));
        if let (Some(log), Some(details)) = (&self.0.client.balancer.access_log, &mut self.0.details) {
            // HTTP/1 connections know exactly what has come; of HTTP/2 only the head is counted.
            match self.0.client.gate.take_received() {
                0 => {}
                received => details.received = received,
            }
            log.write(access_line::line(&self.0));
        }
    }
}
