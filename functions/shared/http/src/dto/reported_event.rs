//! What a request says about the event that it reports, besides its token.

use lambda_http::Request;
use lambda_http::http::{HeaderMap, HeaderValue, header};
use lockfill_services::{Client, ClientAddress};

use crate::asked;

/// The parameter with the time of the event, in epoch seconds.
pub(crate) const AT: &str = "at";
/// More digits are no time of this calendar.
const AT_DIGITS_MAX: usize = 11;
/// The headers by which browsers say that they fetch a page before a person asks for it, and what they then hold.
/// Sources: <https://wicg.github.io/nav-speculation/prefetch.html#sec-purpose-header>; `Purpose` and `X-Moz` are of before.
const PREFETCH_HEADERS: [&str; 3] = ["sec-purpose", "purpose", "x-moz"];
/// The header in which the balancer appends the address of the client.
const FORWARDED: &str = "x-forwarded-for";
const PREFETCH_WORDS: [&[u8]; 2] = [b"prefetch", b"prerender"];

/// The time that a link's query tells, and whether something of it was ignored.
pub(crate) fn happened_at(request: &Request) -> (Option<i64>, bool) {
    let values: Vec<_> = asked::query(request).filter(|(name, _)| name == AT).collect();
    let Some(((_, last), others)) = values.split_last() else { return (None, false) };
    let time = epoch_seconds(last);
    (time, time.is_none() || !others.is_empty())
}

/// A time in decimal digits alone.
fn epoch_seconds(text: &str) -> Option<i64> {
    let is_time = (1..=AT_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_time)
}

/// The client's name of itself; several are joined by commas.
pub(crate) fn user_agent(headers: &HeaderMap) -> Vec<u8> {
    let names: Vec<&[u8]> = headers.get_all(header::USER_AGENT).iter().map(HeaderValue::as_bytes).collect();
    names.join(&b","[..])
}

/// What the headers tell about the client with that name.
pub(crate) fn client<'a>(headers: &HeaderMap, user_agent: &'a [u8]) -> Client<'a> {
    let says = |name| {
        headers.get_all(name).iter().any(|value| {
            let value = value.as_bytes().to_ascii_lowercase();
            PREFETCH_WORDS.iter().any(|word| value.windows(word.len()).any(|part| part == *word))
        })
    };
    let forwarded = headers.get_all(FORWARDED).iter().last().and_then(|value| value.to_str().ok());
    let address = forwarded.and_then(ClientAddress::forwarded);
    Client { user_agent, is_prefetch: PREFETCH_HEADERS.into_iter().any(says), address }
}
