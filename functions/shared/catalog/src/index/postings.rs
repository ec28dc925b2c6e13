//! Ascending numbers of items as bytes.
//!
//! First stands their count, then the distance of each from the one before, or from 0. A number takes seven bits of
//! a byte, the lowest first; all its bytes but the last have the highest bit.

/// Writes numbers, which ascend.
pub(super) fn write(numbers: &[u32], bytes: &mut Vec<u8>) {
    write_one(u32::try_from(numbers.len()).unwrap_or(u32::MAX), bytes);
    let mut before = 0;
    for &number in numbers {
        write_one(number - before, bytes);
        before = number;
    }
}

fn write_one(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(0x80 | (number & 0x7f) as u8);
        number >>= 7;
    }
    bytes.push((number & 0x7f) as u8);
}

/// Sees each number. Returns the bytes behind the last one; `None` if these bytes are no numbers.
pub(super) fn read(bytes: &[u8], mut see: impl FnMut(u32)) -> Option<&[u8]> {
    let (count, mut rest) = read_one(bytes)?;
    let mut number = 0_u32;
    for _ in 0..count {
        let (distance, behind) = read_one(rest)?;
        number = number.checked_add(distance)?;
        rest = behind;
        see(number);
    }
    Some(rest)
}

fn read_one(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (&first, mut rest) = bytes.split_first()?;
    if first < 0x80 {
        return Some((first.into(), rest));
    }
    let mut number = u32::from(first & 0x7f);
    for shift in [7, 14, 21, 28] {
        let (&byte, behind) = rest.split_first()?;
        number |= u32::from(byte & 0x7f) << shift;
        rest = behind;
        if byte < 0x80 {
            return Some((number, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written_and_bytes_that_end_early_are_refused() {
        let numbers = [0, 1, 127, 128, 300, 16_384, 2_097_152, 268_435_456, u32::MAX];
        for length in 0..=numbers.len() {
            let (mut bytes, mut found) = (Vec::new(), Vec::new());
            write(&numbers[..length], &mut bytes);
            bytes.push(7);
            assert_eq!(read(&bytes, |number| found.push(number)), Some(&[7][..]));
            assert_eq!(found, numbers[..length]);
            let written = bytes.len() - 1;
            (0..written).for_each(|end| assert_eq!(read(&bytes[..end], |_| ()), None, "{end} of {written}"));
        }
        assert_eq!(read(&[1, 0xff, 0xff, 0xff, 0xff, 0xff], |_| ()), None);
    }
}
