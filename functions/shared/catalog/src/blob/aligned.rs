//! Bytes that begin at a multiple of 8, so that 64-bit numbers in them can be read where they lie.

use zerocopy::IntoBytes;

const WORD_BYTES: usize = 8;

/// Bytes that begin at a multiple of 8 in memory.
#[derive(Debug, Clone, Default)]
pub struct AlignedBytes {
    words: Vec<u64>,
    length: usize,
}

impl AlignedBytes {
    /// No bytes, and room for so many.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { words: Vec::with_capacity(bytes.div_ceil(WORD_BYTES)), length: 0 }
    }

    /// So many bytes of zero.
    #[must_use]
    pub fn zeroed(bytes: usize) -> Self {
        Self { words: vec![0; bytes.div_ceil(WORD_BYTES)], length: bytes }
    }

    /// Adds bytes at the end.
    pub fn extend(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        self.words.resize(end.div_ceil(WORD_BYTES), 0);
        self.words.as_mut_bytes()[self.length..end].copy_from_slice(bytes);
        self.length = end;
    }

    /// Adds bytes of zero until the length is a multiple of so many bytes.
    pub(super) fn pad_to(&mut self, multiple: usize) {
        self.length = self.length.next_multiple_of(multiple);
        self.words.resize(self.length.div_ceil(WORD_BYTES), 0);
    }

    /// Overwrites the bytes from an offset on, all of which exist already.
    ///
    /// # Panics
    /// If some of the bytes do not exist.
    pub fn overwrite(&mut self, offset: usize, bytes: &[u8]) {
        self.words.as_mut_bytes()[offset..offset + bytes.len()].copy_from_slice(bytes);
    }

    /// The bytes, to be written.
    pub fn as_mut_bytes(&mut self) -> &mut [u8] {
        &mut self.words.as_mut_bytes()[..self.length]
    }

    /// The bytes.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.words.as_bytes()[..self.length]
    }
}

impl From<&[u8]> for AlignedBytes {
    fn from(bytes: &[u8]) -> Self {
        let mut aligned = Self::with_capacity(bytes.len());
        aligned.extend(bytes);
        aligned
    }
}

impl From<Vec<u8>> for AlignedBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(&bytes[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_added_in_parts_of_any_size_are_the_same_bytes() {
        let all: Vec<u8> = (0..200).collect();
        for size in 1..20 {
            let mut aligned = AlignedBytes::default();
            all.chunks(size).for_each(|part| aligned.extend(part));
            assert_eq!(aligned.as_bytes(), all, "in parts of {size}");
            assert_eq!(aligned.as_bytes().as_ptr().align_offset(8), 0);
        }
    }
}
