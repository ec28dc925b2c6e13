//! The addresses of images and landing pages.

use crate::error::CatalogError;

const LANDING_SCHEMES: [&str; 4] = ["https://", "market://", "itms-apps://", "itms-appss://"];
const URL_LENGTH_MAX: usize = 2_048;

pub(super) fn check(
    kind: &'static str,
    id: &str,
    image_url: &str,
    landing_url: &str,
) -> Result<(), CatalogError> {
    // A redirect carries the address in a header, which may hold visible ASCII alone. A URL writes any other
    // character percent-encoded.
    let is_visible =
        |url: &str| url.len() <= URL_LENGTH_MAX && url.bytes().all(|byte| byte.is_ascii_graphic());
    if !image_url.starts_with("https://") || !is_visible(image_url) {
        return Err(CatalogError::new(kind, id, "image_url must be https and visible ASCII"));
    }
    if !LANDING_SCHEMES.iter().any(|scheme| landing_url.starts_with(scheme)) || !is_visible(landing_url) {
        return Err(CatalogError::new(
            kind,
            id,
            "landing_url must be https or an app store's, visible ASCII",
        ));
    }
    Ok(())
}
