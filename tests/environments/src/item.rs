//! Items in `DynamoDB`'s JSON: their keys, and what they cost.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A strongly consistent read costs one unit for each begun 4 KB, an eventually consistent one half of it.
const UNIT_BYTES: usize = 4_096;

/// The key of an item, or of a read: partition and place in it.
pub(crate) fn key(attributes: &Value) -> Option<(String, String)> {
    let text = |name: &str| attributes.get(name)?.get("S")?.as_str().map(str::to_owned);
    Some((text("pk")?, text("sk")?))
}

/// The size of an item: names and values of its attributes.
pub(crate) fn bytes(item: &Value) -> usize {
    let attributes = item.as_object().into_iter().flatten();
    attributes.map(|(name, value)| name.len() + value_bytes(value)).sum()
}

fn value_bytes(value: &Value) -> usize {
    let of = |kind: &str| value.get(kind).and_then(Value::as_str);
    match (of("B"), of("S").or(of("N"))) {
        (Some(encoded), _) => STANDARD.decode(encoded).map_or(0, |bytes| bytes.len()),
        (_, Some(text)) => text.len(),
        _ => value.to_string().len(),
    }
}

/// Half read units of an item.
pub(crate) fn half_units(bytes: usize, is_consistent: bool) -> u64 {
    let units = bytes.div_ceil(UNIT_BYTES).max(1) as u64;
    if is_consistent { units * 2 } else { units }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_read_costs_by_its_size_and_twice_if_it_is_consistent() {
        let item =
            json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "data": { "B": STANDARD.encode([7; 9_000]) } });
        assert_eq!(key(&item), Some(("p".to_owned(), "s".to_owned())));
        assert_eq!(bytes(&item), 9_000 + "pkpskssdata".len() - 1);
        assert_eq!((half_units(bytes(&item), false), half_units(bytes(&item), true)), (3, 6));
        assert_eq!((half_units(0, false), half_units(4_096, false), half_units(4_097, false)), (1, 1, 2));
    }
}
