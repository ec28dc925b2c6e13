//! A creative.

use std::collections::HashMap;

use super::{index, urls};
use crate::entities::Creative;
use crate::error::CatalogError;
use crate::rows::CreativeRow;

pub(super) fn compile(
    row: CreativeRow,
    landing_urls: &mut HashMap<String, String>,
) -> Result<Creative, CatalogError> {
    urls::check("creative", &row.id, &row.image_url, &row.landing_url)?;
    index::insert_once("creative", landing_urls, &row.id, row.landing_url)?;
    Ok(Creative {
        id: row.id.into(),
        image_url: row.image_url,
        title: row.title,
        body: row.body,
        call_to_action: row.call_to_action,
        weight: row.weight,
    })
}
