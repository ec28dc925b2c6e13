//! Survivors in the order of line items.

use super::plan::Plan;

/// Words of a column that are read at first: where many line items survive, they fill a slate.
const FIRST_STEP: usize = 8;
/// Words that are read at a time after that. Looking up a column costs as much as comparing eight words of it.
const STEP: usize = 16;

/// Walks the survivors of a plan from the first line item on.
pub(super) struct Walk<'w, 'p> {
    plan: &'w Plan<'p>,
    /// The first word of the step.
    from: usize,
    /// The words of the step.
    length: usize,
    /// The word of the step that is walked.
    at: usize,
    /// The survivors of the step that are left; none before that word.
    left: [u64; STEP],
}

impl<'w, 'p> Walk<'w, 'p> {
    pub(super) fn new(plan: &'w Plan<'p>) -> Self {
        let mut left = [0; STEP];
        left[..FIRST_STEP].copy_from_slice(&plan.survivors::<FIRST_STEP>(0));
        Self { plan, from: 0, length: FIRST_STEP, at: 0, left }
    }

    /// The next survivor.
    pub(super) fn next(&mut self) -> Option<u32> {
        loop {
            while let Some(left) = self.left.get_mut(self.at).filter(|_| self.at < self.length) {
                if *left != 0 {
                    let bit = left.trailing_zeros();
                    *left &= *left - 1;
                    return u32::try_from((self.from + self.at) * 64).ok().map(|first| first + bit);
                }
                self.at += 1;
            }
            let behind = self.from + self.length;
            if behind * 64 >= self.plan.items() {
                return None;
            }
            self.read(behind);
        }
    }

    /// Leaves out the survivors before a line item.
    pub(super) fn skip_to(&mut self, item: u32) {
        let (word, bit) = (item as usize / 64, item % 64);
        if word >= self.from + self.length {
            self.read(word);
        }
        // A line item that was passed leaves nothing out.
        if word < self.from + self.at {
            return;
        }
        self.at = word - self.from;
        if let Some(left) = self.left.get_mut(self.at) {
            *left &= u64::MAX << bit;
        }
    }

    fn read(&mut self, from: usize) {
        (self.from, self.length, self.at, self.left) = (from, STEP, 0, self.plan.survivors(from));
    }
}
