//! What travels: the parameters of requests and the documents of answers.

pub mod allocation_request;
pub mod allocation_response;
pub mod compilation;
pub mod definitions;
mod draft;
pub mod event_batch;
mod fields;
pub(crate) mod inspection;
pub(crate) mod inspection_answer;
mod json_body;
mod json_writer;
pub mod links;
pub(crate) mod pacing;
pub mod parameters;
mod readers;
mod reading;
pub(crate) mod reported_event;
