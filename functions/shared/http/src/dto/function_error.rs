//! The error of a function that is invoked.

use serde::Serialize;

/// An error of a function, as Lambda hands it to its caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionError {
    /// What kind of error it is, for programs: `BadInvocation`, `StoreUnavailable`; of the compiler also
    /// `UnknownVersion`, `TornVersion`; of roll-ups also `DamagedRollUps`, `UnreadableTerms`, `LeaseLost`.
    pub error_type: &'static str,
    /// What is wrong, and what to do.
    pub error_message: String,
}
