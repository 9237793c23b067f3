//! Hosts that say that they are asked for too much: what they say, and how long they want to be left alone.
//!
//! The words are those of Gmail, Exchange Online, Yahoo, Dovecot and Courier; hosts hardly agree on codes.

use std::time::Duration;

/// What is said, in small letters.
const WORDS: &[&str] = &[
    // Yahoo and others, as a code and in words.
    "[throttled]",
    "throttl",
    "rate limit",
    // Gmail, Courier, and Dovecot (`mail_max_userip_connections`).
    "too many simultaneous connections",
    "too many connections",
    "maximum number of connections",
    "exceeded command or bandwidth limits",
    "bandwidth limit",
    // Exchange Online signs in and then refuses.
    "authenticated but not connected",
    "too many login",
    "too many requests",
];

/// What stands before the milliseconds that Exchange Online suggests.
const SUGGESTED: &str = "backoff time:";
/// How long a host is left alone that does not say how long, and at most.
const USUAL: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_hours(1);

/// How long a host wants to be left alone, if that is what it says.
pub(super) fn wait(said: &str) -> Option<Duration> {
    let said = said.to_ascii_lowercase();
    let suggested = said.split_once(SUGGESTED).map(|(_, rest)| {
        let digits: String =
            rest.trim_start().chars().take_while(char::is_ascii_digit).take(12).collect();
        Duration::from_millis(digits.parse().unwrap_or(0)).clamp(USUAL, LONGEST)
    });
    suggested.or_else(|| WORDS.iter().any(|words| said.contains(words)).then_some(USUAL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_are_asked_for_too_much_are_understood() {
        for said in [
            "[THROTTLED] try later",
            "[ALERT] Too many simultaneous connections. (Failure)",
            "Account exceeded command or bandwidth limits. (Failure)",
            "[UNAVAILABLE] Maximum number of connections from user+IP exceeded",
            "User is authenticated but not connected.",
            "[LIMIT] LOGIN Rate limit hit.",
        ] {
            assert_eq!(wait(said), Some(USUAL), "{said}");
        }
        let suggested = |millis: &str| {
            wait(&format!("Request is throttled. Suggested Backoff Time: {millis} milliseconds"))
        };
        assert_eq!(suggested("90000"), Some(Duration::from_secs(90)));
        assert_eq!(suggested("10"), Some(USUAL));
        assert_eq!(suggested("99999999999"), Some(LONGEST));
        for said in ["", "[AUTHENTICATIONFAILED] Invalid credentials", "[OVERQUOTA] full", "no"] {
            assert_eq!(wait(said), None, "{said}");
        }
    }
}
