//! The functions that can be invoked, by all of their names.

use crate::lambda::Function;

/// A function that the Invoke API offers.
#[derive(Debug, Clone)]
pub struct Invocable {
    /// The function's name: `FunctionName`, or the logical id.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The function.
    pub function: Function,
}

/// All functions that the Invoke API offers.
#[derive(Debug, Default)]
pub struct Invocables(Vec<Invocable>);

impl Invocables {
    /// These functions.
    #[must_use]
    pub fn new(functions: Vec<Invocable>) -> Self {
        Self(functions)
    }

    /// The function with a name, a logical id, an ARN, or an ARN without its beginning (`ACCOUNT:function:NAME`).
    pub(super) fn find(&self, name: &str) -> Option<&Invocable> {
        let partial = |found: &&Invocable| {
            name.contains(':') && found.arn.strip_suffix(name).is_some_and(|rest| rest.ends_with(':'))
        };
        let exact =
            |found: &&Invocable| [&found.name, &found.arn, &found.function.id].contains(&&name.to_owned());
        self.0.iter().find(exact).or_else(|| self.0.iter().find(partial))
    }
}
