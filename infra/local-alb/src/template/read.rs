//! The ways to read a template.

use std::path::Path;

use super::document::Template;
use super::error::LoadError;
use super::foreign;
use super::inputs::Inputs;

/// The most readings of a tree of stacks: each finds the exports that depend on those of the reading before.
const ROUNDS_MAX: usize = 5;

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
        if let Some(advice) = foreign::of_source(path) {
            return Err(LoadError::of(file, advice));
        }
        match std::fs::read_to_string(path) {
            Ok(text) => Ok((file, text)),
            Err(error) => Err(LoadError::of(file, format!("cannot be read: {error}"))),
        }
    }

    /// Parses a template. `file` is its name in errors; nested templates are relative to it.
    ///
    /// # Errors
    /// As [`Template::read`], but for the file.
    pub fn parse(file: &str, text: &str, inputs: Inputs) -> Result<Self, LoadError> {
        let mut inputs = inputs;
        let mut rounds = 0;
        loop {
            let template = Self::declared(file, text, inputs.clone(), String::new())?;
            template.check_inputs()?;
            let template = template.without_loops()?.with_children()?;
            let exports = template.nested_exports();
            rounds += 1;
            if exports == inputs.exports || rounds == ROUNDS_MAX {
                return Ok(template);
            }
            // A nested stack may import what a later one exports.
            inputs.exports = exports;
        }
    }
}
