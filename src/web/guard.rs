//! The headers every answer carries, and the check of a form's origin.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Nothing but our own style sheet and forms; nobody may frame us. A page with a script says so itself.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                   base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // A link is a secret: it goes to no other site.
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), "interest-cohort=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Puts them on, where a page has none of its own.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether a form was posted by our own page: browsers name the origin of every POST. A client that
/// names none is no browser, and a forged request needs a browser.
pub fn own_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let of = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let origin =
        of("origin").is_none_or(|origin| origin.eq_ignore_ascii_case(public_origin(public_url)));
    let site = of("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    // `null` comes with our own no-referrer policy on some browsers' form posts; the fetch metadata,
    // which no page can set, then says where it came from.
    let null = of("origin") == Some("null") && of("sec-fetch-site") == Some("same-origin");
    null || (origin && site)
}

/// `https://pay.example.org` of `https://pay.example.org/shop`.
fn public_origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find('/').map_or(url.len(), |at| start + at);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        own_origin(&headers, "https://pay.example.org/shop")
    }

    #[test]
    fn a_form_of_another_site_is_told_by_its_origin() {
        assert!(fits(&[]));
        assert!(fits(&[("origin", "https://pay.example.org"), ("sec-fetch-site", "same-origin")]));
        assert!(fits(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        for foreign in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "http://pay.example.org")],
            &[("sec-fetch-site", "cross-site")],
            &[("origin", "https://pay.example.org"), ("sec-fetch-site", "cross-site")],
            &[("origin", "https://pay.example.org.evil.example")],
        ] {
            assert!(!fits(foreign), "{foreign:?}");
        }
    }
}
