//! From the options that all commands share to a template and its listeners.

use std::path::Path;

use crate::cli::TemplateArgs;
use crate::routing::{self, DefaultAction, Listener, Options};
use crate::template::{FilesRead, Inputs, LoadError, SamConfig, Template};

/// A template with the options of the command line that concern it.
#[derive(Debug)]
pub struct Input {
    /// The template.
    pub template: Template,
    /// The options for the routing.
    pub options: Options,
    /// Warnings for the user.
    pub warnings: Vec<String>,
}

impl Input {
    /// Reads the template. `listeners` are names of listeners that the command line has beyond `--listener`;
    /// `files` notes what is read.
    ///
    /// # Errors
    /// An unreadable or malformed template or configuration file, or an option that names nothing.
    pub fn read(args: &TemplateArgs, listeners: &[String], files: &FilesRead) -> Result<Self, LoadError> {
        let mut warnings = Vec::new();
        let mut inputs = Inputs {
            imports: args.imports.iter().cloned().collect(),
            attributes: args.attributes.iter().cloned().collect(),
            stand_ins: args.targets.iter().map(|(name, _)| name.clone()).collect(),
            files: files.clone(),
            ..Inputs::default()
        };
        inputs.stand_ins.extend(args.listener.iter().chain(listeners).cloned());
        inputs.stand_ins.extend(args.listener_protocols.iter().map(|(name, _)| name.clone()));
        for (listener, action) in &args.listener_defaults {
            inputs.stand_ins.push(listener.clone());
            if let DefaultAction::Forward(group) = action {
                inputs.stand_ins.push(group.clone());
            }
        }
        inputs.parameters = args.parameters.iter().cloned().collect();
        let options = Options {
            stand_ins: inputs.stand_ins.clone(),
            allow_unauthenticated: args.allow_unauthenticated,
            protocols: args.listener_protocols.iter().cloned().collect(),
            defaults: args.listener_defaults.iter().cloned().collect(),
        };
        if let Some(config) = config(args, files)? {
            let declared = Template::parameter_names(&args.template)?;
            for (name, value) in config.parameters {
                if name.starts_with("AWS::") || declared.contains(&name) {
                    inputs.parameters.entry(name).or_insert(value);
                } else {
                    // Not an error as with `--parameter`: the file serves other commands too.
                    warnings
                        .push(format!("parameter {name} of the configuration file is not in the template"));
                }
            }
        }
        let template = Template::read(&args.template, inputs)?;
        for (name, _) in &args.attributes {
            let known = name.rsplit_once('.').is_some_and(|(resource, _)| {
                template.declares(resource)
                    || template.declares(resource.split('.').next().unwrap_or_default())
            });
            if !known {
                let message =
                    "it must be of the form RESOURCE.ATTRIBUTE=VALUE, for a resource of the template";
                return Err(LoadError::of(format!("--attribute {name}"), message));
            }
        }
        warnings.extend(template.warnings());
        warnings.extend(routing::left_out(&template)?);
        warnings.extend(routing::unperformed(&template)?);
        Ok(Self { template, options, warnings })
    }

    /// The listener of this name, or all there are.
    ///
    /// # Errors
    /// No such listener, or a rule or a listener that cannot be resolved.
    pub fn listeners(&self, wanted: Option<&str>) -> Result<Vec<Listener<'_>>, LoadError> {
        routing::no_macros(&self.template)?;
        let all = routing::listeners(&self.template)?;
        routing::only_external(&all, &self.options)?;
        if wanted.is_some() || all.is_empty() {
            return routing::choose(&self.template, wanted).map(|listener| vec![listener]);
        }
        Ok(all)
    }
}

/// Reads the configuration file. It belongs to the SAM command line, so it is read only if an option asks for it.
fn config(args: &TemplateArgs, files: &FilesRead) -> Result<Option<SamConfig>, LoadError> {
    if args.config_env.is_none() && args.config_file.is_none() {
        return Ok(None);
    }
    let beside = args.template.parent().unwrap_or(Path::new("")).join("samconfig.toml");
    let file = args.config_file.as_ref().unwrap_or(&beside);
    files.note(file);
    SamConfig::read(file, args.config_env.as_deref().unwrap_or("default")).map(Some)
}
