//! Codes as requests are compared with them. A code in another form would never match: a list that denies it
//! would let through everybody whom it was meant to keep out.

use crate::error::CatalogError;
use crate::targeting::{AllowDeny, Targeting};

/// Checks every code of a targeting.
pub(super) fn check(kind: &'static str, id: &str, targeting: &Targeting) -> Result<(), CatalogError> {
    all(kind, id, &targeting.countries, is_country, "an upper-case ISO 3166-1 alpha-2 code")?;
    all(kind, id, &targeting.regions, is_region, "an upper-case ISO 3166-2 code")?;
    all(kind, id, &targeting.languages, is_language, "a lower-case BCP 47 primary subtag")
}

/// Checks the language of a row.
pub(super) fn check_language(kind: &'static str, id: &str, language: &str) -> Result<(), CatalogError> {
    one(kind, id, language, is_language, "a lower-case BCP 47 primary subtag")
}

fn all(
    kind: &'static str,
    id: &str,
    condition: &AllowDeny<String>,
    is_valid: fn(&str) -> bool,
    wanted: &str,
) -> Result<(), CatalogError> {
    let mut codes = condition.allow.iter().chain(&condition.deny);
    codes.try_for_each(|code| one(kind, id, code, is_valid, wanted))
}

fn one(
    kind: &'static str,
    id: &str,
    code: &str,
    is_valid: fn(&str) -> bool,
    wanted: &str,
) -> Result<(), CatalogError> {
    if is_valid(code) {
        Ok(())
    } else {
        Err(CatalogError::new(kind, id, format!("{code:?} is not {wanted}")))
    }
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_region(code: &str) -> bool {
    let is_subdivision_byte = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    code.split_once('-').is_some_and(|(country, subdivision)| {
        is_country(country)
            && (1..=3).contains(&subdivision.len())
            && subdivision.bytes().all(is_subdivision_byte)
    })
}

fn is_language(code: &str) -> bool {
    (2..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}
