//! What travels: the parameters of requests and the documents of answers.

pub mod allocation_request;
pub mod allocation_response;
pub mod definitions;
mod draft;
pub mod event_batch;
mod fields;
pub(crate) mod function_error;
mod json_body;
pub mod json_writer;
pub mod links;
pub mod parameters;
mod readers;
mod reading;
pub(crate) mod reported_event;
