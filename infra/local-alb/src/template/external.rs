//! Values of other stacks: imports, and attributes that only AWS knows.

use super::arn;
use super::document::Template;
use super::value::Value;

impl Template {
    /// The value of an export: that of `--import`, or of a nested stack. A name of `--target` or `--listener` needs none.
    pub(super) fn import(&self, name: &str) -> Option<String> {
        let given = self.inputs.imports.get(name).or_else(|| self.inputs.exports.get(name));
        given.cloned().or_else(|| self.stand_in(name))
    }

    /// The value of an attribute that an option gives.
    pub(super) fn given_attribute(&self, id: &str, attribute: &str) -> Option<String> {
        let name = format!("{}{id}.{attribute}", self.prefix);
        self.inputs.attributes.get(&name).cloned().or_else(|| self.stand_in(&name))
    }

    /// The generated ARN of a name of `--target` or `--listener`.
    pub(super) fn stand_in(&self, name: &str) -> Option<String> {
        let is_one = self.inputs.stand_ins.iter().any(|stand_in| stand_in == name);
        is_one.then(|| arn::target_group(self, name, name))
    }

    /// The ARN of another stack's target group: the value of the parameter, the export or the attribute of this name, the
    /// name itself if it is an ARN, else a generated one.
    #[must_use]
    pub fn external_group(&self, name: &str) -> String {
        let parameter = self.parameter(name, 1).and_then(Result::ok);
        let parameter = parameter.as_ref().and_then(Value::text).filter(|text| !text.is_empty());
        let given = || self.inputs.imports.get(name).or_else(|| self.inputs.attributes.get(name));
        match parameter.or_else(|| given().map(String::as_str)) {
            Some(arn) => arn.to_owned(),
            None if name.starts_with("arn:") => name.to_owned(),
            None => arn::target_group(self, name, name),
        }
    }

    /// The parameter, the export or the attribute that holds this ARN of another stack.
    #[must_use]
    pub fn holder_of(&self, arn: &str) -> Option<String> {
        if let Some(parameter) = self.parameter_with(arn) {
            return Some(parameter.to_owned());
        }
        let given = self.inputs.imports.iter().chain(&self.inputs.attributes);
        let mut names: Vec<&String> =
            given.filter(|(_, value)| *value == arn).map(|(name, _)| name).collect();
        let stand_ins = self.inputs.stand_ins.iter();
        names.extend(stand_ins.filter(|name| self.stand_in(name).as_deref() == Some(arn)));
        names.into_iter().min().cloned()
    }
}
