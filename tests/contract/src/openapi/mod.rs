//! The OpenAPI 3.1 document of everything that the functions answer, from the same table that their parser
//! reads.

mod document;
mod events;
mod headers;
mod operations;
mod parameters;

pub use document::document;
