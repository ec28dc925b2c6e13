//! Parameters, as they are declared and given.

use super::arn;
use super::document::Template;
use super::error::LoadError;
use super::node::Node;
use super::pseudo_parameters::pseudo;
use super::value::{Data, Value};

impl Template {
    /// Whether the template declares the parameter.
    #[must_use]
    pub fn has_parameter(&self, name: &str) -> bool {
        self.entry("Parameters", name).is_some()
    }

    /// Refuses inputs for parameters that the template does not declare.
    pub(super) fn check_inputs(&self) -> Result<(), LoadError> {
        for name in self.inputs.parameters.keys() {
            if !self.has_parameter(name) && pseudo(name).is_none() {
                let message = format!("the template {} declares no such parameter", self.file);
                return Err(LoadError::of(format!("--parameter {name}"), message));
            }
        }
        Ok(())
    }

    /// The value of a parameter, `None` if there is no parameter of that name.
    pub(super) fn parameter(&self, name: &str, line: usize) -> Option<Result<Value, LoadError>> {
        if let Some(text) = self.inputs.parameters.get(name) {
            return Some(Ok(self.typed(name, text, line)));
        }
        if let Some(error) = self.unknown.get(name) {
            return Some(Err(error.clone()));
        }
        if name == "AWS::StackId" {
            let stack = self.pseudo_parameter("AWS::StackName");
            return Some(Ok(Value::text_at(line, arn::stack(self, &stack))));
        }
        if name == "AWS::NotificationARNs" {
            return Some(Ok(Value { line, data: Data::List(Vec::new()) }));
        }
        if let Some(text) = pseudo(name) {
            return Some(Ok(Value::text_at(line, text)));
        }
        let declaration = self.entry("Parameters", name)?;
        Some(self.default_of(name, declaration, line))
    }

    fn default_of(&self, name: &str, declaration: &Node, line: usize) -> Result<Value, LoadError> {
        // The default of such a parameter is a name in Parameter Store, not the value.
        let kind = declaration.get("Type").and_then(Node::text).unwrap_or("String");
        let default = declaration.get("Default").filter(|_| !kind.starts_with("AWS::SSM::Parameter::Value"));
        if let Some(text) = default.and_then(Node::text) {
            return Ok(self.typed(name, text, line));
        }
        if let Some(arn) = self.stand_in(name) {
            return Ok(Value::text_at(line, arn));
        }
        let message = format!("parameter {name} has no value: pass --parameter {name}=VALUE");
        Err(self.error(line, message).for_parameter(name))
    }

    /// A parameter of a list type is a list.
    fn typed(&self, name: &str, text: &str, line: usize) -> Value {
        let kind = self.entry("Parameters", name).and_then(|node| node.get("Type")).and_then(Node::text);
        if kind.is_some_and(|kind| kind == "CommaDelimitedList" || kind.contains("List<")) {
            let items = text.split(',').map(|item| Value::text_at(line, item.trim())).collect();
            return Value { line, data: Data::List(items) };
        }
        Value::text_at(line, text)
    }

    /// The parameter (of this template, not of a nested one) that has this value.
    #[must_use]
    pub fn parameter_with(&self, value: &str) -> Option<&str> {
        let names = self.section("Parameters").iter().map(|(name, _)| name.as_str());
        names.into_iter().find(|name| self.reference(name).is_ok_and(|own| own == value))
    }
}
