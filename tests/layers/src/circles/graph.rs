//! The graph of imports between files, and its circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::module::{Modules, Sources};
use super::resolve::Resolver;

/// Files that import one another in a circle, with the names that they import.
#[derive(Debug, PartialEq, Eq)]
pub struct Circle {
    /// The files.
    pub files: BTreeSet<PathBuf>,
    /// By importing and defining file: the imported names.
    pub names: BTreeMap<(PathBuf, PathBuf), BTreeSet<String>>,
}

impl fmt::Display for Circle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} files import one another:", self.files.len())?;
        for ((from, to), names) in &self.names {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            writeln!(formatter, "  {} imports {} from {}", from.display(), names.join(", "), to.display())?;
        }
        Ok(())
    }
}

/// The circles of imports in one crate: a library of that name, if there is one, and its programs.
#[must_use]
pub fn circles(sources: &Sources, library: Option<(&str, &Path)>, programs: &[&Path]) -> Vec<Circle> {
    let mut modules = Modules::default();
    let library = library.map(|(name, root)| (name, modules.add_target(sources, root)));
    for program in programs {
        modules.add_target(sources, program);
    }
    let imports = imports(&Resolver { modules: &modules, library });
    let graph: DiGraphMap<&Path, ()> =
        imports.keys().map(|(from, to)| (from.as_path(), to.as_path())).collect();
    let components = tarjan_scc(&graph).into_iter().filter(|files| files.len() > 1);
    let mut circles: Vec<_> = components.map(|files| circle(&imports, &files)).collect();
    circles.sort_by(|one, other| one.files.cmp(&other.files));
    circles
}

type Imports = BTreeMap<(PathBuf, PathBuf), BTreeSet<String>>;

fn imports(resolver: &Resolver<'_>) -> Imports {
    let mut imports = Imports::new();
    for (index, module) in resolver.modules.0.iter().enumerate() {
        for mention in &module.mentions {
            let Some((definition, name)) = resolver.definition(index, mention) else { continue };
            let file = &resolver.modules.0[definition].file;
            if *file != module.file {
                imports.entry((module.file.clone(), file.clone())).or_default().insert(name);
            }
        }
    }
    imports
}

fn circle(imports: &Imports, files: &[&Path]) -> Circle {
    let files: BTreeSet<PathBuf> = files.iter().map(|file| (*file).to_owned()).collect();
    let inside = imports.iter().filter(|((from, to), _)| files.contains(from) && files.contains(to));
    let names = inside.map(|(edge, names)| (edge.clone(), names.clone())).collect();
    Circle { files, names }
}
