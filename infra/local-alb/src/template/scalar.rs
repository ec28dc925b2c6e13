//! Plain scalars by the rules of YAML 1.1.
//!
//! `CloudFormation` reads a plain `yes` or `True` as a boolean, and the text of a boolean is `true` or `false`. Source:
//! <https://yaml.org/type/bool.html> without `y` and `n`, which AWS's parsers take for text.

use super::node::Kind;

/// The content of a plain scalar. Numbers stay as they are written: `010` and `1.10` survive that way.
pub(super) fn plain(text: String) -> Kind {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        _ => Kind::Text(plain_key(text)),
    }
}

/// The text of a plain scalar that is a key.
pub(super) fn plain_key(text: String) -> String {
    match &*text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => "true".to_owned(),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => "false".to_owned(),
        _ => text,
    }
}
