//! The parameters without a value that a node depends on, all at once.

use super::document::Template;
use super::node::{Kind, Node};

impl Template {
    /// The parameters that need a value before the node can be resolved, in the order of the file.
    #[must_use]
    pub fn missing_parameters(&self, node: &Node) -> Vec<String> {
        let mut missing = Vec::new();
        self.collect_missing(node, &mut missing);
        missing
    }

    fn collect_missing(&self, node: &Node, missing: &mut Vec<String>) {
        // Only the chosen branch counts.
        let Ok(node) = self.branch(node) else { return };
        match &node.kind {
            Kind::Null | Kind::Text(_) => {}
            Kind::List(items) => items.iter().for_each(|item| self.collect_missing(item, missing)),
            Kind::Map(entries) => entries.iter().for_each(|(_, node)| self.collect_missing(node, missing)),
            Kind::Call(_, argument) => {
                if let Err(error) = self.resolve(node)
                    && let Some(parameter) = error.missing_parameter()
                    && !missing.iter().any(|name| name == parameter)
                {
                    missing.push(parameter.to_owned());
                }
                self.collect_missing(argument, missing);
            }
        }
    }
}
