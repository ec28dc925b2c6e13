//! Survivors in the order of line items.

use super::plan::Plan;

/// Words of a column that are read at a time.
const STEP: usize = 8;

/// Walks the survivors of a plan from the first line item on.
pub(super) struct Walk<'w, 'p> {
    plan: &'w Plan<'p>,
    /// The first word of the step.
    from: usize,
    /// The survivors of the step that are left.
    left: [u64; STEP],
}

impl<'w, 'p> Walk<'w, 'p> {
    pub(super) fn new(plan: &'w Plan<'p>) -> Self {
        Self { plan, from: 0, left: plan.survivors(0) }
    }

    /// The next survivor.
    pub(super) fn next(&mut self) -> Option<u32> {
        loop {
            if let Some(word) = self.left.iter().position(|&word| word != 0) {
                let bit = self.left[word].trailing_zeros();
                self.left[word] &= self.left[word] - 1;
                return u32::try_from((self.from + word) * 64).ok().map(|first| first + bit);
            }
            self.from += STEP;
            if self.from * 64 >= self.plan.items() {
                self.from -= STEP;
                return None;
            }
            self.left = self.plan.survivors(self.from);
        }
    }

    /// Leaves out the survivors before a line item.
    pub(super) fn skip_to(&mut self, item: u32) {
        let item = item as usize;
        let step = item / 64 / STEP * STEP;
        if step > self.from {
            self.from = step;
            self.left = self.plan.survivors(step);
        }
        for (word, left) in self.left.iter_mut().enumerate() {
            let first = (self.from + word) * 64;
            if first + 64 <= item {
                *left = 0;
            } else if first < item {
                *left &= u64::MAX << (item - first);
            }
        }
    }
}
