//! Hours of the week.

use std::fmt;

/// Hours in a week, counted from Monday 00:00 local time.
pub const HOURS_PER_WEEK: usize = 168;

/// A set of hours of the week; hour 0 is Monday from 00:00 to 01:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HourSet([u64; 3]);

impl HourSet {
    /// The set of these bits: hour `h` is bit `h % 64` of number `h / 64`. Bits beyond the week are ignored.
    #[must_use]
    pub const fn from_bits(bits: [u64; 3]) -> Self {
        Self([bits[0], bits[1], bits[2] & ((1 << (HOURS_PER_WEEK - 128)) - 1)])
    }

    /// The bits, as [`Self::from_bits`] takes them.
    #[must_use]
    pub const fn bits(self) -> [u64; 3] {
        self.0
    }

    /// Adds an hour; one beyond the week is ignored.
    pub fn insert(&mut self, hour_of_week: usize) {
        if hour_of_week < HOURS_PER_WEEK {
            self.0[hour_of_week / 64] |= 1 << (hour_of_week % 64);
        }
    }

    /// Whether two sets have an hour in common.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0.iter().zip(other.0).any(|(one, other)| one & other != 0)
    }

    /// Whether an hour is in the set.
    #[must_use]
    pub const fn contains(&self, hour_of_week: usize) -> bool {
        hour_of_week < HOURS_PER_WEEK && self.0[hour_of_week / 64] >> (hour_of_week % 64) & 1 == 1
    }
}

impl fmt::Display for HourSet {
    /// Runs of hours, `Mon 07:00-09:00, Sat 22:00-Sun 02:00`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_start = |&hour: &usize| self.contains(hour) && (hour == 0 || !self.contains(hour - 1));
        let run = |start: usize| {
            let end = (start..HOURS_PER_WEEK).find(|&hour| !self.contains(hour)).unwrap_or(HOURS_PER_WEEK);
            let (from, until) = (clock(start), clock(end));
            // Until midnight is until 24:00 of the same day.
            match (start / 24, end / 24, end % 24) {
                (first, last, 0) if last == first + 1 => format!("{} {from}-24:00", DAYS[first]),
                (first, last, _) if last == first => format!("{} {from}-{until}", DAYS[first]),
                (first, last, _) => format!("{} {from}-{} {until}", DAYS[first], DAYS[last % 7]),
            }
        };
        let runs: Vec<_> = (0..HOURS_PER_WEEK).filter(is_start).map(run).collect();
        formatter.write_str(if runs.is_empty() { "never" } else { "" })?;
        formatter.write_str(&runs.join(", "))
    }
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

fn clock(hour_of_week: usize) -> String {
    format!("{:02}:00", hour_of_week % 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(hours: impl IntoIterator<Item = usize>) -> String {
        let mut set = HourSet::default();
        for hour in hours {
            set.insert(hour);
        }
        set.to_string()
    }

    #[test]
    fn hours_are_written_as_people_say_them() {
        assert_eq!(written([]), "never");
        assert_eq!(written([7, 8, 31]), "Mon 07:00-09:00, Tue 07:00-08:00");
        assert_eq!(written([22, 23]), "Mon 22:00-24:00");
        assert_eq!(written([22, 23, 24, 25]), "Mon 22:00-Tue 02:00");
        assert_eq!(written([166, 167, 0]), "Mon 00:00-01:00, Sun 22:00-24:00");
        assert_eq!(written(0..168), "Mon 00:00-Mon 00:00");
    }

    #[test]
    fn bits_are_the_same_set() {
        let mut set = HourSet::default();
        for hour in [0, 63, 64, 167] {
            set.insert(hour);
        }
        assert_eq!(HourSet::from_bits(set.bits()), set);
        assert_eq!(written(0..168), HourSet::from_bits([u64::MAX; 3]).to_string());
    }

    #[test]
    fn an_hour_beyond_the_week_is_none() {
        assert_eq!(written([168, 1_000]), "never");
    }
}
