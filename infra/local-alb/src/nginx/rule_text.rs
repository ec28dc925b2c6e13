//! What a rule adds to the configuration.

/// What a rule adds to the configuration.
#[derive(Debug, Default)]
pub(super) struct RuleText {
    /// Maps and the like, outside of the server.
    pub(super) blocks: String,
    /// Locations of the server.
    pub(super) locations: String,
    /// The location of the rule, where it is not simply its name: a variable.
    pub(super) choice: Option<String>,
}
