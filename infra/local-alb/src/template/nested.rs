//! Nested stacks whose templates are local files.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html>.
//! Before `sam package` uploads them, `TemplateURL` and `Location` are paths, relative to the template that has
//! them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::document::{Template, UnreadStack};
use super::error::LoadError;
use super::inputs::Inputs;
use super::node::{Kind, Node};
use super::outputs::KINDS;
use super::resource::Resource;
use super::value::{Data, Value};

/// The deepest nesting: a deeper one is most likely a template that nests itself.
const DEPTH_MAX: usize = 10;

/// A nested stack that has not been read.
struct Pending {
    id: String,
    line: usize,
    file: PathBuf,
    parameters: Option<Node>,
}

impl Template {
    /// Reads the nested stacks, each after those whose outputs are among its parameters.
    pub(super) fn with_children(mut self) -> Result<Self, LoadError> {
        let mut pending = self.pending()?;
        while !pending.is_empty() {
            let ids: Vec<String> = pending.iter().map(|stack| stack.id.clone()).collect();
            let waits = |stack: &Pending| {
                let parameters = stack.parameters.as_ref();
                parameters.is_some_and(|node| ids.iter().any(|id| *id != stack.id && mentions(node, id)))
            };
            // If all wait for each other, the first is read: its parameters are errors where they are used.
            let next = pending.iter().position(|stack| !waits(stack)).unwrap_or(0);
            let stack = pending.remove(next);
            let child = self.read_child(&stack)?;
            self.children.push((stack.id, child));
        }
        Ok(self)
    }

    fn pending(&mut self) -> Result<Vec<Pending>, LoadError> {
        let mut pending = Vec::new();
        let mut unread = Vec::new();
        for (kind, property) in KINDS {
            for resource in self.resources_of(kind)? {
                let file = match self.local_file(&resource, property) {
                    Ok(file) => file,
                    Err(reason) => {
                        unread.push(UnreadStack { path: resource.path(), reason });
                        continue;
                    }
                };
                let directory = Path::new(&self.file).parent().unwrap_or(Path::new(""));
                pending.push(Pending {
                    id: resource.id.to_owned(),
                    line: resource.property(property).map_or(resource.node.line, |node| node.line),
                    file: directory.join(file),
                    parameters: resource.property("Parameters").cloned(),
                });
            }
        }
        let warning = |UnreadStack { path, reason }: &UnreadStack| {
            format!("nested stack {path} has no local template ({reason}): its resources are not read")
        };
        self.warnings.extend(unread.iter().map(warning));
        self.unread = unread;
        Ok(pending)
    }

    /// The local template of a nested stack, or the reason for which there is none. The CDK uploads its templates and
    /// notes the files in `Metadata`, from where `sam` takes them too.
    fn local_file(&self, stack: &Resource<'_>, property: &str) -> Result<String, String> {
        let metadata = |key: &str| stack.node.get("Metadata")?.get(key)?.text();
        let is_asset = metadata("aws:asset:property").is_none_or(|asset| asset == property);
        let asset = metadata("aws:asset:path").filter(|_| is_asset);
        let value = match stack.property(property).map(|node| self.resolve(node)) {
            Some(Ok(value)) => value,
            Some(Err(_)) if asset.is_some() => return Ok(asset.unwrap_or_default().to_owned()),
            Some(Err(error)) => return Err(format!("{property}: {error}")),
            None => return Err(format!("it has no {property}")),
        };
        match (value.text(), asset) {
            (Some(text), _) if !text.contains("://") => Ok(text.to_owned()),
            (_, Some(asset)) => Ok(asset.to_owned()),
            (Some(text), None) if is_packaged(text) => Err(format!(
                "{property} is {text}, an upload of `package`: pass the template that was packaged"
            )),
            (Some(text), None) => Err(format!("{property} is {text}")),
            (None, None) if value.get("ApplicationId").is_some() => {
                Err(format!("{property} is an application of the Serverless Application Repository"))
            }
            (None, None) => Err(format!("{property} is not text")),
        }
    }

    fn read_child(&self, stack: &Pending) -> Result<Self, LoadError> {
        let prefix = format!("{}{}/", self.prefix, stack.id);
        if prefix.matches('/').count() > DEPTH_MAX {
            return Err(self.error(stack.line, "stacks are nested more than 10 deep: does one nest itself?"));
        }
        let file = stack.file.display().to_string();
        self.inputs.files.note(&stack.file);
        let text = std::fs::read_to_string(&stack.file)
            .map_err(|error| self.error(stack.line, format!("{file} cannot be read: {error}")))?;
        let mut inputs = Inputs {
            imports: self.inputs.imports.clone(),
            attributes: self.inputs.attributes.clone(),
            exports: self.inputs.exports.clone(),
            files: self.inputs.files.clone(),
            ..Inputs::default()
        };
        let pseudo = self.inputs.parameters.iter().filter(|(name, _)| name.starts_with("AWS::"));
        inputs.parameters.extend(pseudo.map(|(name, value)| (name.clone(), value.clone())));
        let name = format!("{}-{}", self.pseudo_parameter("AWS::StackName"), stack.id);
        inputs.parameters.insert("AWS::StackName".to_owned(), name);
        let mut unknown = HashMap::new();
        let given = stack.parameters.as_ref().map(|node| self.branch(node)).transpose()?;
        let mut lines = Vec::new();
        for (name, node) in given.map_or(&[][..], Node::entries) {
            lines.push((name, node.line));
            match self.resolve(node).and_then(|value| self.passed(&value)) {
                Ok(Some(text)) => drop(inputs.parameters.insert(name.clone(), text)),
                Ok(None) => {}
                // It is an error only where the parameter is used.
                Err(error) => drop(unknown.insert(name.clone(), error)),
            }
        }
        let child = Self::declared(&file, &text, inputs, prefix)?;
        if let Some((name, line)) = lines.into_iter().find(|(name, _)| !child.has_parameter(name)) {
            return Err(self.error(line, format!("{file} declares no parameter {name}")));
        }
        Self { unknown, ..child }.without_loops()?.with_children()
    }

    /// A parameter is passed as text, a list with commas between its items.
    fn passed(&self, value: &Value) -> Result<Option<String>, LoadError> {
        let texts = value.items().iter().map(Value::text).collect::<Option<Vec<_>>>();
        match (&value.data, texts) {
            (Data::Null, _) => Ok(None),
            (Data::Text(_) | Data::List(_), Some(texts)) => Ok(Some(texts.join(","))),
            _ => Err(self.error(value.line, "a parameter of a nested stack must be text or a list of texts")),
        }
    }
}

/// Whether `aws cloudformation package` or `sam package` made the URL: both name an upload by its MD5 hash.
fn is_packaged(url: &str) -> bool {
    let file = url.rsplit('/').next().and_then(|file| file.strip_suffix(".template"));
    file.is_some_and(|hash| hash.len() == 32 && hash.chars().all(|digit| digit.is_ascii_hexdigit()))
}

/// Whether a node may use an output of the stack.
fn mentions(node: &Node, id: &str) -> bool {
    match &node.kind {
        Kind::Null => false,
        Kind::Text(text) => text == id || text.contains(&format!("{id}.Outputs.")),
        Kind::List(items) => items.iter().any(|item| mentions(item, id)),
        Kind::Map(entries) => entries.iter().any(|(_, node)| mentions(node, id)),
        Kind::Call(_, argument) => mentions(argument, id),
    }
}
