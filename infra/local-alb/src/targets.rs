//! From a table's target groups and the command line to targets.

use std::collections::{BTreeMap, HashMap};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::http_target::{HttpGroup, HttpTarget};
use crate::lambda::environment::{EnvVars, Pool, PoolSettings, Spawner, environ};
use crate::lambda::{Backend, Function, InvokeUrl};
use crate::routing::{Table, TargetGroup, TargetKind};
use crate::server::Target;
use crate::template::{LoadError, Resource, Template};

/// What the command line says about targets.
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
}

/// The targets of all tables.
#[derive(Debug)]
pub struct Wired {
    /// For each table a target for each of its target groups, in the same order.
    pub targets: Vec<Vec<Target>>,
    /// What to call each of them.
    pub descriptions: Vec<Vec<String>>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// Finds a target for each target group of each table.
///
/// # Errors
/// A function without `--function`, an option that names nothing or is given twice, or a bad value of one.
pub fn wire(template: &Template, tables: &[Table], wiring: &Wiring<'_>) -> Result<Wired, LoadError> {
    check_names(template, wiring)?;
    missing_functions(tables, wiring)?;
    let mut wired = Wired { targets: Vec::new(), descriptions: Vec::new(), warnings: Vec::new() };
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
                        None => function(template, id, spec, wiring, &mut wired.warnings)?,
                    };
                    functions.insert(id, function.clone());
                    (Target::Lambda(function), format!("{id} ({spec})"))
                }
                TargetKind::Lambda(None) | TargetKind::Address | TargetKind::External => {
                    address(table, group, wiring, &mut wired.warnings)?
                }
            };
            targets.push(target);
            descriptions.push(description);
        }
        wired.targets.push(targets);
        wired.descriptions.push(descriptions);
    }
    unused(tables, wiring, &mut wired.warnings);
    Ok(wired)
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn check_names(template: &Template, wiring: &Wiring<'_>) -> Result<(), LoadError> {
    for (option, pairs) in [("--function", wiring.functions), ("--target", wiring.targets)] {
        for (index, (name, value)) in pairs.iter().enumerate() {
            let many = option == "--target";
            let known = template.declares(name) || many && template.has_parameter(name);
            // A group may have several targets, but none of them twice.
            let same = |(other, url): &(String, String)| other == name && (!many || url == value);
            let problem = match (known, pairs[..index].iter().any(same)) {
                (false, _) => "the template has nothing of this name",
                (true, true) => "this is given twice",
                (true, false) => continue,
            };
            return Err(LoadError::of(format!("{option} {name}"), problem));
        }
    }
    Ok(())
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
        "rules reach functions that are not given: pass {} (or an Invoke URL instead of exec:PATH)",
        options.join(" ")
    );
    Err(LoadError::of("local-alb", message))
}

fn function(
    template: &Template,
    id: &str,
    spec: &str,
    wiring: &Wiring<'_>,
    warnings: &mut Vec<String>,
) -> Result<Function, LoadError> {
    let option = |problem: String| LoadError::of(format!("--function {id}"), problem);
    let Some(path) = spec.strip_prefix("exec:") else {
        let url = InvokeUrl::parse(spec).map_err(option)?;
        return Ok(Function { id: id.to_owned(), backend: Backend::Url(Box::new(url)) });
    };
    let program =
        std::fs::canonicalize(Path::new(path)).map_err(|error| option(format!("{path}: {error}")))?;
    let runs = std::fs::metadata(&program)
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0);
    if !runs {
        return Err(option(format!("{path} is no executable file")));
    }
    let task_root = program.parent().map(Path::to_path_buf).unwrap_or_default();
    let resource = template.find(id)?;
    let resource = resource.ok_or_else(|| option("the function does not exist".to_owned()))?;
    let settings = resource.template.function_settings(&resource)?;
    let environ = environ(&settings, wiring.env_vars, wiring.inherited, &template.region(), &task_root);
    warnings.extend(environ.missing);
    let settings = PoolSettings {
        function: settings,
        program,
        task_root,
        variables: environ.variables,
        environments_max: wiring.environments_max,
        freeze: wiring.freeze,
    };
    let pool = Pool::new(settings, wiring.spawner.clone());
    Ok(Function { id: id.to_owned(), backend: Backend::Exec(pool) })
}

fn address(
    table: &Table,
    group: &TargetGroup,
    wiring: &Wiring<'_>,
    warnings: &mut Vec<String>,
) -> Result<(Target, String), LoadError> {
    let given = wiring.targets.iter().filter(|(name, _)| *name == group.id);
    let urls: Vec<&str> = given.map(|(_, url)| url.as_str()).collect();
    if !urls.is_empty() {
        let targets: Result<Vec<_>, _> =
            urls.iter().map(|url| HttpTarget::parse(url, table.attributes.idle_timeout)).collect();
        let targets = targets.map_err(|problem| LoadError::of(format!("--target {}", group.id), problem))?;
        let members = HttpGroup::new(targets, group.least_outstanding);
        return Ok((Target::Http(members), format!("{} ({})", group.id, urls.join(", "))));
    }
    let advice = match group.kind {
        TargetKind::Lambda(_) => "it has no Targets".to_owned(),
        TargetKind::Address => format!("pass --target {}=URL", group.id),
        TargetKind::External => {
            "it is outside the template: pass --target PARAMETER=URL for the parameter that holds its ARN"
                .to_owned()
        }
    };
    let warning = format!("target group {} answers 503, for it has no target: {advice}", group.id);
    // Another listener may have the same group.
    if !warnings.contains(&warning) {
        warnings.push(warning);
    }
    Ok((Target::None, format!("{} (no target: 503)", group.id)))
}

/// An option for something that no rule leads to is most likely a mistake, but harmless.
fn unused(tables: &[Table], wiring: &Wiring<'_>, warnings: &mut Vec<String>) {
    let groups = || tables.iter().flat_map(|table| &table.groups);
    for (name, _) in wiring.functions {
        let used = |group: &TargetGroup| group.kind == TargetKind::Lambda(Some(name.clone()));
        if !groups().any(used) {
            warnings.push(format!("--function {name} is not used: no rule leads to it"));
        }
    }
    for (name, _) in wiring.targets {
        if !groups().any(|group| group.id == *name) {
            warnings.push(format!("--target {name} is not used: no rule leads to it"));
        }
    }
}
