//! The environment, which the program reads here alone.

/// A variable of the environment; an empty value counts as not set.
#[expect(clippy::disallowed_methods, reason = "a program's start-up reads the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
