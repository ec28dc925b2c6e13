//! The modules of a crate, with the names that each of them defines or imports.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::{File, Item, ItemMod, UseTree};

use super::paths::{self, NamePath};

/// One file's text and its place.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// The text.
    pub text: String,
}

/// The files of one crate by path.
#[derive(Debug, Default)]
pub struct Sources(BTreeMap<PathBuf, String>);

impl Sources {
    /// The files of a crate.
    pub fn new(sources: impl IntoIterator<Item = Source>) -> Self {
        Self(sources.into_iter().map(|source| (source.path, source.text)).collect())
    }

    /// All `.rs` files below a folder.
    ///
    /// # Panics
    /// If the folder cannot be read.
    #[must_use]
    pub fn below(folder: &Path) -> Self {
        let mut sources = Self::default();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a readable folder") {
                let path = entry.expect("a readable entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = std::fs::read_to_string(&path).expect("a readable file");
                    sources.0.insert(path, text);
                }
            }
        }
        sources
    }
}

/// Where a name of a module leads.
#[derive(Debug, Clone)]
pub(super) enum Name {
    /// To an item that the module defines.
    Item,
    /// To a child: the index of its module.
    Child(usize),
    /// To the item at another path.
    Import(NamePath),
}

/// A module: a file, or an inline module of one.
#[derive(Debug)]
pub(super) struct Module {
    pub file: PathBuf,
    /// The index of the parent; `None` for the root of the library or of a program.
    pub parent: Option<usize>,
    /// The index of the root.
    pub root: usize,
    /// A module, an item and a macro may have the same name.
    pub names: BTreeMap<String, Vec<Name>>,
    /// The modules of which all names are imported.
    pub globs: Vec<NamePath>,
    /// The paths that the module mentions, imports included.
    pub mentions: Vec<NamePath>,
}

/// Modules of all targets of one crate.
#[derive(Debug, Default)]
pub(super) struct Modules(pub Vec<Module>);

impl Modules {
    /// Adds the modules of a target, from its root file. Returns the index of the root.
    pub fn add_target(&mut self, sources: &Sources, root: &Path) -> usize {
        let index = self.0.len();
        let folder = root.parent().expect("a root in a folder");
        self.add_file(sources, root, folder, None);
        index
    }

    /// `folder` is where the files of child modules are.
    fn add_file(&mut self, sources: &Sources, path: &Path, folder: &Path, parent: Option<usize>) -> usize {
        let text = sources.0.get(path).unwrap_or_else(|| panic!("{} is missing", path.display()));
        let file: File = syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self.add(sources, path, folder, parent, &file.items)
    }

    fn add(
        &mut self,
        sources: &Sources,
        file: &Path,
        folder: &Path,
        parent: Option<usize>,
        items: &[Item],
    ) -> usize {
        let index = self.0.len();
        let root = parent.map_or(index, |parent| self.0[parent].root);
        let (names, globs) = (BTreeMap::new(), Vec::new());
        let mentions = paths::mentions(items);
        self.0.push(Module { file: file.to_owned(), parent, root, names, globs, mentions });
        for item in items {
            match item {
                Item::Mod(child) => self.add_child(sources, file, folder, index, child),
                Item::Use(item) => self.add_use(index, &mut Vec::new(), &item.tree),
                _ => {
                    if let Some(name) = defined(item) {
                        self.0[index].names.entry(name).or_default().push(Name::Item);
                    }
                }
            }
        }
        for tree in paths::local_uses(items) {
            self.add_use(index, &mut Vec::new(), &tree);
        }
        index
    }

    fn add_child(&mut self, sources: &Sources, file: &Path, folder: &Path, parent: usize, child: &ItemMod) {
        let name = child.ident.to_string();
        let own_folder = folder.join(&name);
        let index = if let Some((_, items)) = &child.content {
            self.add(sources, file, &own_folder, Some(parent), items)
        } else {
            let candidates = [folder.join(format!("{name}.rs")), own_folder.join("mod.rs")];
            let path = candidates.iter().find(|path| sources.0.contains_key(*path));
            let path = path.unwrap_or_else(|| panic!("{}: mod {name} has no file", file.display()));
            self.add_file(sources, path, &own_folder, Some(parent))
        };
        self.0[parent].names.entry(name).or_default().push(Name::Child(index));
    }

    /// Adds the names that a `use` imports.
    fn add_use(&mut self, module: usize, prefix: &mut Vec<String>, tree: &UseTree) {
        let (name, last) = match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.add_use(module, prefix, &path.tree);
                prefix.pop();
                return;
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(module, prefix, tree);
                }
                return;
            }
            UseTree::Glob(_) => {
                self.0[module].globs.push(prefix.clone());
                return;
            }
            UseTree::Name(name) => (name.ident.to_string(), name.ident.to_string()),
            UseTree::Rename(rename) => (rename.rename.to_string(), rename.ident.to_string()),
        };
        let (name, path) = match (last.as_str(), prefix.last()) {
            // `use a::b::{self}` imports `b`.
            ("self", Some(module)) if name == "self" => (module.clone(), prefix.clone()),
            ("self", Some(_)) => (name, prefix.clone()),
            _ => (name, prefix.iter().cloned().chain([last]).collect()),
        };
        self.0[module].mentions.push(path.clone());
        self.0[module].names.entry(name).or_default().push(Name::Import(path));
    }
}

/// The names that an item defines in its module.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(name.to_string())
}
