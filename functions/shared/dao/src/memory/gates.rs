//! A store of tables of gates.

use std::collections::BTreeMap;
use std::sync::Mutex;

use lockfill_models::pacing::Gates;

use super::failing::{down, lock};
use crate::error::DaoError;
use crate::gates::{GatesPointer, GatesReader, GatesWriter, GatesWritten};

const STORE: &str = "memory gates";

/// A store of tables by version. Digests are not real.
#[derive(Debug, Default)]
pub struct MemoryGates {
    tables: Mutex<BTreeMap<u64, Option<Gates>>>,
    is_down: Mutex<bool>,
}

impl MemoryGates {
    /// Makes every call fail from now on, or work again.
    pub fn set_down(&self, is_down: bool) {
        *lock(&self.is_down) = is_down;
    }

    /// Adds a version that cannot be read.
    pub fn break_version(&self, version: u64) {
        lock(&self.tables).insert(version, None);
    }

    fn check(&self) -> Result<(), DaoError> {
        if *lock(&self.is_down) { Err(down(STORE)) } else { Ok(()) }
    }
}

impl GatesReader for MemoryGates {
    async fn current(&self) -> Result<Option<GatesPointer>, DaoError> {
        self.check()?;
        let tables = lock(&self.tables);
        let pointer = |(&version, table): (&u64, &Option<Gates>)| GatesPointer {
            version,
            made_at: table.as_ref().map_or(Gates::default().made_at(), Gates::made_at),
            chunks: 1,
            digest: [0; 32],
        };
        Ok(tables.last_key_value().map(pointer))
    }

    async fn load(&self, pointer: &GatesPointer) -> Result<Gates, DaoError> {
        self.check()?;
        let table = lock(&self.tables).get(&pointer.version).cloned().flatten();
        table.ok_or_else(|| DaoError::Malformed { store: STORE, reason: "no such table".to_owned() })
    }
}

impl GatesWriter for MemoryGates {
    async fn write(&self, gates: &Gates) -> Result<GatesWritten, DaoError> {
        self.check()?;
        let mut tables = lock(&self.tables);
        if tables.last_key_value().is_some_and(|(newest, _)| *newest >= gates.version()) {
            return Ok(GatesWritten::NotNewer);
        }
        tables.insert(gates.version(), Some(gates.clone()));
        Ok(GatesWritten::Newest)
    }
}
