//! Lambda targets: the invocation payload, the invocation, the response.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>.

pub mod environment;
mod error;
mod function;
mod invoke_url;
pub mod payload;
pub mod response;

pub use error::InvokeError;
pub use function::{Backend, Function, new_request_id};
pub use invoke_url::InvokeUrl;
pub use payload::PAYLOAD_MAX;
