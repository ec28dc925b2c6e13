//! A template as a whole: what is written in it, and the inputs that give its values.

use std::collections::HashMap;

use super::error::LoadError;
use super::inputs::Inputs;
use super::node::Node;
use super::value::Value;

/// Calls an intrinsic function of a template: at this depth of nested calls, by its name, with its argument, on
/// this line.
///
/// The template holds it as a value, because the functions look into the template again.
pub(super) type Functions = fn(&Template, u8, &str, &Node, usize) -> Result<Value, LoadError>;

/// A nested stack that is not read.
#[derive(Debug, Clone)]
pub(super) struct UnreadStack {
    /// Its logical id, behind those of its stacks.
    pub(super) path: String,
    /// The reason.
    pub(super) reason: String,
}

/// A parsed template and the inputs that give its values.
#[derive(Debug)]
pub struct Template {
    pub(super) file: String,
    pub(super) root: Node,
    pub(super) inputs: Inputs,
    /// Parameters whose values the parent stack could not resolve, with the errors.
    pub(super) unknown: HashMap<String, LoadError>,
    /// Empty, or the logical ids of the stacks around this one, each with a slash at its end.
    pub(super) prefix: String,
    /// The nested stacks whose templates are local files.
    pub(super) children: Vec<(String, Template)>,
    /// The nested stacks that are not read.
    pub(super) unread: Vec<UnreadStack>,
    /// Warnings for the user.
    pub(super) warnings: Vec<String>,
    /// Calls an intrinsic function.
    pub(super) functions: Functions,
}

impl Template {
    /// The warnings about this template and its nested stacks.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let nested = self.children.iter().flat_map(|(_, child)| child.warnings());
        self.warnings.iter().cloned().chain(nested).collect()
    }

    /// The nested stacks that are not read, each with the reason.
    #[must_use]
    pub fn unread_stacks(&self) -> Vec<String> {
        let own = self.unread.iter().map(|stack| format!("{} ({})", stack.path, stack.reason));
        own.chain(self.children.iter().flat_map(|(_, child)| child.unread_stacks())).collect()
    }

    /// The nested stack of this logical id.
    pub(super) fn child(&self, id: &str) -> Option<&Template> {
        self.children.iter().find(|(name, _)| name == id).map(|(_, child)| child)
    }

    /// An error on a line of this template.
    pub fn error(&self, line: usize, message: impl Into<String>) -> LoadError {
        LoadError::at(&self.file, line, message)
    }

    /// The entries of a top-level section.
    #[must_use]
    pub fn section(&self, name: &str) -> &[(String, Node)] {
        self.root.get(name).map_or(&[], Node::entries)
    }

    pub(super) fn entry(&self, section: &str, key: &str) -> Option<&Node> {
        self.section(section).iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    pub(super) fn global(&self, section: &str, property: &str) -> Option<&Node> {
        self.root.get("Globals")?.get(section)?.get(property)
    }
}
