//! Finds the file that defines what a path names.

use std::collections::BTreeSet;

use super::module::{Module, Modules, Name};

/// The look-ups that are not finished: the module, the name, and whether an item is wanted.
type Seen = BTreeSet<(usize, String, bool)>;

/// The result of following a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// A module of the crate.
    Module(usize),
    /// An item that the module defines.
    ItemOf(usize),
}

/// Follows paths through the modules of one crate.
pub(super) struct Resolver<'a> {
    pub modules: &'a Modules,
    /// The library's name, and the index of its root: programs use it as an external crate.
    pub library: Option<(&'a str, usize)>,
}

impl Resolver<'_> {
    /// The index of the module that defines what a path names, and the name. `None` if the path leads out of the
    /// crate, or to a module, from which nothing is taken yet.
    pub fn definition(&self, from: usize, path: &[String]) -> Option<(usize, String)> {
        let mut seen = Seen::new();
        match self.follow(from, path, true, &mut seen)? {
            (Target::ItemOf(module), name) => Some((module, name)),
            (Target::Module(_), _) => None,
        }
    }

    /// Follows a path to an item, or to a module. `seen` holds the look-ups that are not finished yet, because imports may refer to each other.
    fn follow(
        &self,
        from: usize,
        path: &[String],
        wants_item: bool,
        seen: &mut Seen,
    ) -> Option<(Target, String)> {
        let (first, rest) = path.split_first()?;
        let module = &self.modules.0[from];
        let start = match first.as_str() {
            "crate" => Target::Module(module.root),
            "self" => Target::Module(from),
            "super" => Target::Module(module.parent?),
            name if self.library.is_some_and(|(library, _)| library == name) => {
                Target::Module(self.library?.1)
            }
            name => self.lookup(from, name, wants_item && rest.is_empty(), seen)?,
        };
        let (mut target, mut name) = (start, first.clone());
        for (index, next) in rest.iter().enumerate() {
            let Target::Module(module) = target else { break };
            let wants_item = wants_item && index + 1 == rest.len();
            target = match next.as_str() {
                "super" => Target::Module(self.modules.0[module].parent?),
                "self" => target,
                // A macro may define a name that the module does not seem to have.
                _ => self.lookup(module, next, wants_item, seen).unwrap_or(Target::ItemOf(module)),
            };
            name.clone_from(next);
        }
        Some((target, name))
    }

    /// Where a name of a module leads. An item and a child module may have the same name; `wants_item` decides.
    fn lookup(&self, module: usize, name: &str, wants_item: bool, seen: &mut Seen) -> Option<Target> {
        if !seen.insert((module, name.to_owned(), wants_item)) {
            return None;
        }
        let Module { names, globs, .. } = &self.modules.0[module];
        let mut targets: Vec<_> = names
            .get(name)
            .into_iter()
            .flatten()
            .filter_map(|name| match name {
                Name::Item => Some(Target::ItemOf(module)),
                Name::Child(child) => Some(Target::Module(*child)),
                Name::Import(path) => Some(self.follow(module, path, wants_item, seen)?.0),
            })
            .collect();
        if targets.is_empty() {
            targets.extend(globs.iter().filter_map(|glob| match self.follow(module, glob, false, seen)?.0 {
                Target::Module(source) => self.lookup(source, name, wants_item, seen),
                Target::ItemOf(_) => None,
            }));
        }
        seen.remove(&(module, name.to_owned(), wants_item));
        let is_preferred = |target: &&Target| wants_item == matches!(target, Target::ItemOf(_));
        targets.iter().find(is_preferred).or(targets.first()).copied()
    }
}
