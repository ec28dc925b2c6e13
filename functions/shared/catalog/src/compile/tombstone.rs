//! What was withdrawn.

use std::collections::HashSet;

use lockfill_models::vocabulary::LandingUrl;

use super::index;
use super::urls::Addresses;
use crate::error::{Refusal, Refusals};
use crate::rows::TombstoneRow;

/// The tombstones, in the order of their ids, with addresses in the spelling of the standard. One with a wrong
/// address is withheld, as what it stands for would be.
pub(super) fn all(
    rows: Vec<TombstoneRow>,
    addresses: &mut Addresses,
    refused: &mut Refusals,
) -> Vec<TombstoneRow> {
    let mut ids = HashSet::new();
    let mut tombstones = Vec::with_capacity(rows.len());
    for mut row in rows {
        if addresses.taken.contains(&*row.id) {
            let problem = "it is withdrawn, and a creative or a content has its id";
            refused.add(Refusal::new("tombstone", &row.id, "id", problem));
        } else if !ids.insert(String::from(row.id.clone())) {
            refused.add(index::taken("tombstone", &row.id));
        } else {
            match LandingUrl::read(&row.landing_url) {
                Ok(landing_url) => {
                    row.landing_url = landing_url.into_text();
                    tombstones.push(row);
                }
                Err(invalid) => {
                    let problem = format!("landing_url {invalid}");
                    addresses.withheld.push(Refusal::new("tombstone", &row.id, "landing_url", problem));
                }
            }
        }
    }
    tombstones.sort_unstable_by(|left, right| left.id.cmp(&right.id));
    tombstones
}
