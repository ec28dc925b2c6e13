//! Reads a user's state from the fields of the hash.

use std::collections::HashMap;

use lockfill_dao::DaoError;
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::{History, UserState, WindowCount};

use crate::errors::malformed;

/// Reads a user's fields. No fields mean a new user.
pub(crate) fn parse(fields: &[(String, String)]) -> Result<UserState, DaoError> {
    let mut state = UserState::new_user();
    for (field, value) in fields {
        let (kind, id) = field.split_once(':').unwrap_or((field, ""));
        match kind {
            "l" => add(&mut state.line_items, id, value, "a line item")?,
            "c" => add(&mut state.campaigns, id, value, "a campaign")?,
            "a" => add(&mut state.advertisers, id, value, "an advertiser")?,
            "t" => {
                let seen_at = instant(value).ok_or_else(|| unreadable("a content's last showing"))?;
                state.contents.insert(id.to_owned(), seen_at);
            }
            "f" if id.is_empty() => {
                let seen_at = instant(value).ok_or_else(|| unreadable("the first showing"))?;
                state.first_seen_at = Some(seen_at);
            }
            // Clicks serve reports alone. Other fields belong to newer versions of this program.
            _ => {}
        }
    }
    Ok(state)
}

fn add(
    histories: &mut HashMap<String, History>,
    id: &str,
    value: &str,
    owner: &'static str,
) -> Result<(), DaoError> {
    let history = history(value).ok_or_else(|| unreadable(&format!("the history of {owner}")))?;
    histories.insert(id.to_owned(), history);
    Ok(())
}

fn history(value: &str) -> Option<History> {
    let mut numbers = [0_i64; 10];
    let mut texts = value.split(' ');
    for number in &mut numbers {
        *number = texts.next()?.parse().ok()?;
    }
    if texts.next().is_some() {
        return None;
    }
    let [lifetime, last_shown_at, windows @ ..] = numbers;
    let window = |index: usize| {
        Some(WindowCount { bucket: windows[2 * index], count: u32::try_from(windows[2 * index + 1]).ok()? })
    };
    Some(History {
        lifetime: u32::try_from(lifetime).ok()?,
        last_shown_at: EpochSeconds(last_shown_at),
        minute: window(0)?,
        hour: window(1)?,
        day: window(2)?,
        week: window(3)?,
    })
}

fn instant(value: &str) -> Option<EpochSeconds> {
    value.parse().ok().map(EpochSeconds)
}

/// The text names neither the item nor the user.
fn unreadable(what: &str) -> DaoError {
    malformed(format!("{what} in a user's state is unreadable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(fields: &[(&str, &str)]) -> Result<UserState, DaoError> {
        let owned: Vec<_> =
            fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        super::parse(&owned)
    }

    #[test]
    fn ten_integers_are_a_history_and_unknown_fields_are_ignored() {
        let state = parse(&[
            ("l:li:1", "7 1700000000 28333333 1 472222 2 -3 3 2810 4"),
            ("t:ct-1", "1700000001"),
            ("f", "-5"),
            ("k:li:1", "many"),
            ("p", "new"),
            ("segment:x", "y"),
        ])
        .unwrap();
        let history = state.line_items["li:1"];
        assert_eq!((history.lifetime, history.last_shown_at), (7, EpochSeconds(1_700_000_000)));
        assert_eq!(history.day, WindowCount { bucket: -3, count: 3 });
        assert_eq!(state.contents["ct-1"], EpochSeconds(1_700_000_001));
        assert_eq!(state.first_seen_at, Some(EpochSeconds(-5)));
    }

    #[test]
    fn an_unreadable_value_is_an_error_that_names_neither_user_nor_item() {
        let unreadable = [
            ("l:secret", ""),
            ("l:secret", "1 2 3 4 5 6 7 8 9"),
            ("c:secret", "1 2 3 4 5 6 7 8 9 10 11"),
            ("a:secret", "-1 2 3 4 5 6 7 8 9 10"),
            ("a:secret", "1 2 3 4 5 6 7 8 9 1.5"),
            ("t:secret", "yesterday"),
            ("f", ""),
        ];
        for field in unreadable {
            let error = parse(&[field]).unwrap_err();
            assert!(matches!(error, DaoError::Malformed { .. }), "{field:?}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
