//! From a table's target groups and the command line to targets.

use std::collections::{BTreeMap, HashMap};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::kept::{GroupKey, KeptTargets};
use crate::invoke_api::Invocable;
use crate::lambda::environment::{Build, EnvVars, PoolSettings, Spawner, environ};
use crate::lambda::{Backend, Function, InvokeUrl};
use crate::routing::{Table, TargetGroup, TargetKind};
use crate::server::Target;
use crate::template::{FunctionSettings, LoadError, Resource, Template};

/// The options of the command line for targets.
#[derive(Debug)]
pub struct Wiring<'a> {
    /// `--function`.
    pub functions: &'a [(String, String)],
    /// `--target`.
    pub targets: &'a [(String, String)],
    /// `--max-environments`.
    pub environments_max: usize,
    /// Not `--no-freeze`.
    pub freeze: bool,
    /// `--env-vars`.
    pub env_vars: &'a EnvVars,
    /// Variables of this process that functions inherit.
    pub inherited: &'a BTreeMap<String, String>,
    /// Starts the processes.
    pub spawner: &'a Spawner,
    /// `--invoke-address`: functions that no rule forwards to are run too.
    pub invoke_api: bool,
    /// The served targets, after a change of the template.
    pub served: Option<&'a KeptTargets>,
}

/// The targets of all tables.
#[derive(Debug)]
pub struct Wired {
    /// For each table a target for each of its target groups, in the same order.
    pub targets: Vec<Vec<Target>>,
    /// The description of each target.
    pub descriptions: Vec<Vec<String>>,
    /// The functions that the Invoke API offers.
    pub invocables: Vec<Invocable>,
    /// Warnings for the user.
    pub warnings: Vec<String>,
    /// The targets once more, for the next plan to keep.
    pub kept: KeptTargets,
}

/// Finds a target for each target group of each table.
///
/// # Errors
/// A function without `--function`, an option that names nothing or is given twice, or a bad value of one.
pub fn wire(template: &Template, tables: &[Table], wiring: &Wiring<'_>) -> Result<Wired, LoadError> {
    check_names(template, tables, wiring)?;
    missing_functions(tables, wiring)?;
    let mut wired = Wired {
        targets: Vec::new(),
        descriptions: Vec::new(),
        invocables: Vec::new(),
        warnings: Vec::new(),
        kept: KeptTargets::default(),
    };
    let ids: Vec<String> = template.functions()?.iter().map(Resource::path).collect();
    wired.warnings.extend(wiring.env_vars.unknown(&ids));
    // One pool per function, even if several target groups share it.
    let mut functions: HashMap<&str, Function> = HashMap::new();
    for table in tables {
        let mut targets = Vec::new();
        let mut descriptions = Vec::new();
        for group in &table.groups {
            let (target, description) = match &group.kind {
                TargetKind::Lambda(Some(id)) => {
                    let spec = find(wiring.functions, id).unwrap_or_default();
                    let function = match functions.get(id.as_str()) {
                        Some(function) => function.clone(),
                        None => function(template, id, spec, wiring, &mut wired)?,
                    };
                    functions.insert(id, function.clone());
                    (Target::Lambda(function), format!("{id} ({spec})"))
                }
                TargetKind::Lambda(None) | TargetKind::Address | TargetKind::External => {
                    address(table, group, wiring, &mut wired)?
                }
            };
            targets.push(target);
            descriptions.push(description);
        }
        wired.targets.push(targets);
        wired.descriptions.push(descriptions);
    }
    if wiring.invoke_api {
        wired.invocables = invocables(template, functions, wiring, &mut wired)?;
    }
    unused(tables, wiring, &mut wired.warnings);
    Ok(wired)
}

/// All functions with a `--function`, those that a rule forwards to with the same environments.
fn invocables(
    template: &Template,
    mut functions: HashMap<&str, Function>,
    wiring: &Wiring<'_>,
    wired: &mut Wired,
) -> Result<Vec<Invocable>, LoadError> {
    let mut all = Vec::new();
    for (id, spec) in wiring.functions {
        let resource = template.find(id)?;
        // A changed template may have lost the function.
        let is_known = resource.is_some() || functions.contains_key(id.as_str());
        if !is_known {
            continue;
        }
        let function = match functions.remove(id.as_str()) {
            Some(function) => function,
            None => function(template, id, spec, wiring, wired)?,
        };
        let settings = match resource {
            Some(resource) => resource.template.function_settings(&resource)?,
            None => FunctionSettings::of_another_stack(id),
        };
        all.push(Invocable { name: settings.name, arn: settings.arn, function });
    }
    Ok(all)
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn check_names(template: &Template, tables: &[Table], wiring: &Wiring<'_>) -> Result<(), LoadError> {
    for (option, pairs) in [("--function", wiring.functions), ("--target", wiring.targets)] {
        for (index, (name, value)) in pairs.iter().enumerate() {
            let many = option == "--target";
            let known = template.declares(name)
                || many && template.has_parameter(name)
                || tables.iter().flat_map(|table| &table.groups).any(|group| is_named(group, name));
            // A group may have several targets, each once.
            let same = |(other, url): &(String, String)| other == name && (!many || url == value);
            let problem = match (known, pairs[..index].iter().any(same)) {
                // A resource that a changed template has lost makes its option unused, which is a warning.
                (false, _) if wiring.served.is_some() => continue,
                (false, _) => "the template has nothing of this name",
                (true, true) => "this is given twice",
                (true, false) => continue,
            };
            return Err(LoadError::of(format!("{option} {name}"), problem));
        }
    }
    Ok(())
}

/// Whether an option of this name is for the group or its function.
fn is_named(group: &TargetGroup, name: &str) -> bool {
    group.id == name || matches!(&group.kind, TargetKind::Lambda(Some(id)) if id == name)
}

fn missing_functions(tables: &[Table], wiring: &Wiring<'_>) -> Result<(), LoadError> {
    let mut missing: Vec<&str> = Vec::new();
    for group in tables.iter().flat_map(|table| &table.groups) {
        if let TargetKind::Lambda(Some(id)) = &group.kind
            && find(wiring.functions, id).is_none()
            && !missing.contains(&id.as_str())
        {
            missing.push(id);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let options: Vec<String> = missing.iter().map(|id| format!("--function {id}=exec:PATH")).collect();
    let message = format!(
        "rules forward to functions without a --function: pass {} (or an Invoke URL instead of exec:PATH)",
        options.join(" ")
    );
    Err(LoadError::of("local-alb", message))
}

fn function(
    template: &Template,
    id: &str,
    spec: &str,
    wiring: &Wiring<'_>,
    wired: &mut Wired,
) -> Result<Function, LoadError> {
    let option = |problem: String| LoadError::of(format!("--function {id}"), problem);
    let Some(path) = spec.strip_prefix("exec:") else {
        if !spec.contains("://") {
            let problem = format!("{spec} is not a URL: for a program pass --function {id}=exec:{spec}");
            return Err(option(problem));
        }
        let url = InvokeUrl::parse(spec).map_err(option)?;
        return Ok(Function { id: id.to_owned(), backend: Backend::Url(Box::new(url)) });
    };
    let cannot = |error| option(format!("{path}: {error}"));
    let program = std::fs::canonicalize(Path::new(path)).map_err(cannot)?;
    let file = std::fs::metadata(&program).map_err(cannot)?;
    if !file.is_file() || file.permissions().mode() & 0o111 == 0 {
        return Err(option(format!("{path} is not an executable file")));
    }
    let task_root = program.parent().map(Path::to_path_buf).unwrap_or_default();
    let settings = if let Some(resource) = template.find(id)? {
        resource.template.function_settings(&resource)?
    } else {
        let settings = FunctionSettings::of_another_stack(id);
        wired.warnings.push(format!(
            "function {id} is of another stack, so its settings are not known: {} minutes and {} MB are used",
            settings.timeout.as_secs() / 60,
            settings.memory_mb
        ));
        settings
    };
    let environ = environ(&settings, wiring.env_vars, wiring.inherited, &template.region(), &task_root);
    wired.warnings.extend(environ.missing);
    let settings = PoolSettings {
        // The resolved variables stand in `variables`. Those of the template hold errors with line numbers, which would
        // make equal settings differ.
        function: FunctionSettings { variables: Vec::new(), ..settings },
        program,
        build: Build::of(&file),
        task_root,
        variables: environ.variables,
        environments_max: wiring.environments_max,
        freeze: wiring.freeze,
    };
    let pool = wired.kept.pool(settings, wiring.served, wiring.spawner);
    Ok(Function { id: id.to_owned(), backend: Backend::Exec(pool) })
}

fn address(
    table: &Table,
    group: &TargetGroup,
    wiring: &Wiring<'_>,
    wired: &mut Wired,
) -> Result<(Target, String), LoadError> {
    let given = wiring.targets.iter().filter(|(name, _)| *name == group.id);
    let key = GroupKey {
        id: group.id.clone(),
        urls: given.map(|(_, url)| url.clone()).collect(),
        least_outstanding: group.least_outstanding,
        idle: table.attributes.idle_timeout,
    };
    if !key.urls.is_empty() {
        let description = format!("{} ({})", group.id, key.urls.join(", "));
        let members = wired.kept.members(key, wiring.served)?;
        return Ok((Target::Http(members), description));
    }
    let advice = match group.kind {
        TargetKind::Lambda(_) => "it has no Targets".to_owned(),
        TargetKind::Address => format!("pass --target {}=URL", group.id),
        TargetKind::External => format!("it is of another stack: pass --target {}=URL", group.id),
    };
    let warning = format!("target group {} answers 503, for it has no target: {advice}", group.id);
    // Another listener may have the same group.
    if !wired.warnings.contains(&warning) {
        wired.warnings.push(warning);
    }
    Ok((Target::None, format!("{} (no target: 503)", group.id)))
}

/// Warnings for options that no rule needs: most likely mistakes, but harmless.
fn unused(tables: &[Table], wiring: &Wiring<'_>, warnings: &mut Vec<String>) {
    let groups = || tables.iter().flat_map(|table| &table.groups);
    for (name, _) in wiring.functions {
        let used = |group: &TargetGroup| group.kind == TargetKind::Lambda(Some(name.clone()));
        if !wiring.invoke_api && !groups().any(used) {
            warnings.push(format!("--function {name} is not used: no rule forwards to it"));
        }
    }
    for (name, _) in wiring.targets {
        if !groups().any(|group| group.id == *name) {
            warnings.push(format!("--target {name} is not used: no rule forwards to it"));
        }
    }
}
