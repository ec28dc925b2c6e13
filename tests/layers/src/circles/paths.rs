//! The paths that code mentions, macros' arguments included.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, Path, UseTree};

/// A path as the names between its `::`.
pub(super) type NamePath = Vec<String>;

/// The paths that items mention, without those of imports and of child modules.
pub(super) fn mentions(items: &[Item]) -> Vec<NamePath> {
    let mut mentions = Mentions::default();
    for item in items {
        mentions.visit_item(item);
    }
    mentions.0
}

/// The imports inside functions.
pub(super) fn local_uses(items: &[Item]) -> Vec<UseTree> {
    let mut uses = LocalUses::default();
    for item in items.iter().filter(|item| !matches!(item, Item::Use(_))) {
        uses.visit_item(item);
    }
    uses.0
}

#[derive(Default)]
struct Mentions(Vec<NamePath>);

impl<'ast> Visit<'ast> for Mentions {
    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() {
            self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        self.visit_path(&invocation.path);
        self.read_tokens(invocation.tokens.clone());
    }

    fn visit_item_mod(&mut self, _: &'ast ItemMod) {}

    fn visit_item_use(&mut self, _: &'ast ItemUse) {}
}

impl Mentions {
    /// Reads paths from tokens: names with `::` between them.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let mut path = NamePath::new();
        let mut colons = 0;
        for token in tokens {
            match &token {
                TokenTree::Punct(punctuation) if punctuation.as_char() == ':' => colons += 1,
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                _ => {
                    self.end(&mut path);
                    colons = 0;
                    if let TokenTree::Group(group) = token {
                        self.read_tokens(group.stream());
                    }
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut NamePath) {
        let path = std::mem::take(path);
        if !path.is_empty() {
            self.0.push(path);
        }
    }
}

#[derive(Default)]
struct LocalUses(Vec<UseTree>);

impl<'ast> Visit<'ast> for LocalUses {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.0.push(item.tree.clone());
    }

    fn visit_item_mod(&mut self, _: &'ast ItemMod) {}
}
