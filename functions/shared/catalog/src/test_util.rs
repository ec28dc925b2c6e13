//! For tests: from rows to what a decision reads in one step.

use crate::catalog::Catalog;
use crate::compile::compile;
use crate::error::Refusals;
use crate::rows::CatalogRows;
use crate::stored::{TextStore, TextWriter};
use crate::targeting::{Conditions, Targeting};

/// Compiles rows and opens the blob.
///
/// # Errors
/// All rows that cannot be served.
///
/// # Panics
/// If the blob that was just written cannot be opened, which is a fault of the compiler.
pub fn open(version: u64, rows: CatalogRows) -> Result<Catalog, Refusals> {
    let compiled = compile(version, rows)?;
    Ok(Catalog::open(compiled.into_blob()).expect("a blob that was just written"))
}

/// Conditions as a blob has them, without the rest of it.
#[derive(Debug)]
pub struct StoredTargeting {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    words: Vec<u32>,
}

impl StoredTargeting {
    /// The conditions of a row.
    #[must_use]
    pub fn new(targeting: &Targeting) -> Self {
        let mut texts = TextWriter::default();
        let words = targeting.write(&mut texts);
        let (bytes, ends) = texts.finish();
        Self { bytes, ends, words }
    }

    /// The view that a decision has of them.
    #[must_use]
    pub fn view(&self) -> Conditions<'_> {
        Conditions { texts: TextStore { bytes: &self.bytes, ends: &self.ends }, words: &self.words }
    }
}
