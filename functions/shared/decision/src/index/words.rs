//! 64 items at a time, a bit each.

/// Begin and end of flights, each in seconds since the epoch.
type Flights<'c> = (&'c [u32], &'c [u32]);

/// The items of a word whose flight meets a slate, from its first second to the one behind its last.
pub(super) fn flying((starts, ends): Flights<'_>, (from, until): (u32, u32), word: usize) -> u64 {
    passing(starts, word, |start| start < until) & passing(ends, word, |end| end > from)
}

/// The items of a word whose number passes a test.
///
/// Tests of all numbers come first and bits second, because compilers make vectors of the first part.
pub(super) fn passing(numbers: &[u32], word: usize, test: impl Fn(u32) -> bool) -> u64 {
    let numbers = numbers.get(word * 64..).unwrap_or_default();
    let numbers = numbers.get(..64).unwrap_or(numbers);
    let mut passed = [0_u8; 64];
    if let Ok(all) = <&[u32; 64]>::try_from(numbers) {
        passed.iter_mut().zip(all).for_each(|(passed, &number)| *passed = test(number).into());
    } else {
        passed.iter_mut().zip(numbers).for_each(|(passed, &number)| *passed = test(number).into());
    }
    packed(&passed)
}

/// The bits of 64 bytes, each of them 0 or 1.
fn packed(bytes: &[u8; 64]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().rev().fold(0, |word, &eight| {
        // The byte of place i is moved to bit 56 + i; no two products meet.
        let byte = u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word << 8 | byte
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_says_whether_its_number_passes() {
        for length in [0, 1, 7, 8, 63, 64, 65, 130] {
            let numbers: Vec<u32> = (0..length).map(|number: u32| number * 2_654_435 % 97).collect();
            for (limit, word) in [0, 1, 40, 97].into_iter().flat_map(|it| [0, 1, 2].map(|word| (it, word))) {
                let found = passing(&numbers, word, |number| number < limit);
                for bit in 0..64 {
                    let expected = numbers.get(word * 64 + bit).is_some_and(|&number| number < limit);
                    assert_eq!(found >> bit & 1 == 1, expected, "{bit} of word {word}, {length}, {limit}");
                }
            }
        }
    }

    #[test]
    fn what_ends_as_a_slate_begins_or_begins_as_it_ends_does_not_fly() {
        let (starts, ends) = ([0, 99, 100, 100], [10, 11, u32::MAX, 9]);
        assert_eq!(flying((&starts, &ends), (10, 100), 0), 0b0010);
        assert_eq!(flying((&starts, &ends), (9, 101), 0), 0b0111);
    }
}
