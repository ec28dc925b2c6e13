//! The addresses of stores, as the environment has them. Django shares `tests/fixtures/vectors/urls.json`.

use url::Url;

/// Takes `redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`. The problem does not repeat the text, which may hold a
/// password.
pub(crate) fn redis_url(text: &str) -> Result<String, &'static str> {
    let url = parse(text, &["redis", "rediss"]);
    let is_database = |path: &str| path.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    match url {
        Some(url) if is_database(url.path()) => Ok(text.to_owned()),
        _ => Err("must be redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]"),
    }
}

/// Takes `http[s]://HOST[:PORT]`.
pub(crate) fn endpoint_url(text: &str) -> Result<String, &'static str> {
    let url = parse(text, &["http", "https"]).filter(|_| !text.contains(['@', '\\']));
    match url {
        Some(url) if url.path() == "/" => Ok(text.to_owned()),
        _ => Err("must be http[s]://HOST[:PORT]"),
    }
}

/// The address, if its text begins with one of the schemes, in small letters, and a host.
fn parse(text: &str, schemes: &[&str]) -> Option<Url> {
    let (scheme, rest) = text.split_once("://")?;
    let is_clean = !text.chars().any(|c| c.is_control() || c.is_whitespace() || "?#".contains(c));
    if !is_clean || !schemes.contains(&scheme) || rest.starts_with('/') {
        return None;
    }
    // The standard leaves the host of other schemes than http's as it is written.
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:[]".contains(&byte);
    let is_host = |host: &str| !host.is_empty() && host.bytes().all(is_letter);
    Url::parse(text).ok().filter(|url| url.host_str().is_some_and(is_host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    type Reader = fn(&str) -> Result<String, &'static str>;

    #[test]
    fn an_address_of_a_store_is_taken_or_refused_as_django_does() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/vectors/urls.json");
        let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let readers: [(&str, Reader); 2] = [("redis", redis_url), ("endpoint", endpoint_url)];
        for (group, read) in readers {
            let rows = vectors[group].as_array().unwrap();
            assert!(!rows.is_empty());
            for row in rows {
                let found = read(row["text"].as_str().unwrap()).ok();
                assert_eq!(found.as_deref(), row["is"].as_str(), "{group} {row}");
            }
        }
    }
}
