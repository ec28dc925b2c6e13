//! Bytes that begin at a multiple of 8, so that 64-bit numbers in them can be read where they lie.

use std::ops::Range;

use memmap2::MmapMut;
use zerocopy::IntoBytes;

const WORD_BYTES: usize = 8;
/// The smallest size of a page on the processors that serve.
const PAGE_BYTES: usize = 4 * 1024;
/// The size of a huge page on the processors that serve.
const HUGE_PAGE_BYTES: usize = 2 * 1024 * 1024;

/// Bytes that begin at a multiple of 8 in memory.
#[derive(Debug)]
pub struct AlignedBytes {
    memory: Memory,
    length: usize,
}

#[derive(Debug)]
enum Memory {
    Words(Vec<u64>),
    /// Pages of the system's. The bytes begin at the offset, which is at the begin of a huge page.
    Pages {
        pages: MmapMut,
        offset: usize,
    },
}

impl AlignedBytes {
    /// So many bytes of zero.
    ///
    /// Where a huge page is filled, the system is asked for huge pages. A start writes each page of its blob for the
    /// first time, and the system stops it at each page to clear it.
    #[must_use]
    pub fn zeroed(bytes: usize) -> Self {
        let pages = if bytes >= HUGE_PAGE_BYTES { huge_pages(bytes) } else { None };
        let memory = pages.unwrap_or_else(|| Memory::Words(vec![0; bytes.div_ceil(WORD_BYTES)]));
        Self { memory, length: bytes }
    }

    /// Overwrites the bytes from an offset on, all of which exist already.
    ///
    /// # Panics
    /// If some of the bytes do not exist.
    pub fn overwrite(&mut self, offset: usize, bytes: &[u8]) {
        self.as_mut_bytes()[offset..offset + bytes.len()].copy_from_slice(bytes);
    }

    /// Writes zero to each page of a range, so that the system has cleared them before they are needed. None of these
    /// bytes may have been written yet.
    ///
    /// # Panics
    /// If some of the bytes do not exist.
    pub fn touch(&mut self, range: Range<usize>) {
        self.as_mut_bytes()[range].iter_mut().step_by(PAGE_BYTES).for_each(|byte| *byte = 0);
    }

    /// The bytes, to be written.
    pub fn as_mut_bytes(&mut self) -> &mut [u8] {
        let all = match &mut self.memory {
            Memory::Words(words) => words.as_mut_bytes(),
            Memory::Pages { pages, offset } => &mut pages[*offset..],
        };
        &mut all[..self.length]
    }

    /// The bytes.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        let all = match &self.memory {
            Memory::Words(words) => words.as_bytes(),
            Memory::Pages { pages, offset } => &pages[*offset..],
        };
        &all[..self.length]
    }
}

/// Pages of zero; `None` if the system gives none. A system without huge pages gives small ones.
///
/// A huge page begins at a multiple of its size, and not every system lets memory begin there. So there is room for one
/// more. What is not written takes no memory.
fn huge_pages(bytes: usize) -> Option<Memory> {
    let pages = MmapMut::map_anon(bytes.checked_next_multiple_of(HUGE_PAGE_BYTES)? + HUGE_PAGE_BYTES).ok()?;
    let address = pages.as_ptr().addr();
    let offset = address.next_multiple_of(HUGE_PAGE_BYTES) - address;
    // A last page that is less than half full would take more memory than it saves time.
    #[cfg(target_os = "linux")]
    let _ = pages.advise_range(
        memmap2::Advice::HugePage,
        offset,
        (bytes + HUGE_PAGE_BYTES / 2) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES,
    );
    Some(Memory::Pages { pages, offset })
}

impl Default for AlignedBytes {
    fn default() -> Self {
        Self::zeroed(0)
    }
}

impl Clone for AlignedBytes {
    fn clone(&self) -> Self {
        Self::from(self.as_bytes())
    }
}

impl From<&[u8]> for AlignedBytes {
    fn from(bytes: &[u8]) -> Self {
        let mut aligned = Self::zeroed(bytes.len());
        aligned.overwrite(0, bytes);
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
    fn bytes_of_any_length_begin_at_a_word_and_are_the_same_bytes() {
        for length in [0, 1, 7, 8, 9, 4_096, HUGE_PAGE_BYTES - 1, HUGE_PAGE_BYTES, 2 * HUGE_PAGE_BYTES + 3] {
            let mut aligned = AlignedBytes::zeroed(length);
            assert_eq!(aligned.as_bytes(), vec![0; length]);
            aligned.touch(0..length);
            assert!(aligned.as_bytes().iter().all(|&byte| byte == 0), "{length} bytes");
            let bytes: Vec<u8> = (0..=255).cycle().take(length).collect();
            aligned.overwrite(0, &bytes);
            let copy = aligned.clone();
            for of_length in [&aligned, &copy] {
                assert!(of_length.as_bytes() == bytes, "of {length} bytes");
                assert_eq!(of_length.as_bytes().as_ptr().align_offset(WORD_BYTES), 0);
            }
        }
    }
}
