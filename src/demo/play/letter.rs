//! A letter's own HTML, as a document for a frame: no scripts, and links that lead out of the frame.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Play;
use crate::mail::message::Message;

/// The letter's own styles and nothing else; in a frame of ours alone, and nothing in it may run.
const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                   frame-ancestors 'self'; sandbox allow-same-origin allow-popups \
                   allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

/// GET /play/letter/{whose}/{name}
pub(super) async fn show(
    State(play): State<Play>,
    Path((whose, name)): Path<(String, String)>,
) -> Response {
    let message = play.bytes(&whose, &name).and_then(|raw| Message::parse(&raw).ok());
    let Some(html) = message.and_then(|message| message.html) else {
        return (StatusCode::NOT_FOUND, "There is no such letter.").into_response();
    };
    let guarded = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    ];
    (guarded, led_out(&html, &whose)).into_response()
}

/// A prepared mail opens in the page's own program, which finds it behind the `#`; a page opens in a
/// tab of its own.
fn led_out(html: &str, whose: &str) -> String {
    let mail = format!("target=\"_top\" href=\"/play#{whose}/mailto:");
    html.replace("href=\"mailto:", &mail)
        .replace("href=\"http", "target=\"_blank\" rel=\"noopener\" href=\"http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_letter_lead_to_the_page_and_to_tabs() {
        let html =
            "<a href=\"mailto:till@x?body=YES\">y</a> <a href=\"http:&#x2f;&#x2f;l/c/t\">c</a>";
        assert_eq!(
            led_out(html, "ada@home.example"),
            "<a target=\"_top\" href=\"/play#ada@home.example/mailto:till@x?body=YES\">y</a> \
             <a target=\"_blank\" rel=\"noopener\" href=\"http:&#x2f;&#x2f;l/c/t\">c</a>"
        );
    }
}
