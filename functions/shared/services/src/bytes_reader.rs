//! Reads the parts of a text of bytes, and nothing beyond its end.

/// The most bytes of a varint of 64 bits.
const VARINT_BYTES_MAX: u32 = 10;

/// What is left to read. Each method gives `None` if less is left than it wants.
#[derive(Debug, Clone)]
pub(crate) struct BytesReader<'b>(&'b [u8]);

impl<'b> BytesReader<'b> {
    pub(crate) const fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take<const LENGTH: usize>(&mut self) -> Option<&'b [u8; LENGTH]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn slice(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| *byte)
    }

    /// A big-endian number.
    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.take().copied().map(u64::from_be_bytes)
    }

    /// LEB128: groups of seven bits, the lowest first; the top bit says that another byte follows.
    pub(crate) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for at in 0..VARINT_BYTES_MAX {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7F);
            let shifted = bits << (7 * at);
            if shifted >> (7 * at) != bits {
                return None;
            }
            value |= shifted;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

/// Appends a number as LEB128.
pub(crate) fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    loop {
        let [low, ..] = (value & 0x7F).to_le_bytes();
        value >>= 7;
        if value == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_was_written() {
        for (value, length) in [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (u64::MAX, 10)] {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, value);
            assert_eq!(bytes.len(), length, "{value}");
            let mut reader = BytesReader::new(&bytes);
            assert_eq!((reader.varint(), reader.is_empty()), (Some(value), true));
        }
    }

    #[test]
    fn a_number_that_ends_too_soon_or_is_too_large_is_none() {
        let beyond_64_bits = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02];
        for bytes in [&[][..], &[0x80], &beyond_64_bits, &[0x80; 11]] {
            assert_eq!(BytesReader::new(bytes).varint(), None, "{bytes:?}");
        }
    }
}
