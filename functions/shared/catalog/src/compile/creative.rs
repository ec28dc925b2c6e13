//! Creatives.

use super::index::{ById, refer_mut};
use super::urls::Addresses;
use crate::entities::{Creative, LineItem};
use crate::error::{Refusal, Refusals};
use crate::rows::CreativeRow;

/// Adds each creative to its line item, unless it is withheld.
pub(super) fn add(
    rows: Vec<CreativeRow>,
    line_items: &mut ById<Box<LineItem>>,
    addresses: &mut Addresses,
    refused: &mut Refusals,
) {
    for row in rows {
        let place = ("creative", &*row.id, "line_item_id");
        let owner = refused.take(refer_mut(line_items, ("line item", &row.line_item_id), place));
        let creative = refused.take(compile(row, addresses));
        if let (Some(owner), Some(creative)) = (owner, creative) {
            owner.creatives.extend(creative);
        }
    }
}

/// The creative; `None` if it is withheld.
fn compile(row: CreativeRow, addresses: &mut Addresses) -> Result<Option<Creative>, Refusal> {
    let read = addresses.add("creative", &row.id, &row.image_url, &row.landing_url)?;
    Ok(read.map(|(image_url, landing_url)| Creative {
        id: row.id.into(),
        image_url,
        title: row.title,
        body: row.body,
        call_to_action: row.call_to_action,
        landing_url,
        weight: row.weight,
    }))
}
