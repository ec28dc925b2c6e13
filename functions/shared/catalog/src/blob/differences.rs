//! Records as differences to the record before, and back.

use zerocopy::FromBytes;

/// The size of the words whose differences are written.
pub(super) const WORD_BYTES: usize = size_of::<u32>();

/// Replaces each word of the records by its difference to the same word of the record before.
///
/// Differences are taken modulo 2^32, so no field is too large, and fields of other sizes are as good as words.
pub(super) fn take(records: &mut [u8], record_bytes: usize) {
    let Some((words, words_per_record)) = words(records, record_bytes) else { return };
    for index in (words_per_record..words.len()).rev() {
        words[index] = words[index].wrapping_sub(words[index - words_per_record]);
    }
}

/// Adds the differences up: each word becomes what it was before [`take`].
pub(super) fn add_up(records: &mut [u8], record_bytes: usize) {
    let Some((words, words_per_record)) = words(records, record_bytes) else { return };
    match words_per_record {
        1 => add_up_all::<1>(words),
        2 => add_up_all::<2>(words),
        4 => add_up_all::<4>(words),
        8 => add_up_all::<8>(words),
        11 => add_up_all::<11>(words),
        18 => add_up_all::<18>(words),
        _ => {
            for index in words_per_record..words.len() {
                words[index] = words[index].wrapping_add(words[index - words_per_record]);
            }
        }
    }
}

/// The same for records of a number of words that is known. The sums stay in registers, several in one: adding up takes
/// a seventh of the time of reading each sum back. Sections of many records have such numbers.
fn add_up_all<const WORDS: usize>(words: &mut [u32]) {
    let mut sums = [0_u32; WORDS];
    let (records, _) = words.as_chunks_mut::<WORDS>();
    for record in records {
        for (sum, word) in sums.iter_mut().zip(record.iter()) {
            *sum = sum.wrapping_add(*word);
        }
        *record = sums;
    }
}

/// The words of records, and how many a record has; `None` if records are not made of words.
fn words(records: &mut [u8], record_bytes: usize) -> Option<(&mut [u32], usize)> {
    let is_made_of_words = record_bytes > 0 && record_bytes.is_multiple_of(WORD_BYTES);
    let words = <[u32]>::mut_from_bytes(records).ok().filter(|_| is_made_of_words)?;
    Some((words, record_bytes / WORD_BYTES))
}

#[cfg(test)]
mod tests {
    use super::super::aligned::AlignedBytes;
    use super::*;

    /// Bytes of every value, in no order.
    fn records(bytes: usize) -> AlignedBytes {
        let mixed = |index: usize| index.wrapping_mul(0x9E37_79B9).to_le_bytes()[3];
        AlignedBytes::from((0..bytes).map(mixed).collect::<Vec<_>>())
    }

    #[test]
    fn records_of_any_size_and_number_come_back() {
        for record_bytes in [4, 8, 12, 16, 32, 44, 72, 76] {
            for count in [0, 1, 2, 3, 100] {
                let before = records(record_bytes * count);
                let mut after = before.clone();
                take(after.as_mut_bytes(), record_bytes);
                assert_eq!(
                    before.as_bytes() == after.as_bytes(),
                    count < 2,
                    "{count} of {record_bytes} bytes"
                );
                add_up(after.as_mut_bytes(), record_bytes);
                assert!(before.as_bytes() == after.as_bytes(), "{count} of {record_bytes} bytes");
            }
        }
    }

    #[test]
    fn numbers_that_rise_by_the_same_are_written_alike_beyond_the_limits_of_a_word() {
        let mut words = [[7, u32::MAX - 4], [7, u32::MAX - 1], [8, 2]];
        take(zerocopy::IntoBytes::as_mut_bytes(&mut words), 8);
        assert_eq!(words, [[7, u32::MAX - 4], [0, 3], [1, 4]]);
    }

    #[test]
    fn bytes_that_are_no_records_of_words_stay_as_they_are() {
        for (bytes, record_bytes) in [(8, 0), (8, 3), (9, 4)] {
            let before = records(bytes);
            let mut after = before.clone();
            take(after.as_mut_bytes(), record_bytes);
            add_up(after.as_mut_bytes(), record_bytes);
            assert_eq!(before.as_bytes(), after.as_bytes());
        }
    }
}
