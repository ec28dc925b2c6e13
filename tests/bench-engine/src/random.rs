//! Numbers that look random and are the same in every run.

/// `SplitMix64` (<https://prng.di.unimi.it/splitmix64.c>).
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below a limit.
    #[expect(clippy::cast_possible_truncation, reason = "it is below a usize")]
    pub const fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// Whether something of a probability in percent happens.
    pub const fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of some texts.
    pub fn one_of(&mut self, values: &[&'static str]) -> &'static str {
        values[self.below(values.len())]
    }

    /// Some of the numbers below a limit, each once.
    pub fn some_of(&mut self, limit: usize, count: usize) -> Vec<usize> {
        let mut chosen = Vec::with_capacity(count);
        while chosen.len() < count.min(limit) {
            let number = self.below(limit);
            if !chosen.contains(&number) {
                chosen.push(number);
            }
        }
        chosen
    }
}
