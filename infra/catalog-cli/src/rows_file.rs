//! Files of rows: their rows are published as they are written, after a check that they can be served.

use std::collections::BTreeMap;
use std::path::Path;

use lockfill_catalog::Refusal;
use lockfill_catalog::blob::AlignedBytes;
use lockfill_catalog::compile::CompiledCatalog;
use lockfill_catalog::rows::CatalogRows;
use lockfill_dao::BlobCounts;
use lockfill_dao_dynamodb::{ROW_KINDS, RawRows, RowKind, RowsByKind};
use serde_json::Value;
use serde_json::value::RawValue;

/// Reads and checks a file of rows.
///
/// # Errors
/// One line that names the file, the row and the problem.
pub fn read(file: &Path) -> Result<RawRows, String> {
    let named = |problem: String| format!("{}: {problem}", file.display());
    let json = std::fs::read_to_string(file).map_err(|error| named(error.to_string()))?;
    let rows = parse(&json).map_err(named)?;
    check(&rows).map_err(named)?;
    Ok(rows)
}

/// Checks that the rows make a catalog that can be served whole.
///
/// # Errors
/// One line that names the row and the problem.
pub fn check(rows: &RawRows) -> Result<(), String> {
    compile(0, rows)?.withheld().first().map_or(Ok(()), |withheld| Err(withheld.to_string()))
}

/// Removes the rows that serving would withhold, after a check that the others make a catalog that can be served.
///
/// # Errors
/// One line that names the row and the problem.
pub fn remove_withheld(rows: &mut RawRows) -> Result<(), String> {
    for withheld in compile(0, rows)?.withheld() {
        if let Some(of_kind) = rows.get_mut(&withheld.kind) {
            of_kind.remove(&withheld.key);
        }
    }
    Ok(())
}

/// The blob that functions load, of rows that can be served, and how much it holds.
///
/// # Errors
/// One line that names the row and the problem.
pub(crate) fn blob(version: u64, rows: &RawRows) -> Result<(AlignedBytes, BlobCounts), String> {
    let compiled = compile(version, rows)?;
    let counts =
        BlobCounts { line_items: compiled.line_items() as u64, contents: compiled.contents() as u64 };
    Ok((compiled.into_blob(), counts))
}

fn compile(version: u64, rows: &RawRows) -> Result<CompiledCatalog, String> {
    let mut typed = CatalogRows::default();
    for (kind, rows) in rows {
        for (key, json) in rows {
            typed.add(kind, json).map_err(|error| {
                Refusal::of_refused_code(kind, key, &error.to_string())
                    .map_or_else(|| format!("{kind} {key:?}: {error}"), |refused| refused.to_string())
            })?;
        }
    }
    lockfill_catalog::compile::compile(version, typed).map_err(|error| error.to_string())
}

fn parse(json: &str) -> Result<RawRows, String> {
    let lists: BTreeMap<String, Vec<Box<RawValue>>> =
        serde_json::from_str(json).map_err(|error| format!("not lists of rows: {error}"))?;
    let mut rows = RawRows::new();
    for (field, list) in lists {
        let kind = ROW_KINDS.iter().find(|kind| kind.field == field);
        let kind = kind.ok_or_else(|| format!("{field:?} is no kind of rows"))?;
        let of_kind = rows.entry(kind.name.to_owned()).or_default();
        for (index, row) in list.iter().enumerate() {
            let key = key(kind, row.get()).map_err(|problem| format!("{field}[{index}]: {problem}"))?;
            if of_kind.insert(key.clone(), compact(row.get())).is_some() {
                return Err(format!("{} {key:?}: there are two of it", kind.name));
            }
        }
    }
    Ok(rows)
}

/// The key of a row, unique within the kind.
fn key(kind: &RowKind, json: &str) -> Result<String, String> {
    let row: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let parts = kind.key_fields.iter().map(|&field| match row.get(field).and_then(Value::as_str) {
        Some(part) if !part.is_empty() => Ok(part),
        _ => Err(format!("there is no {field}")),
    });
    parts.collect::<Result<Vec<_>, _>>().map(|parts| parts.join("#"))
}

/// The same JSON without the white space between its parts, because DynamoDB bills reads by size.
fn compact(json: &str) -> String {
    let mut compact = String::with_capacity(json.len());
    let (mut is_in_string, mut is_escaped) = (false, false);
    for character in json.chars() {
        if is_in_string {
            is_in_string = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
        } else if character.is_ascii_whitespace() {
            continue;
        } else {
            is_in_string = character == '"';
        }
        compact.push(character);
    }
    compact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_removed_except_in_strings_and_numbers_stay_as_they_are_written() {
        let json = "{ \"a b\" : \"c \\\" d \\\\\" ,\n\t\"n\" : [ 1.50, 12345678901234567890123 ] }";
        let expected = "{\"a b\":\"c \\\" d \\\\\",\"n\":[1.50,12345678901234567890123]}";
        assert_eq!(compact(json), expected);
    }

    #[test]
    fn a_problem_of_a_row_is_reported_with_its_place() {
        let problem = |json: &str| parse(json).unwrap_err();
        assert_eq!(problem(r#"{"units":[{"id":"u"},{"name":"x"}]}"#), "units[1]: there is no id");
        assert_eq!(problem(r#"{"unit":[]}"#), "\"unit\" is no kind of rows");
        assert_eq!(
            problem(r#"{"rates":[{"line_item_id":"l","unit_id":"u"},{"line_item_id":"l","unit_id":"u"}]}"#),
            "rates \"l#u\": there are two of it"
        );
        assert!(problem("[]").starts_with("not lists of rows: "), "{}", problem("[]"));
    }

    #[test]
    fn a_wrong_address_keeps_a_file_from_being_published_and_an_older_version_from_nothing_else() {
        let content = r#"{"id":"ct-ID","channel_id":"ch-1","title":"t","image_url":"https://cdn.example/1",
            "landing_url":"URL","language":"ko","published_at":"2026-11-01T00:00:00Z","quality_ppm":1}"#;
        let content = |id: &str, url: &str| content.replace("ID", id).replace("URL", url);
        let (good, wrong) =
            (content("1", "https://news.example/"), content("2", r"https://evil\\@news.example/"));
        let file = format!(r#"{{"channels":[{{"id":"ch-1","name":"n"}}],"contents":[{good},{wrong}]}}"#);
        let mut rows = parse(&file).unwrap();
        let problem = check(&rows).unwrap_err();
        assert!(problem.starts_with("content \"ct-2\": landing_url must be https"), "{problem}");
        remove_withheld(&mut rows).unwrap();
        assert_eq!(rows["content"].keys().collect::<Vec<_>>(), ["ct-1"]);
        assert_eq!(check(&rows), Ok(()));
    }

    #[test]
    fn a_row_that_lacks_a_field_is_named() {
        let rows = parse(r#"{"channels":[{"id":"ch-1"}]}"#).unwrap();
        let problem = check(&rows).unwrap_err();
        assert!(problem.starts_with("channel \"ch-1\": missing field `name`"), "{problem}");
    }
}
