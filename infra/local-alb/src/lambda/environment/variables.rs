//! The environment variables of a function.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use crate::template::{FunctionSettings, LoadError};

/// The file of `--env-vars`: `{"Parameters": {...}, "LogicalId": {...}}`.
#[derive(Debug, Clone, Default)]
pub struct EnvVars {
    file: String,
    sections: Map<String, Value>,
}

impl EnvVars {
    /// Reads the file.
    ///
    /// # Errors
    /// An unreadable file, one that is no JSON, or one of another shape.
    pub fn read(path: &Path) -> Result<Self, LoadError> {
        let file = path.display().to_string();
        let text =
            std::fs::read(path).map_err(|error| LoadError::of(&file, format!("cannot be read: {error}")))?;
        let sections: Map<String, Value> = serde_json::from_slice(&text)
            .map_err(|error| LoadError::at(&file, error.line().max(1), error.to_string()))?;
        for (section, variables) in &sections {
            let Value::Object(variables) = variables else {
                let message = format!("{section} must be an object of variables");
                return Err(LoadError::of(&file, message));
            };
            if let Some((name, _)) = variables.iter().find(|(_, value)| scalar(value).is_none()) {
                return Err(LoadError::of(&file, format!("{section}.{name} must be text")));
            }
        }
        Ok(Self { file, sections })
    }

    /// A warning for each section that is neither `Parameters` nor one of these functions.
    pub fn unknown<'a>(&'a self, functions: &'a [String]) -> impl Iterator<Item = String> + 'a {
        let known = move |name: &&String| *name == "Parameters" || functions.contains(name);
        let place = &self.file;
        self.sections
            .keys()
            .filter(move |name| !known(name))
            .map(move |name| format!("{place}: the template has no function {name}"))
    }

    /// The variables for a function: those of `Parameters`, then its own.
    fn of<'a>(&'a self, id: &str) -> impl Iterator<Item = (String, String)> + 'a {
        let sections = [self.sections.get("Parameters"), self.sections.get(id)];
        sections
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), scalar(value)?)))
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The complete environment of a function's processes.
#[derive(Debug, Clone)]
pub struct Environ {
    /// All variables but the two that differ for each process: the Runtime API's address and the log stream.
    pub variables: BTreeMap<String, String>,
    /// Warnings for variables of the template that are not set, because their values could not be resolved.
    pub missing: Vec<String>,
}

/// Puts a function's environment together. Of these the later win: Lambda's defaults, inherited variables, the template,
/// the file of `--env-vars`, and the variables that Lambda reserves.
#[must_use]
pub fn environ(
    settings: &FunctionSettings,
    env_vars: &EnvVars,
    inherited: &BTreeMap<String, String>,
    region: &str,
    task_root: &Path,
) -> Environ {
    let mut variables = BTreeMap::new();
    let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.to_owned());
    set("AWS_REGION", region);
    set("AWS_DEFAULT_REGION", region);
    set("TZ", ":UTC");
    set("LANG", "en_US.UTF-8");
    set("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin");
    variables.extend(inherited.iter().map(|(name, value)| (name.clone(), value.clone())));
    let mut missing = Vec::new();
    for variable in &settings.variables {
        match &variable.value {
            Ok(value) => {
                variables.insert(variable.name.clone(), value.clone());
            }
            Err(error) => missing.push((variable.name.clone(), error)),
        }
    }
    variables.extend(env_vars.of(&settings.id));
    missing.retain(|(name, _)| !variables.contains_key(name));
    let missing = missing.into_iter().map(|(name, error)| format!("{error}: {name} is not set")).collect();
    let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.to_owned());
    set("AWS_LAMBDA_FUNCTION_NAME", &settings.name);
    set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &settings.memory_mb.to_string());
    set("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    set("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{}", settings.name));
    set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    set("LAMBDA_TASK_ROOT", &task_root.display().to_string());
    set("_HANDLER", &settings.handler);
    for (name, value) in
        [("AWS_LAMBDA_LOG_FORMAT", &settings.log_format), ("AWS_LAMBDA_LOG_LEVEL", &settings.log_level)]
    {
        if let Some(value) = value {
            set(name, value);
        }
    }
    Environ { variables, missing }
}
