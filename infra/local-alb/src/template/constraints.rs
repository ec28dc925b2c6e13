//! The constraints of parameters: `AllowedValues`, `AllowedPattern`, lengths, ranges and numbers.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>.

use regex::Regex;

use super::document::Template;
use super::error::LoadError;
use super::node::Node;

impl Template {
    /// Checks the value of each parameter, also a default, as `CloudFormation` does.
    ///
    /// # Errors
    /// A value that `CloudFormation` refuses.
    pub(super) fn check_constraints(&self) -> Result<(), LoadError> {
        for (name, declaration) in self.section("Parameters") {
            // The constraints of such a parameter are for the name in Parameter Store, and options give the value.
            if declaration.get("Type").and_then(Node::text).is_some_and(|kind| kind.starts_with("AWS::SSM::"))
            {
                continue;
            }
            let default = declaration.get("Default").and_then(Node::text);
            let Some(value) = self.inputs.parameters.get(name).map(String::as_str).or(default) else {
                continue;
            };
            if let Some(problem) = problem(declaration, value) {
                let message = format!("parameter {name} cannot be \"{value}\": {problem}");
                return Err(self.error(declaration.line, message));
            }
        }
        Ok(())
    }
}

/// The constraint that a value breaks.
fn problem(declaration: &Node, value: &str) -> Option<String> {
    let kind = declaration.get("Type").and_then(Node::text).unwrap_or("String");
    let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
    let items: Vec<&str> = if is_list { value.split(',').map(str::trim).collect() } else { vec![value] };
    items.into_iter().find_map(|item| problem_of_item(declaration, kind, item))
}

fn problem_of_item(declaration: &Node, kind: &str, item: &str) -> Option<String> {
    let number = item.parse::<f64>().ok();
    if matches!(kind, "Number" | "List<Number>") && number.is_none() {
        return Some("it must be a number".to_owned());
    }
    if let Some(allowed) = declaration.get("AllowedValues").and_then(Node::items) {
        let allowed: Vec<&str> = allowed.iter().map(|node| node.text().unwrap_or_default()).collect();
        if !allowed.contains(&item) {
            return Some(format!("AllowedValues are {}", allowed.join(", ")));
        }
    }
    if let Some(pattern) = declaration.get("AllowedPattern").and_then(Node::text) {
        // AWS's patterns are those of Java. One that this crate does not know is not checked.
        let whole = Regex::new(&format!("^(?:{pattern})$"));
        if whole.is_ok_and(|whole| !whole.is_match(item)) {
            return Some(format!("AllowedPattern is {pattern}"));
        }
    }
    let limit =
        |key: &str| declaration.get(key).and_then(Node::text).and_then(|text| text.parse::<f64>().ok());
    let length = f64::from(u32::try_from(item.chars().count()).unwrap_or(u32::MAX));
    let checks = [
        ("MinLength", Some(length), false),
        ("MaxLength", Some(length), true),
        ("MinValue", number, false),
        ("MaxValue", number, true),
    ];
    checks.into_iter().find_map(|(key, measured, is_maximum)| {
        let (limit, measured) = (limit(key)?, measured?);
        let is_broken = if is_maximum { measured > limit } else { measured < limit };
        is_broken.then(|| format!("{key} is {limit}"))
    })
}
