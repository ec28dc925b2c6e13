//! The conditions of a rule, a file per field.

mod comparison;
mod host_header;
mod http_header;
mod http_request_method;
mod kinds;
mod matcher;
mod path_pattern;
mod query_string;
mod source_ip;
mod values;

pub use kinds::Condition;
pub use matcher::Matcher;
pub use query_string::Parameter;
