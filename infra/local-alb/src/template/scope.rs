//! The resolution of a node: what its intrinsic functions make of it.

use super::document::Template;
use super::error::LoadError;
use super::node::{self, Kind, Node};
use super::value::{Data, Value};

/// The most nested calls: a condition that refers to itself would never end.
const DEPTH_MAX: u8 = 64;

/// The template that values come from, and how deep the resolution is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'t> {
    pub(super) template: &'t Template,
    pub(super) depth: u8,
}

impl<'t> Scope<'t> {
    pub(super) fn new(template: &'t Template) -> Self {
        Self { template, depth: 0 }
    }

    /// The value of a node, with everything in it resolved.
    ///
    /// # Errors
    /// A function that is unknown or wrongly used, or a value that only AWS could know.
    pub(super) fn resolve(self, node: &Node) -> Result<Value, LoadError> {
        let scope = self.deeper(node.line)?;
        let data = match &node.kind {
            Kind::Null => Data::Null,
            Kind::Text(text) => Data::Text(text.clone()),
            Kind::List(items) => Data::List(scope.list(items)?),
            Kind::Map(entries) => scope.map(entries)?,
            Kind::Call(name, argument) => {
                return (scope.template.functions)(scope.template, scope.depth, name, argument, node.line);
            }
        };
        Ok(Value { line: node.line, data })
    }

    pub(super) fn deeper(self, line: usize) -> Result<Self, LoadError> {
        if self.depth >= DEPTH_MAX {
            return Err(self.error(line, "this refers to itself, or is nested more than 64 deep"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    pub(super) fn error(self, line: usize, message: impl Into<String>) -> LoadError {
        self.template.error(line, message)
    }

    fn list(self, items: &[Node]) -> Result<Vec<Value>, LoadError> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.resolve(item)?;
            if value.data != Data::Null {
                values.push(value);
            }
        }
        Ok(values)
    }

    fn map(self, entries: &[(String, Node)]) -> Result<Data, LoadError> {
        let mut values = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            if key.starts_with(node::LOOP) {
                let problem = format!(
                    "{key} cannot be expanded here: its list must be known, and the template needs the transform AWS::LanguageExtensions"
                );
                return Err(self.error(node.line, problem));
            }
            let value = self.resolve(node)?;
            if value.data != Data::Null {
                values.push((key.clone(), value));
            }
        }
        Ok(Data::Map(values))
    }

    /// The arguments of a function that takes a list of a certain length.
    pub(super) fn arguments<'n>(
        self,
        name: &str,
        argument: &'n Node,
        count: std::ops::RangeInclusive<usize>,
    ) -> Result<&'n [Node], LoadError> {
        match argument.items() {
            Some(items) if count.contains(&items.len()) => Ok(items),
            _ => {
                let (least, most) = (count.start(), count.end());
                let or_more = if least == most { String::new() } else { format!(" to {most}") };
                Err(self.error(argument.line, format!("{name} takes a list of {least}{or_more} values")))
            }
        }
    }

    /// A node's value, which must be text.
    pub(super) fn text(self, name: &str, node: &Node) -> Result<String, LoadError> {
        let value = self.resolve(node)?;
        match value.data {
            Data::Text(text) => Ok(text),
            _ => Err(self.error(node.line, format!("{name} needs text here"))),
        }
    }
}

impl Template {
    /// Resolves the intrinsic functions of a node.
    ///
    /// # Errors
    /// A function that is unknown or wrongly used, or a value that only AWS could know.
    pub fn resolve(&self, node: &Node) -> Result<Value, LoadError> {
        Scope::new(self).resolve(node)
    }
}
