//! Conditions: which resources exist, and which branch an `Fn::If` takes.

use super::document::Template;
use super::error::LoadError;
use super::intrinsics::logic;
use super::node::Node;
use super::scope::Scope;

impl Template {
    /// Follows `Fn::If` to the node that it chooses, without resolving what is in there.
    ///
    /// # Errors
    /// A condition that cannot be evaluated.
    pub fn branch<'n>(&self, node: &'n Node) -> Result<&'n Node, LoadError> {
        logic::branch(Scope::new(self), node)
    }

    /// Whether the condition of a declaration holds, if it has one.
    pub(super) fn exists(&self, node: &Node) -> Result<bool, LoadError> {
        match node.get("Condition") {
            Some(name) => logic::named(Scope::new(self), name),
            None => Ok(true),
        }
    }
}
