//! A creative.

use super::urls::Addresses;
use crate::entities::Creative;
use crate::error::CatalogError;
use crate::rows::CreativeRow;

/// The creative; `None` if it is withheld.
pub(super) fn compile(row: CreativeRow, addresses: &mut Addresses) -> Result<Option<Creative>, CatalogError> {
    let image_url = addresses.add("creative", &row.id, &row.image_url, &row.landing_url)?;
    Ok(image_url.map(|image_url| Creative {
        id: row.id.into(),
        image_url,
        title: row.title,
        body: row.body,
        call_to_action: row.call_to_action,
        weight: row.weight,
    }))
}
