//! As many reasons as an answer may have: a balancer lets no answer of more than a megabyte through.

use lockfill_models::vocabulary::Explain;

use super::items::Explained;

/// The most items of an answer.
const ITEMS_MAX: usize = 200;
/// The most characters of either side of a reason. A condition may list thousands of apps.
const CHARACTERS_MAX: usize = 400;
/// What stands for the rest of a longer text.
const CUT: char = '…';

/// The reasons that are asked for, in the order of the items' ids: of the items that are named, or of the first ones.
#[must_use]
pub fn bounded(mut explained: Vec<Explained>, asked: &Explain) -> Vec<Explained> {
    match asked {
        Explain::Nothing => explained.clear(),
        Explain::All => {}
        Explain::Named(ids) => explained.retain(|one| ids.iter().any(|id| **id == *one.item_id)),
    }
    explained.sort_by(|one, other| one.item_id.cmp(&other.item_id));
    explained.truncate(ITEMS_MAX);
    for one in &mut explained {
        cut(&mut one.finding.wanted);
        cut(&mut one.finding.found);
    }
    explained
}

fn cut(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(CHARACTERS_MAX) {
        text.truncate(end);
        text.pop();
        text.push(CUT);
    }
}

#[cfg(test)]
mod tests {
    use lockfill_models::vocabulary::Vocabulary;

    use super::*;
    use crate::explain::Finding;
    use crate::rejection::Rejection;

    #[test]
    fn an_answer_about_ten_thousand_items_with_long_conditions_has_less_than_a_megabyte() {
        let one = |number: usize| Explained {
            item_id: format!("li-{number:05}"),
            rejection: Rejection::Flight,
            finding: Finding::new("가".repeat(5_000), "나".repeat(5_000)),
        };
        let all: Vec<_> = (0..10_000).rev().map(one).collect();
        let first = bounded(all.clone(), &Explain::All);
        let ids: Vec<_> = first.iter().map(|one| one.item_id.as_str()).collect();
        assert_eq!((ids.len(), ids[0], ids[199]), (200, "li-00000", "li-00199"));
        let bytes: usize = first.iter().map(|one| one.finding.wanted.len() + one.finding.found.len()).sum();
        assert!(bytes < 600_000, "{bytes}");
        let named = Explain::read("li-09999,li-00500,ct-1").unwrap();
        let ids: Vec<_> = bounded(all, &named).into_iter().map(|one| one.item_id).collect();
        assert_eq!(ids, ["li-00500", "li-09999"]);
    }

    #[test]
    fn a_longer_text_ends_with_a_sign_of_that() {
        for (length, expected) in [(400, "가".repeat(400)), (401, "가".repeat(399) + "…")] {
            let mut text = "가".repeat(length);
            cut(&mut text);
            assert_eq!(text, expected);
        }
    }
}
