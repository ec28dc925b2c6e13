//! The settings of a function, with SAM's Globals merged in.
//!
//! Source: <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>:
//! a function's own value wins, mappings are merged.

use std::time::Duration;

use super::arn;
use super::document::Template;
use super::error::LoadError;
use super::node::Node;
use super::resource::Resource;
use super::value::{Data, Value};

const SERVERLESS: &str = "AWS::Serverless::Function";
const PLAIN: &str = "AWS::Lambda::Function";

/// The settings of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionSettings {
    /// The logical id, with those of its nested stacks in front: `Shop/BookFunction`.
    pub id: String,
    /// The function's name: `FunctionName`, or the logical id.
    pub name: String,
    /// The generated ARN.
    pub arn: String,
    /// How long one invocation may take; 3 s unless the template says otherwise.
    pub timeout: Duration,
    /// Megabytes that an environment may use; 128 unless the template says otherwise.
    pub memory_mb: u32,
    /// The handler; `bootstrap` unless the template says otherwise.
    pub handler: String,
    /// `ReservedConcurrentExecutions`, beyond which the function is throttled.
    pub reserved_concurrency: Option<usize>,
    /// `LoggingConfig.LogFormat`, where the template has it.
    pub log_format: Option<String>,
    /// `LoggingConfig.ApplicationLogLevel`, where the template has it.
    pub log_level: Option<String>,
    /// `LoggingConfig.SystemLogLevel`, where the template has it.
    pub system_log_level: Option<String>,
    /// The environment variables in the order of the file.
    pub variables: Vec<Variable>,
}

impl FunctionSettings {
    /// The settings for a function whose template is not known: the greatest timeout and memory.
    #[must_use]
    pub fn of_another_stack(name: &str) -> Self {
        let last = name.rsplit([':', '/']).next().unwrap_or(name);
        Self {
            id: name.to_owned(),
            name: last.to_owned(),
            arn: name.to_owned(),
            timeout: Duration::from_mins(15),
            memory_mb: 10_240,
            handler: "bootstrap".to_owned(),
            reserved_concurrency: None,
            log_format: None,
            log_level: None,
            system_log_level: None,
            variables: Vec::new(),
        }
    }
}

/// An environment variable of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, or the reason for which the template alone does not give it.
    pub value: Result<String, LoadError>,
}

impl Template {
    /// The functions that exist, by logical id.
    ///
    /// # Errors
    /// A function's condition that cannot be evaluated.
    pub fn functions(&self) -> Result<Vec<Resource<'_>>, LoadError> {
        let mut functions = self.resources_of(SERVERLESS)?;
        functions.extend(self.resources_of(PLAIN)?);
        Ok(functions)
    }

    /// The function that an ARN names: the function's own ARN, or one of its versions or aliases.
    ///
    /// # Errors
    /// A function's name that cannot be resolved.
    pub fn function_of_arn(&self, target: &str) -> Result<Option<Resource<'_>>, LoadError> {
        for resource in self.functions()? {
            let arn = arn::function(resource.template, &resource.reference()?);
            let qualifier = target.strip_prefix(&arn);
            if qualifier.is_some_and(|rest| rest.is_empty() || rest.starts_with(':')) {
                return Ok(Some(resource));
            }
        }
        Ok(None)
    }

    /// The settings of a function of this template (not of one nested in it).
    ///
    /// # Errors
    /// A setting that cannot be resolved or is out of range. An environment variable is never an error here, because
    /// `--env-vars` may give its value.
    pub fn function_settings(&self, resource: &Resource<'_>) -> Result<FunctionSettings, LoadError> {
        let name = self.physical_id(resource)?;
        let timeout = self.number(resource, "Timeout", 1..=900)?.unwrap_or(3);
        let memory = self.number(resource, "MemorySize", 128..=10_240)?.unwrap_or(128);
        let reserved = self.number(resource, "ReservedConcurrentExecutions", 0..=1_000_000)?;
        let handler = self.setting(resource, "Handler")?.and_then(|value| value.text().map(str::to_owned));
        Ok(FunctionSettings {
            id: resource.path(),
            arn: arn::function(self, &name),
            name,
            timeout: Duration::from_secs(u64::from(timeout)),
            memory_mb: memory,
            handler: handler.unwrap_or_else(|| "bootstrap".to_owned()),
            reserved_concurrency: reserved.and_then(|number| usize::try_from(number).ok()),
            log_format: self.logging(resource, "LogFormat")?,
            log_level: self.logging(resource, "ApplicationLogLevel")?,
            system_log_level: self.logging(resource, "SystemLogLevel")?,
            variables: self.variables(resource)?,
        })
    }

    /// The alias that SAM publishes for a function.
    pub(super) fn auto_publish_alias(&self, resource: &Resource<'_>) -> Result<Option<String>, LoadError> {
        if resource.kind != SERVERLESS {
            return Ok(None);
        }
        Ok(self.setting(resource, "AutoPublishAlias")?.and_then(|value| value.text().map(str::to_owned)))
    }

    fn own_and_global<'t>(&'t self, resource: &Resource<'t>, name: &str) -> [Option<&'t Node>; 2] {
        let global = (resource.kind == SERVERLESS).then(|| self.global("Function", name)).flatten();
        [resource.property(name), global]
    }

    fn setting(&self, resource: &Resource<'_>, name: &str) -> Result<Option<Value>, LoadError> {
        for node in self.own_and_global(resource, name).into_iter().flatten() {
            let value = self.resolve(node)?;
            if value.data != Data::Null {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn logging(&self, resource: &Resource<'_>, name: &str) -> Result<Option<String>, LoadError> {
        for node in self.own_and_global(resource, "LoggingConfig").into_iter().flatten() {
            if let Some(node) = self.branch(node)?.get(name) {
                return Ok(self.resolve(node)?.text().map(str::to_owned));
            }
        }
        Ok(None)
    }

    fn number(
        &self,
        resource: &Resource<'_>,
        name: &str,
        range: std::ops::RangeInclusive<u32>,
    ) -> Result<Option<u32>, LoadError> {
        let Some(value) = self.setting(resource, name)? else { return Ok(None) };
        let number = value.text().and_then(|text| text.parse().ok()).filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!(
                "{name} of {} must be a number from {} to {}",
                resource.id,
                range.start(),
                range.end()
            );
            return Err(self.error(value.line, message));
        }
        Ok(number)
    }

    fn variables(&self, resource: &Resource<'_>) -> Result<Vec<Variable>, LoadError> {
        let mut variables: Vec<Variable> = Vec::new();
        let [own, global] = self.own_and_global(resource, "Environment");
        for environment in [global, own].into_iter().flatten() {
            let Some(map) = self.branch(environment)?.get("Variables") else { continue };
            for (name, node) in self.branch(map)?.entries() {
                variables.retain(|variable| variable.name != *name);
                if let Some(value) = self.variable(name, node).transpose() {
                    variables.push(Variable { name: name.clone(), value });
                }
            }
        }
        Ok(variables)
    }

    fn variable(&self, name: &str, node: &Node) -> Result<Option<String>, LoadError> {
        let value = self.resolve(node)?;
        match value.data {
            Data::Text(text) => Ok(Some(text)),
            Data::Null => Ok(None),
            _ => Err(self.error(value.line, format!("variable {name} must be text"))),
        }
    }
}
