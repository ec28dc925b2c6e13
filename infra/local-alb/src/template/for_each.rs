//! `Fn::ForEach`: a piece of the template for each value of a list.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>.
//!
//! Loops are expanded before the template is used. A loop among the resources may make rules, so it must be expanded. A
//! loop elsewhere whose list only AWS knows stays, and is an error when the value around it is resolved.

use super::document::Template;
use super::error::LoadError;
use super::node::{Kind, LOOP, Node};
use super::scope::Scope;
use super::value::Data;

const TRANSFORM: &str = "AWS::LanguageExtensions";
/// The most nodes that loops make: nested loops multiply.
const NODES_MAX: usize = 200_000;
/// `CloudFormation` takes loops five deep.
const DEPTH_MAX: u8 = 5;

/// The state of the expansion.
struct Writer<'t> {
    template: &'t Template,
    nodes: usize,
}

impl Template {
    /// The template with its loops expanded.
    pub(super) fn without_loops(mut self) -> Result<Self, LoadError> {
        if !loops(&self.root) {
            return Ok(self);
        }
        let mut writer = Writer { template: &self, nodes: 0 };
        let mut root = self.root.clone();
        if let Kind::Map(sections) = &mut root.kind {
            for (name, section) in sections {
                match name.as_str() {
                    "Resources" => *section = writer.resources(section)?,
                    "Conditions" | "Outputs" => *section = writer.inside(section, 0),
                    _ => {}
                }
            }
        }
        self.root = root;
        Ok(self)
    }

    /// Whether the template has the transform for loops.
    fn may_loop(&self) -> bool {
        let transform = self.root.get("Transform");
        let is = |node: &Node| node.text() == Some(TRANSFORM);
        transform.is_some_and(|node| is(node) || node.items().is_some_and(|items| items.iter().any(is)))
    }
}

impl Writer<'_> {
    fn resources(&mut self, section: &Node) -> Result<Node, LoadError> {
        let mut written = Vec::new();
        for (key, node) in section.entries() {
            let Some(name) = key.strip_prefix(LOOP) else {
                written.push((key.clone(), self.inside(node, 0)));
                continue;
            };
            for (id, node) in self.write_out(name, node, 1)? {
                if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    let message = format!(
                        "{LOOP}{name}: {id} is not a logical id: write &{{...}} in place of ${{...}}, which keeps letters and digits only"
                    );
                    return Err(self.template.error(node.line, message));
                }
                written.push((id, node));
            }
        }
        if let Some(index) = (1..written.len()).find(|index| has(&written[..*index], &written[*index].0)) {
            let (id, node) = &written[index];
            return Err(self.template.error(node.line, format!("{id} is given twice")));
        }
        Ok(Node { line: section.line, kind: Kind::Map(written) })
    }

    /// A node with its loops expanded, as far as their lists are known.
    fn inside(&mut self, node: &Node, depth: u8) -> Node {
        let kind = match &node.kind {
            Kind::List(items) => Kind::List(items.iter().map(|item| self.inside(item, depth)).collect()),
            Kind::Call(name, argument) => Kind::Call(name.clone(), Box::new(self.inside(argument, depth))),
            Kind::Map(entries) => {
                let mut written: Vec<(String, Node)> = Vec::new();
                for (key, node) in entries {
                    let entries = key.strip_prefix(LOOP).map(|name| self.write_out(name, node, depth + 1));
                    match entries {
                        Some(Ok(entries)) if !entries.iter().any(|(key, _)| has(&written, key)) => {
                            written.extend(entries);
                        }
                        _ => written.push((key.clone(), self.inside(node, depth))),
                    }
                }
                Kind::Map(written)
            }
            kind => kind.clone(),
        };
        Node { line: node.line, kind }
    }

    /// The entries that a loop makes.
    fn write_out(
        &mut self,
        name: &str,
        argument: &Node,
        depth: u8,
    ) -> Result<Vec<(String, Node)>, LoadError> {
        let wrong = |line, problem: &str| self.template.error(line, format!("{LOOP}{name}: {problem}"));
        if !self.template.may_loop() {
            return Err(wrong(argument.line, "the template must have the transform AWS::LanguageExtensions"));
        }
        if depth > DEPTH_MAX {
            return Err(wrong(argument.line, "loops are nested more than five deep"));
        }
        let Some([identifier, list, body]) = argument.items() else {
            return Err(wrong(argument.line, "it takes an identifier, a list and a part of the template"));
        };
        let identifier =
            identifier.text().ok_or_else(|| wrong(identifier.line, "its identifier must be text"))?;
        let list = Scope::new(self.template).resolve(list)?;
        let Data::List(values) = &list.data else {
            return Err(wrong(list.line, "it goes through a list"));
        };
        let mut written: Vec<(String, Node)> = Vec::new();
        for value in values {
            let value = value.text().ok_or_else(|| wrong(value.line, "its list must be one of texts"))?;
            let body = put(body, identifier, value);
            self.nodes += body.count();
            if self.nodes > NODES_MAX {
                return Err(wrong(argument.line, "it makes more than 200000 nodes"));
            }
            for (key, node) in body.entries() {
                let entries = match key.strip_prefix(LOOP) {
                    Some(inner) => self.write_out(inner, node, depth + 1)?,
                    None => vec![(key.clone(), self.inside(node, depth))],
                };
                if let Some((key, _)) = entries.iter().find(|(key, _)| has(&written, key)) {
                    return Err(wrong(
                        argument.line,
                        &format!("{key} is made twice: is ${{{identifier}}} in it?"),
                    ));
                }
                written.extend(entries);
            }
        }
        Ok(written)
    }
}

fn loops(node: &Node) -> bool {
    match &node.kind {
        Kind::Null | Kind::Text(_) => false,
        Kind::List(items) => items.iter().any(loops),
        Kind::Map(entries) => entries.iter().any(|(key, node)| key.starts_with(LOOP) || loops(node)),
        Kind::Call(_, argument) => loops(argument),
    }
}

fn has(entries: &[(String, Node)], key: &str) -> bool {
    entries.iter().any(|(name, _)| name == key)
}

/// A part of the template with a value in place of the identifier.
fn put(node: &Node, identifier: &str, value: &str) -> Node {
    let text = |text: &str| {
        let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        text.replace(&format!("${{{identifier}}}"), value).replace(&format!("&{{{identifier}}}"), &plain)
    };
    let kind = match &node.kind {
        Kind::Null => Kind::Null,
        Kind::Text(source) => Kind::Text(text(source)),
        Kind::List(items) => Kind::List(items.iter().map(|item| put(item, identifier, value)).collect()),
        Kind::Map(entries) => {
            Kind::Map(entries.iter().map(|(key, node)| (text(key), put(node, identifier, value))).collect())
        }
        Kind::Call(name, argument) if name == "Ref" && argument.text() == Some(identifier) => {
            Kind::Text(value.to_owned())
        }
        Kind::Call(name, argument) => Kind::Call(name.clone(), Box::new(put(argument, identifier, value))),
    };
    Node { line: node.line, kind }
}
