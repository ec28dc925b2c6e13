//! Tables that find a record by the hash of its id.
//!
//! A table has more places than records. A record lies at the place that its hash names, or at the next free one
//! behind it. A place holds the record's number plus 1; 0 is a free place.

/// The table of records with these hashes, all different.
pub(crate) fn build(hashes: &[u64]) -> Vec<u32> {
    let places = hashes.len() + hashes.len() / 3 + 1;
    let mut table = vec![0; places];
    for (number, &hash) in (1..).zip(hashes) {
        let mut place = first_place(hash, places);
        while table[place] != 0 {
            place = (place + 1) % places;
        }
        table[place] = number;
    }
    table
}

/// The number of the record of a hash; `hash_of` has the hash of a record.
pub(crate) fn find(table: &[u32], hash: u64, hash_of: impl Fn(u32) -> u64) -> Option<u32> {
    find_where(table, hash, |number| hash_of(number) == hash)
}

/// The number of the record of a hash that passes a test.
pub(crate) fn find_where(table: &[u32], hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
    let mut place = if table.is_empty() { 0 } else { first_place(hash, table.len()) };
    for _ in 0..table.len() {
        let number = table.get(place)?.checked_sub(1)?;
        if is_it(number) {
            return Some(number);
        }
        place = if place + 1 == table.len() { 0 } else { place + 1 };
    }
    None
}

/// The place of a hash: its share of all hashes as a share of the places.
fn first_place(hash: u64, places: usize) -> usize {
    let place = (u128::from(hash) * places as u128) >> 64;
    usize::try_from(place).unwrap_or(0).min(places - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_is_found_by_its_hash_and_nothing_else_is() {
        for count in [0_u64, 1, 2, 3, 100, 1_000] {
            for spread in [1, 0x9E37_79B9_7F4A_7C15] {
                let hashes: Vec<u64> = (0..count).map(|number| (number * 2).wrapping_mul(spread)).collect();
                let table = build(&hashes);
                let find = |hash| find(&table, hash, |number| hashes[number as usize]);
                for (number, &hash) in (0..).zip(&hashes) {
                    assert_eq!(find(hash), Some(number));
                    assert_eq!(find(hash.wrapping_add(1)), None);
                }
            }
        }
        assert_eq!(find(&[], 1, |_| 1), None);
    }
}
