//! A content's score: affinity x freshness x quality, each in ppm, floored after each step.

use lockfill_catalog::Content;
use lockfill_models::arithmetic::product_ppm;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::ShortText;

/// Affinity without a common interest, the step for each common interest, and the greatest affinity.
pub(crate) const AFFINITY_BASE_PPM: i64 = 250_000;
pub(crate) const AFFINITY_STEP_PPM: i64 = 250_000;
pub(crate) const AFFINITY_MAX_PPM: i64 = 1_000_000;

/// Freshness by age: an age below the number of hours gives the ppm beside it. The half-life is about a day.
pub(crate) const FRESHNESS_PPM: [(i64, i64); 8] = [
    (1, 1_000_000),
    (3, 950_000),
    (6, 900_000),
    (12, 800_000),
    (24, 650_000),
    (48, 450_000),
    (96, 250_000),
    (168, 120_000),
];
/// Freshness of what is older than the table.
pub(crate) const FRESHNESS_OLD_PPM: i64 = 50_000;

/// The score in ppm.
pub(super) fn score_ppm(content: Content<'_>, interests: &[ShortText], now: EpochSeconds) -> i64 {
    product_ppm(&parts_ppm(content, interests, now))
}

/// What the score is the product of: affinity, freshness and quality.
pub(crate) fn parts_ppm(content: Content<'_>, interests: &[ShortText], now: EpochSeconds) -> [i64; 3] {
    [
        affinity_ppm(content.categories().iter(), interests),
        freshness_ppm(content.published_at(), now),
        content.quality_ppm(),
    ]
}

fn affinity_ppm<'c>(categories: impl Iterator<Item = &'c str>, interests: &[ShortText]) -> i64 {
    let common = categories
        .filter(|category| interests.iter().any(|interest| **interest == **category))
        .take(3)
        .count();
    let common = i64::try_from(common).unwrap_or(3);
    (AFFINITY_BASE_PPM + AFFINITY_STEP_PPM * common).min(AFFINITY_MAX_PPM)
}

fn freshness_ppm(published_at: EpochSeconds, now: EpochSeconds) -> i64 {
    let age_hours = now.0.saturating_sub(published_at.0).div_euclid(3_600);
    FRESHNESS_PPM
        .iter()
        .find(|(below_hours, _)| age_hours < *below_hours)
        .map_or(FRESHNESS_OLD_PPM, |row| row.1)
}

#[cfg(test)]
mod tests {
    use lockfill_models::vocabulary::Vocabulary;

    use super::*;

    #[test]
    fn interests_in_common_raise_affinity_up_to_a_million() {
        let interests = |text: &str| {
            text.split_whitespace().map(|word| ShortText::read(word).unwrap()).collect::<Vec<_>>()
        };
        let affinity = |text: &str| affinity_ppm("a b c d".split(' '), &interests(text));
        assert_eq!(affinity(""), 250_000);
        assert_eq!(affinity("a x"), 500_000);
        assert_eq!(affinity("a b"), 750_000);
        assert_eq!(affinity("a b c d"), 1_000_000);
    }

    #[test]
    fn freshness_steps_down_exactly_on_the_hour() {
        let freshness = |age_seconds| freshness_ppm(EpochSeconds(0), EpochSeconds(age_seconds));
        assert_eq!(freshness(-1), 1_000_000);
        assert_eq!(freshness(3_599), 1_000_000);
        assert_eq!(freshness(3_600), 950_000);
        assert_eq!(freshness(168 * 3_600 - 1), 120_000);
        assert_eq!(freshness(168 * 3_600), 50_000);
    }
}
