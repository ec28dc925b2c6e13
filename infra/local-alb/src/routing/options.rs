//! What the command line says about the routing.

/// What the command line says about the routing.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The names given by `--target`, of which one may be the parameter that holds an external group's ARN.
    pub stand_ins: Vec<String>,
    /// `--allow-unauthenticated`.
    pub allow_unauthenticated: bool,
}
