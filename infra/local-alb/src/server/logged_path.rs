//! A request's path as the line on stderr has it: without what may be a credential or a person's id.

/// A longer segment is a token or a long id, as far as the balancer can know.
const SEGMENT_CHARS_MAX: usize = 32;
/// A segment with as many digits is an id. Names of resources, versions (`v1`) and dates of releases have fewer.
const ID_DIGITS: usize = 4;
const CUT: &str = "…";

/// The path, with `…` in the place of each segment that looks like a token or an id.
pub(super) fn logged_path(path: &str) -> String {
    let shown = |segment| if is_name(segment) { segment } else { CUT };
    path.split('/').map(shown).collect::<Vec<_>>().join("/")
}

fn is_name(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    segment.len() <= SEGMENT_CHARS_MAX && digits < ID_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_ids_are_cut_and_names_stay() {
        for (path, logged) in [
            ("/", "/"),
            ("/api/v1/allocation/lockscreen", "/api/v1/allocation/lockscreen"),
            ("/static/admin/css/base.min.css", "/static/admin/css/base.min.css"),
            ("/api/v1/events/click/k1.eyJyIjoi.c2ln/", "/api/v1/events/click/k1.eyJyIjoi.c2ln/"),
            ("/api/v1/events/click/k1.eyJyIjoiMDE5YWIwYzQtMDAwMC03MDAwLTgwMDAi", "/api/v1/events/click/…"),
            ("/devices/9774d56d682e549c/settings", "/devices/…/settings"),
            ("/devices/01a20639-39e4-7550-8ddc-63ab4b1613d2/", "/devices/…/"),
            ("/users/1234567", "/users/…"),
        ] {
            assert_eq!(logged_path(path), logged);
        }
    }
}
