//! Writes a long text as a JSON string.

/// Appends a text in quotes, escaped as `serde_json` does it.
///
/// An answer is a JSON document in a JSON string, with an escape every eight bytes. A serializer that copies what lies
/// between two escapes takes several times as long as one loop over the bytes that does not branch.
#[inline(never)]
pub(crate) fn append(json: &mut Vec<u8>, text: &str) {
    // Read to the end, so that the compiler looks at many bytes at once.
    let lowest = text.bytes().fold(u8::MAX, u8::min);
    if lowest < b' ' {
        // Not in JSON that has been written without white space. Writing to memory does not fail.
        let _ = serde_json::to_writer(json, text);
        return;
    }
    json.push(b'"');
    let from = json.len();
    json.resize(from + 2 * text.len(), 0);
    let mut until = from;
    for byte in text.bytes() {
        // The byte takes this place where it needs no escape.
        json[until] = b'\\';
        until += usize::from(matches!(byte, b'"' | b'\\'));
        json[until] = byte;
        until += 1;
    }
    json.truncate(until);
    json.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_escaped_as_serde_json_does_it() {
        let each: String = (0..0x250).filter_map(char::from_u32).collect();
        let without_control: String = each.chars().filter(|char| *char >= ' ').collect();
        let long = "\"\\".repeat(5_000);
        for text in
            ["", "a", "\"", "\\", "{\"a\":\"한\\\"글 😀\"}", "one\ntwo", &each, &without_control, &long]
        {
            let mut json = b"before".to_vec();
            append(&mut json, text);
            let expected = format!("before{}", serde_json::to_string(text).unwrap());
            assert_eq!(String::from_utf8(json).unwrap(), expected);
        }
    }
}
