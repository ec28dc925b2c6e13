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
pub(crate) fn find(table: &[u32], hash: u64, hash_of: impl Fn(u32) -> Option<u64>) -> Option<u32> {
    let mut place = first_place(hash, table.len());
    for _ in 0..table.len() {
        let number = table.get(place)?.checked_sub(1)?;
        if hash_of(number) == Some(hash) {
            return Some(number);
        }
        place = if place + 1 == table.len() { 0 } else { place + 1 };
    }
    None
}

/// The numbers of the records of some hashes; `hashes` has the hash of each record. A hash may have no record.
pub(crate) fn find_all(table: &[u32], hashes: &[u64], sought: &[u64]) -> impl Iterator<Item = u32> {
    // The reads of one pass do not wait for each other, so that many are under way at once. Most records lie at the
    // first place of their hash; the last pass goes on from it where one does not.
    let hash_of = |number: u32| hashes.get(number as usize).copied();
    let first = |&hash: &u64| table.get(first_place(hash, table.len()))?.checked_sub(1);
    let firsts: Vec<_> = sought.iter().map(first).collect();
    let found: Vec<_> = firsts.iter().map(|first| hash_of((*first)?)).collect();
    let places = sought.iter().zip(firsts).zip(found);
    places.filter_map(
        move |((&hash, first), found)| {
            if found == Some(hash) { first } else { find(table, hash, hash_of) }
        },
    )
}

/// The place of a hash: its share of all hashes as a share of the places.
fn first_place(hash: u64, places: usize) -> usize {
    let place = (u128::from(hash) * places as u128) >> 64;
    usize::try_from(place).unwrap_or(0).min(places.saturating_sub(1))
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
                let find = |hash| find(&table, hash, |number| Some(hashes[number as usize]));
                for (number, &hash) in (0..).zip(&hashes) {
                    assert_eq!(find(hash), Some(number));
                    assert_eq!(find(hash.wrapping_add(1)), None);
                }
                let sought: Vec<u64> = hashes.iter().flat_map(|&hash| [hash.wrapping_add(1), hash]).collect();
                let found: Vec<u32> = find_all(&table, &hashes, &sought).collect();
                assert!(found.into_iter().eq(0..u32::try_from(count).unwrap()));
            }
        }
        assert_eq!(find(&[], 1, |_| Some(1)), None);
        assert_eq!(find_all(&[], &[], &[1]).count(), 0);
    }
}
