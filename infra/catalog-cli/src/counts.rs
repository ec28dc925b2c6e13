//! The number of rows of each kind, for publish records and messages.

use std::collections::BTreeMap;
use std::fmt;

use lockfill_dao_dynamodb::{ROW_KINDS, RawRows};

/// The number of rows by kind.
pub(crate) fn count(rows: &RawRows) -> BTreeMap<String, u64> {
    let of_kind = |rows: &BTreeMap<String, String>| u64::try_from(rows.len()).unwrap_or(u64::MAX);
    rows.iter().map(|(kind, rows)| (kind.clone(), of_kind(rows))).collect()
}

/// Displays counts as `1 unit, 40 line items`.
pub struct Counts<'a>(pub &'a BTreeMap<String, u64>);

impl fmt::Display for Counts<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = ROW_KINDS.iter().filter_map(|kind| {
            let count = *self.0.get(kind.name)?;
            Some((count, if count == 1 { kind.name } else { kind.field }))
        });
        // A newer publisher may have published kinds that this program does not know.
        let is_known = |name: &str| ROW_KINDS.iter().any(|kind| kind.name == name);
        let unknown = self.0.iter().filter(|(name, _)| !is_known(name));
        let mut separator = "";
        for (count, name) in known.chain(unknown.map(|(name, count)| (*count, name.as_str()))) {
            if count > 0 {
                write!(formatter, "{separator}{count} {}", name.replace('_', " "))?;
                separator = ", ";
            }
        }
        if separator.is_empty() { formatter.write_str("no rows") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_listed_in_the_order_of_the_kinds() {
        let counts = [("line_item", 40), ("unit", 1), ("channel", 0), ("rates", 2), ("segment", 3)];
        let counts = counts.map(|(kind, count)| (kind.to_owned(), count)).into();
        assert_eq!(Counts(&counts).to_string(), "1 unit, 40 line items, 2 rates, 3 segment");
        assert_eq!(Counts(&BTreeMap::new()).to_string(), "no rows");
    }
}
