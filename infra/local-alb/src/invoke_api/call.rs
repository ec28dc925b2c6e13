//! What a request asks for: its path, its query and its headers. The signature and its date are not read.

use hyper::http::request::Parts;

use super::failure::Failure;

const PREFIX: &str = "/2015-03-31/functions/";
const SUFFIX: &str = "/invocations";
/// The longest name: that of an ARN with a qualifier.
const NAME_BYTES_MAX: usize = 256;
const QUALIFIER_BYTES_MAX: usize = 128;

/// How a function is invoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The answer is the function's.
    RequestResponse,
    /// The answer is that the invocation waits.
    Event,
    /// The function is not invoked.
    DryRun,
}

/// A call of the API, without its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// The name, the logical id or the ARN, without a qualifier.
    pub(super) name: String,
    pub(super) kind: Kind,
}

impl Call {
    pub(super) fn read(head: &Parts) -> Result<Self, Failure> {
        let path = head.uri.path();
        let middle = path.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
        let Some(middle) = middle.filter(|_| head.method == hyper::Method::POST) else {
            return Err(Failure::no_such_operation());
        };
        let decoded = decode(middle).filter(|name| is_name(name));
        let text = decoded.ok_or_else(|| Failure::parameter("the function's name is malformed"))?;
        let (name, own) = split(&text);
        let query = head.uri.query().unwrap_or_default();
        let given = query.split('&').find_map(|pair| pair.strip_prefix("Qualifier="));
        let given = given.map(|text| decode(text).unwrap_or_default());
        if let (Some(own), Some(given)) = (own, given.as_deref())
            && own != given
        {
            let message =
                "The derived qualifier from the function name does not match the specified qualifier.";
            return Err(Failure::parameter(message));
        }
        if let Some(qualifier) = own.or(given.as_deref())
            && !is_qualifier(qualifier)
        {
            return Err(Failure::parameter("the qualifier is malformed"));
        }
        Ok(Self { name: name.to_owned(), kind: kind(head)? })
    }
}

fn kind(head: &Parts) -> Result<Kind, Failure> {
    let header = |name| head.headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if !matches!(header("x-amz-log-type"), None | Some("None" | "Tail")) {
        return Err(Failure::parameter("X-Amz-Log-Type must be None or Tail"));
    }
    match header("x-amz-invocation-type") {
        None | Some("RequestResponse") => Ok(Kind::RequestResponse),
        Some("Event") => Ok(Kind::Event),
        Some("DryRun") => Ok(Kind::DryRun),
        Some(_) => Err(Failure::parameter("X-Amz-Invocation-Type must be RequestResponse, Event or DryRun")),
    }
}

/// The name and its qualifier. `function:NAME` and longer forms have their qualifier after the name.
fn split(text: &str) -> (&str, Option<&str>) {
    let start = text.find("function:").map_or(0, |start| start + "function:".len());
    match text[start..].find(':') {
        Some(end) => (&text[..start + end], Some(&text[start + end + 1..])),
        None => (text, None),
    }
}

/// A logical id of a nested stack has slashes.
fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/$".contains(&byte);
    !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.bytes().all(is_letter)
}

fn is_qualifier(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_$".contains(&byte);
    !text.is_empty() && text.len() <= QUALIFIER_BYTES_MAX && text.bytes().all(is_letter)
}

/// A percent-encoded text, if it is ASCII.
fn decode(text: &str) -> Option<String> {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let byte = if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            u8::try_from(high * 16 + low).ok()?
        } else {
            byte
        };
        decoded.push(char::from(byte).is_ascii().then_some(char::from(byte))?);
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn read(path: &str) -> Result<Call, Failure> {
        let request = Request::post(path).body(()).expect("a request");
        Call::read(&request.into_parts().0)
    }

    #[test]
    fn a_function_is_named_by_name_or_arn_with_or_without_a_qualifier() {
        let arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3AFn";
        let whole = "arn:aws:lambda:us-east-1:123456789012:function:Fn";
        for (text, name) in [
            ("Fn".to_owned(), "Fn"),
            ("Fn:live".to_owned(), "Fn"),
            ("Shop%2FFn".to_owned(), "Shop/Fn"),
            ("function:Fn:1".to_owned(), "function:Fn"),
            (arn.to_owned(), whole),
            (format!("{arn}%3A%24LATEST"), whole),
        ] {
            let call = read(&format!("{PREFIX}{text}{SUFFIX}")).expect("a call");
            assert_eq!((call.name.as_str(), call.kind), (name, Kind::RequestResponse), "{text}");
        }
        assert!(read(&format!("{PREFIX}Fn:a{SUFFIX}?Qualifier=a")).is_ok());
    }

    #[test]
    fn what_names_no_function_is_refused() {
        for text in ["", "a%", "a%4", "a%zz", "a%00", "a%C3%A9", "a%20b", "Fn:", "Fn:a:b", &"x".repeat(300)] {
            let refused = read(&format!("{PREFIX}{text}{SUFFIX}")).expect_err(text);
            assert_eq!(refused.into_response().status(), 400, "{text}");
        }
        assert!(read(&format!("{PREFIX}Fn:a{SUFFIX}?Qualifier=b")).is_err());
        for path in
            ["/", "/2015-03-31/functions/", "/2015-03-31/functions/invocations", "/2018/x/invocations"]
        {
            assert_eq!(read(path).expect_err(path), Failure::no_such_operation());
        }
    }
}
