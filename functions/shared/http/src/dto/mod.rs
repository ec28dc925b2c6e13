//! What travels: parameters in, documents out.

pub mod allocation_request;
pub mod allocation_response;
mod fields;
mod json_body;
pub mod links;
pub mod parameters;
mod values;
