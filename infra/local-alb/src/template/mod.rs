//! SAM and CloudFormation templates: what is written, and what it means for given parameters.
//!
//! Values are resolved only when something asks for them. So a template may hold constructs that mean
//! nothing here (another service's attributes, functions that this program does not know) as long as the
//! routing does not depend on them; and one that it does depend on is an error with its line.

mod arn;
mod error;
mod for_each;
mod function;
mod intrinsics;
mod nested;
mod node;
mod parameters;
mod resource;
mod samconfig;
mod value;
mod yaml;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub use error::LoadError;
pub use function::{FunctionSettings, Variable};
pub use intrinsics::Scope;
pub use node::{Kind, Node};
pub use resource::Resource;
pub use samconfig::SamConfig;
pub use value::{Data, Value};

/// What the command line says about a template.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `--parameter`: values of parameters and of pseudo parameters such as `AWS::Region`.
    pub parameters: HashMap<String, String>,
    /// `--import`: values for `Fn::ImportValue`, by the name of the export.
    pub imports: HashMap<String, String>,
    /// `--target` names. A parameter among them without a value of its own gets a made-up ARN.
    pub stand_ins: Vec<String>,
    /// Notes the files that are read.
    pub files: FilesRead,
}

/// The files that a template was read from, or that an attempt to read it looked for.
#[derive(Debug, Clone, Default)]
pub struct FilesRead(Arc<Mutex<BTreeSet<PathBuf>>>);

impl FilesRead {
    /// A file is about to be read.
    pub fn note(&self, file: &Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(file.to_owned());
    }

    /// All files so far.
    #[must_use]
    pub fn list(&self) -> BTreeSet<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A parsed template and the inputs that give its values.
#[derive(Debug)]
pub struct Template {
    file: String,
    root: Node,
    inputs: Inputs,
    /// Parameters whose values the parent could not tell, and why.
    unknown: HashMap<String, LoadError>,
    /// Empty, or the logical ids of the stacks that this one is nested in, with a slash behind each.
    prefix: String,
    /// The nested stacks whose templates are local.
    children: Vec<(String, Template)>,
    /// What a person should know.
    warnings: Vec<String>,
}

impl Template {
    /// Reads a template from a file.
    ///
    /// # Errors
    /// An unreadable file, malformed YAML or JSON, no `Resources`, or a parameter it does not declare.
    pub fn read(path: &Path, inputs: Inputs) -> Result<Self, LoadError> {
        inputs.files.note(path);
        let (file, text) = Self::text_of(path)?;
        Self::parse(&file, &text, inputs)
    }

    /// The names of the parameters that the template in a file declares. Nested stacks are not read.
    ///
    /// # Errors
    /// As [`Template::read`].
    pub fn parameter_names(path: &Path) -> Result<Vec<String>, LoadError> {
        let (file, text) = Self::text_of(path)?;
        let template = Self::declared(&file, &text, Inputs::default(), String::new())?;
        Ok(template.section("Parameters").iter().map(|(name, _)| name.clone()).collect())
    }

    fn text_of(path: &Path) -> Result<(String, String), LoadError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Ok((file, text)),
            Err(error) => Err(LoadError::of(file, format!("cannot be read: {error}"))),
        }
    }

    /// Parses a template; `file` is how errors call it, and where nested templates are looked for.
    ///
    /// # Errors
    /// As [`Template::read`], but for the file.
    pub fn parse(file: &str, text: &str, inputs: Inputs) -> Result<Self, LoadError> {
        let template = Self::declared(file, text, inputs, String::new())?;
        template.check_inputs()?;
        template.without_loops()?.with_children()
    }

    fn declared(file: &str, text: &str, inputs: Inputs, prefix: String) -> Result<Self, LoadError> {
        let root = yaml::parse(file, text)?;
        let template = Self {
            file: file.to_owned(),
            root,
            inputs,
            unknown: HashMap::new(),
            prefix,
            children: Vec::new(),
            warnings: Vec::new(),
        };
        if template.section("Resources").is_empty() {
            return Err(template.error(template.root.line, "the template has no Resources"));
        }
        Ok(template)
    }

    /// What a person should know about this template and those nested in it.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let nested = self.children.iter().flat_map(|(_, child)| child.warnings());
        self.warnings.iter().cloned().chain(nested).collect()
    }

    /// The nested stack of this logical id.
    fn child(&self, id: &str) -> Option<&Template> {
        self.children.iter().find(|(name, _)| name == id).map(|(_, child)| child)
    }

    /// An error on a line of this template.
    pub fn error(&self, line: usize, message: impl Into<String>) -> LoadError {
        LoadError::at(&self.file, line, message)
    }

    /// Resolves the intrinsic functions of a node.
    ///
    /// # Errors
    /// A function that is unknown or wrongly used, or a value that only AWS could know.
    pub fn resolve(&self, node: &Node) -> Result<Value, LoadError> {
        Scope::new(self).resolve(node)
    }

    /// Follows `Fn::If` to the node that it chooses, without resolving what is in there.
    ///
    /// # Errors
    /// A condition that cannot be evaluated.
    pub fn branch<'n>(&self, node: &'n Node) -> Result<&'n Node, LoadError> {
        Scope::new(self).branch(node)
    }

    /// The entries of a top-level section.
    #[must_use]
    pub fn section(&self, name: &str) -> &[(String, Node)] {
        self.root.get(name).map_or(&[], Node::entries)
    }

    fn entry(&self, section: &str, key: &str) -> Option<&Node> {
        self.section(section).iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    fn global(&self, section: &str, property: &str) -> Option<&Node> {
        self.root.get("Globals")?.get(section)?.get(property)
    }
}
