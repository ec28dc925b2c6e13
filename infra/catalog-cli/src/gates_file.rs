//! Reads a file of gates.

use std::path::Path;

use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, Gates, NEVER_CLOSES};
use lockfill_models::time::EpochSeconds;
use serde::Deserialize;

const PPM: u32 = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: Option<u64>,
    #[serde(default)]
    spent_campaigns: Vec<String>,
    #[serde(default)]
    line_items: Vec<LineItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineItem {
    id: String,
    #[serde(default = "fully")]
    open_ppm: u32,
    #[serde(default = "never")]
    closes_at: u32,
    #[serde(default)]
    is_spent: bool,
}

const fn fully() -> u32 {
    PPM
}

const fn never() -> u32 {
    NEVER_CLOSES
}

/// Reads a file of gates as of now.
///
/// # Errors
/// In one line, if the file cannot be read, or is not of the form that `catalog-cli write-gates --help` describes.
pub fn read_gates(file: &Path, now: EpochSeconds) -> Result<Gates, String> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let document: Document = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
    if let Some(item) = document.line_items.iter().find(|item| item.open_ppm > PPM) {
        return Err(format!("{name}: the gate of {} is open to more than {PPM} ppm", item.id));
    }
    let gate = |item: &LineItem| Gate {
        item_hash: id_hash(&item.id),
        open_ppm: item.open_ppm,
        closes_at: item.closes_at,
        is_spent: item.is_spent,
    };
    let version = document.version.unwrap_or_else(|| now.epoch_minute().unsigned_abs());
    let spent = document.spent_campaigns.iter().map(|id| id_hash(id));
    Ok(Gates::new(version, now, spent, document.line_items.iter().map(gate)))
}
