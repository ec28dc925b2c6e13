//! What the command line says about the routing.

/// What the command line says about the routing.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The names given by `--target`. A parameter among them holds the ARN of another stack's group.
    pub stand_ins: Vec<String>,
    /// `--allow-unauthenticated`.
    pub allow_unauthenticated: bool,
}
