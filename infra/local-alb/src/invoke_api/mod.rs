//! Lambda's Invoke API for the functions of the template, as SDKs and `aws lambda invoke` speak it.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>.

mod asynchronous;
mod call;
mod failure;
mod invocables;
mod listener;
mod service;

pub use invocables::{Invocable, Invocables};
pub use listener::serve;
