//! The mails that people write: two or three kilobytes in two parts, vouched for by their host, each
//! different from all others.

use pennypost::clock::Clock;

use super::{people::address, sink::Taken};

/// The mailbox's own address.
pub(crate) const SERVICE: &str = "till@post.example";
/// The mail host's authserv-id.
pub(crate) const HOST: &str = "mx.post.example";

const WORDS: [&str; 24] = [
    "invoice", "order", "table", "lamp", "harbour", "paper", "thanks", "regards", "morning",
    "garden", "copper", "letter", "window", "market", "bridge", "ticket", "yellow", "street",
    "summer", "bottle", "river", "carpet", "pencil", "station",
];

/// A mail that asks for nothing we know: what ingest is measured with. About 3 KB.
pub(crate) fn order(number: u64) -> Vec<u8> {
    let body = format!("Hello,\n\nabout number {number}:\n{}\n", prose(number, 700));
    let subject = format!("Order {number} {}", word(number));
    mail(number, &address(number % 997), SERVICE, (&subject, ""), (&body, ""))
}

/// "pay … $5" from one person to another. About 2 KB, as mail programs write a short mail.
pub(crate) fn pay(number: u64, from: u64, to: u64) -> Vec<u8> {
    let body = format!("pay {} $5\n", address(to));
    mail(number, &address(from), SERVICE, ("", ""), (&body, ""))
}

/// The YES to a confirmation letter, above nothing: the prefilled mail, sent as it is.
pub(crate) fn yes(number: u64, letter: &Taken) -> Vec<u8> {
    let subject = format!("Re: {}", letter.subject);
    let thread = format!("In-Reply-To: {id}\r\nReferences: {id}\r\n", id = letter.message_id);
    mail(number, &letter.to, &letter.reply_to, (&subject, &thread), ("YES\n", ""))
}

/// Digits of one line (RFC 2045 section 6.8).
const LINE: usize = 76;
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// "pay … $5" with `bytes` of an attachment, as a camera makes them.
pub(crate) fn heavy(number: u64, (from, to): (u64, u64), bytes: usize) -> Vec<u8> {
    let body = format!("pay {} $5\n", address(to));
    let lines = bytes / (LINE + 2);
    let mut attached = String::with_capacity(bytes + 300);
    attached.push_str(&format!(
        "--outer\r\nContent-Type: image/jpeg; name=\"{number}.jpg\"\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{number}.jpg\"\r\n\r\n"
    ));
    // As little alike as the bytes of a photograph: no database can make it smaller.
    let mut state = number.wrapping_mul(2).wrapping_add(1);
    for _ in 0..lines {
        for _ in 0..LINE {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let digit = usize::try_from(state >> 58).unwrap_or(0);
            attached.push(char::from(BASE64[digit]));
        }
        attached.push_str("\r\n");
    }
    mail(number, &address(from), SERVICE, ("", ""), (&body, &attached))
}

/// What mail programs and hosts put around a text: trace, signature, both forms of the body.
fn mail(
    number: u64,
    from: &str,
    to: &str,
    (subject, thread): (&str, &str),
    (body, attached): (&str, &str),
) -> Vec<u8> {
    let domain = from.split_once('@').map_or("", |(_, domain)| domain);
    let date = Clock::System.now().rfc5322();
    let html: String = body.lines().map(|line| format!("<div>{line}</div>\r\n")).collect();
    let text = body.replace('\n', "\r\n");
    let signature = signature(number);
    let header = format!(
        "Authentication-Results: {HOST}; dkim=pass header.d={domain}; spf=pass smtp.mailfrom={domain}; \
         dmarc=pass header.from={domain}\r\n\
         Received: from out.{domain} (out.{domain} [192.0.2.1]) by {HOST} with ESMTPS id {number}; {date}\r\n\
         DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=k1;\r\n \
         h=from:to:subject:date:message-id:mime-version:content-type;\r\n \
         bh={hash};\r\n b={signature}\r\n\
         Date: {date}\r\nFrom: Person {number} <{from}>\r\nTo: {to}\r\nSubject: {subject}\r\n\
         Message-ID: <bench.{number}@{domain}>\r\n{thread}\
         X-Mailer: Postbox 7.1 (a mail program like any other)\r\nMIME-Version: 1.0\r\n",
        hash = &signature[..44],
    );
    let both = format!(
        "Content-Type: multipart/alternative; boundary=\"inner\"\r\n\r\n\
         --inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\
         --inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <html><head><style>{STYLE}</style></head><body>\r\n{html}</body></html>\r\n--inner--\r\n",
    );
    let mail = if attached.is_empty() {
        format!("{header}{both}")
    } else {
        format!(
            "{header}Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n--outer\r\n{both}\r\n\
             {attached}--outer--\r\n"
        )
    };
    mail.into_bytes()
}

/// What mail programs write into every HTML mail.
const STYLE: &str = "body { margin: 0; font-family: Helvetica, Arial, sans-serif; font-size: 15px; \
    line-height: 1.4; color: #222222; } div { margin: 0; padding: 0; } p { margin: 0 0 1em 0; } \
    a { color: #0055aa; text-decoration: underline; } blockquote { margin: 0 0 0 0.8ex; \
    border-left: 1px solid #cccccc; padding-left: 1ex; } @media (prefers-color-scheme: dark) \
    { body { background: #111111; color: #eeeeee; } }";

/// Looks like a signature and differs from mail to mail; who checked it is the host.
fn signature(number: u64) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::with_capacity(342);
    for _ in 0..342 {
        // Knuth's multiplier: any sequence that does not repeat soon will do.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let place = usize::try_from(state >> 58).unwrap_or(0);
        text.push(char::from(alphabet[place]));
    }
    text
}

fn word(number: u64) -> &'static str {
    let place = usize::try_from(number.wrapping_mul(2_654_435_761) >> 7).unwrap_or(0);
    WORDS[place % WORDS.len()]
}

fn prose(number: u64, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 20);
    let mut line = 0;
    for place in 0.. {
        if text.len() >= bytes {
            break;
        }
        let word = word(number.wrapping_mul(31).wrapping_add(place * 977));
        text.push_str(word);
        line += word.len() + 1;
        text.push(if line > 68 { '\n' } else { ' ' });
        line = if line > 68 { 0 } else { line };
    }
    text
}
