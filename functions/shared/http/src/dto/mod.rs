//! What travels: parameters in, documents out.

pub mod allocation_request;
pub mod allocation_response;
pub(crate) mod definitions;
mod fields;
mod json_body;
pub(crate) mod kinds;
pub mod links;
pub mod parameters;
mod values;
