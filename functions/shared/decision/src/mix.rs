//! How two ordered lists become one lock screen.

use std::iter::Peekable;

use lockfill_catalog::{FirstSlot, Mix};

/// The greatest number of ads among the first `slots` slots.
fn ad_quota(mix: &Mix, slots: usize) -> usize {
    let quota = slots as u128 * u128::from(mix.ad_ratio_ppm) / 1_000_000;
    usize::try_from(quota).unwrap_or(usize::MAX)
}

/// Whether the mix has room for ads at all. A ratio of 0 means a lock screen free of ads, whatever its first slot
/// would be.
pub(super) const fn takes_ads(mix: &Mix) -> bool {
    mix.ad_ratio_ppm > 0
}

/// The number of ads to choose for a lock screen of `slots` slots.
///
/// Only as many as the mix can take: an ad that is dropped afterwards would have used up caps of its line item,
/// campaign and advertiser. Where there is no content and the mix begins with none of the ads, the mix yields no
/// slot at all. An empty lock screen is worse than a missed ratio, so ads then fill all slots.
pub(super) fn ads_wanted(mix: &Mix, slots: usize, has_contents: bool) -> usize {
    if !takes_ads(mix) {
        0
    } else if !has_contents && !begins_with_ad(mix) {
        slots
    } else {
        ad_quota(mix, slots).max(usize::from(mix.first_slot == FirstSlot::Ad)).min(slots)
    }
}

/// Whether the first slot may be an ad where there is no content.
fn begins_with_ad(mix: &Mix) -> bool {
    mix.first_slot == FirstSlot::Ad || ad_quota(mix, 1) > 0
}

/// Takes from both lists until `count` slots are filled or no list may give an item.
///
/// A slot holds an ad if the quota of the slots so far is not used up and enough contents follow the last ad. Any
/// other slot holds a content. Contents fill slots that ads leave empty. Ads do not fill slots that contents leave
/// empty beyond the quota and the gap, because the unit asks for the ratio. A first slot that must be an ad is one
/// even if the quota gives none yet. Where all of this yields no slot, the ads are the lock screen.
pub(super) fn interleave<T>(
    mix: &Mix,
    count: usize,
    ads: &mut Peekable<impl Iterator<Item = T>>,
    contents: &mut Peekable<impl Iterator<Item = T>>,
) -> Vec<T> {
    let mut slots = Vec::with_capacity(count);
    let mut ads_placed = 0;
    // Before the first ad there is no ad to keep a distance from.
    let mut contents_since_ad = usize::MAX;
    while slots.len() < count {
        let is_first = slots.is_empty();
        let wants_ad = match mix.first_slot {
            _ if !takes_ads(mix) => false,
            FirstSlot::Ad if is_first => true,
            FirstSlot::Content if is_first && contents.peek().is_some() => false,
            _ => ads_placed < ad_quota(mix, slots.len() + 1) && contents_since_ad >= mix.minimum_gap,
        };
        if let Some(ad) = wants_ad.then(|| ads.next()).flatten() {
            slots.push(ad);
            ads_placed += 1;
            contents_since_ad = 0;
        } else if let Some(content) = contents.next() {
            slots.push(content);
            contents_since_ad = contents_since_ad.saturating_add(1);
        } else {
            break;
        }
    }
    if slots.is_empty() && takes_ads(mix) {
        slots.extend(ads.take(count));
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(
        ad_ratio_ppm: u32,
        first_slot: FirstSlot,
        minimum_gap: usize,
        ads: usize,
        contents: usize,
    ) -> String {
        let mix = Mix { ad_ratio_ppm, first_slot, minimum_gap };
        let mut ads = std::iter::repeat_n('A', ads).peekable();
        let mut contents = std::iter::repeat_n('c', contents).peekable();
        interleave(&mix, 10, &mut ads, &mut contents).into_iter().collect()
    }

    #[test]
    fn the_ratio_spreads_ads_evenly() {
        assert_eq!(picture(300_000, FirstSlot::Any, 0, 9, 20), "cccAccAccA");
        assert_eq!(picture(500_000, FirstSlot::Any, 0, 9, 20), "cAcAcAcAcA");
        assert_eq!(picture(0, FirstSlot::Any, 0, 9, 20), "cccccccccc");
        assert_eq!(picture(1_000_000, FirstSlot::Any, 0, 20, 20), "AAAAAAAAAA");
    }

    #[test]
    fn the_first_slot_is_what_the_unit_says_if_there_is_one() {
        assert_eq!(picture(300_000, FirstSlot::Ad, 0, 9, 20), "AcccccAccA");
        assert_eq!(picture(1_000_000, FirstSlot::Content, 0, 20, 20), "cAAAAAAAAA");
        assert_eq!(picture(300_000, FirstSlot::Ad, 0, 0, 20), "cccccccccc");
        assert_eq!(picture(1_000_000, FirstSlot::Content, 0, 20, 0), "AAAAAAAAAA");
    }

    #[test]
    fn a_gap_keeps_ads_apart_even_when_contents_run_out() {
        assert_eq!(picture(1_000_000, FirstSlot::Any, 2, 9, 20), "AccAccAccA");
        assert_eq!(picture(1_000_000, FirstSlot::Any, 2, 9, 3), "AccAc");
        assert_eq!(picture(500_000, FirstSlot::Any, 0, 9, 2), "cAcA");
    }

    #[test]
    fn ads_are_the_lock_screen_where_the_mix_yields_no_slot() {
        assert_eq!(picture(300_000, FirstSlot::Any, 0, 20, 0), "AAAAAAAAAA");
        assert_eq!(picture(1, FirstSlot::Content, 3, 4, 0), "AAAA");
        assert_eq!(picture(300_000, FirstSlot::Any, 0, 20, 1), "c");
        assert_eq!(picture(1_000_000, FirstSlot::Any, 2, 20, 0), "A", "the mix yields one slot");
    }

    #[test]
    fn a_ratio_of_zero_is_free_of_ads_whatever_the_first_slot_would_be() {
        for first_slot in [FirstSlot::Any, FirstSlot::Ad, FirstSlot::Content] {
            assert_eq!(picture(0, first_slot, 0, 9, 20), "cccccccccc");
            assert_eq!(picture(0, first_slot, 0, 9, 0), "");
        }
    }

    #[test]
    fn no_more_ads_are_chosen_than_the_mix_takes() {
        let wanted = |ad_ratio_ppm, first_slot, has_contents| {
            ads_wanted(&Mix { ad_ratio_ppm, first_slot, minimum_gap: 0 }, 10, has_contents)
        };
        assert_eq!(wanted(300_000, FirstSlot::Any, true), 3);
        assert_eq!(wanted(300_000, FirstSlot::Any, false), 10);
        assert_eq!(wanted(300_000, FirstSlot::Ad, false), 3, "the first slot is an ad");
        assert_eq!(wanted(1, FirstSlot::Ad, true), 1);
        assert_eq!(wanted(0, FirstSlot::Ad, false), 0);
    }

    #[test]
    fn contents_fill_what_ads_leave() {
        assert_eq!(picture(500_000, FirstSlot::Any, 0, 1, 20), "cAcccccccc");
        assert_eq!(picture(500_000, FirstSlot::Any, 0, 0, 0), "");
    }
}
