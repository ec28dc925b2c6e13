//! From the text of a template to a [`Template`] whose loops and nested stacks are still as they were written.

use std::collections::HashMap;

use super::document::Template;
use super::error::LoadError;
use super::inputs::Inputs;
use super::{foreign, intrinsics, yaml};

impl Template {
    pub(super) fn declared(
        file: &str,
        text: &str,
        inputs: Inputs,
        prefix: String,
    ) -> Result<Self, LoadError> {
        let yaml::Document { root, warnings } = yaml::parse(file, text)?;
        let template = Self {
            file: file.to_owned(),
            root,
            inputs,
            unknown: HashMap::new(),
            prefix,
            children: Vec::new(),
            unread: Vec::new(),
            warnings,
            functions: intrinsics::call,
        };
        if template.section("Resources").is_empty() {
            let message = foreign::of_document(&template.root).unwrap_or("the template has no Resources");
            return Err(template.error(template.root.line, message));
        }
        template.check_constraints()?;
        Ok(template)
    }
}
