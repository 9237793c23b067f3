//! What was said to sign in, kept out of what a server says: some quote it.

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};

use super::talk::{Reply, Trouble};
use crate::config::Login;

/// What stands in its place.
const LEFT_OUT: &str = "…";

/// The words of a login, as they go over the wire and as people know them.
#[derive(Debug, Default)]
pub(super) struct Quoted {
    /// Left out wherever they stand, the longest first.
    secrets: Vec<SecretString>,
    /// Left out as a word of its own: a short name stands in many a word.
    name: String,
}

impl Quoted {
    pub(super) fn of(login: Option<&Login>) -> Self {
        let Some(Login { user, password }) = login else { return Self::default() };
        let password = password.expose_secret();
        let mut secrets = vec![
            password.to_owned(),
            BASE64_STANDARD.encode(password),
            BASE64_STANDARD.encode(user),
            BASE64_STANDARD.encode(format!("\0{user}\0{password}")),
        ];
        secrets.retain(|secret| !secret.is_empty());
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { secrets: secrets.into_iter().map(Into::into).collect(), name: user.clone() }
    }

    /// The same trouble without them. What it means is judged before: a name may be any word.
    pub(super) fn left_out(&self, trouble: Trouble) -> Trouble {
        match trouble {
            Trouble::Said(stage, Reply { code, lines }) => {
                let lines = lines.iter().map(|line| self.clean(line)).collect();
                Trouble::Said(stage, Reply { code, lines })
            }
            other => other,
        }
    }

    fn clean(&self, line: &str) -> String {
        let without =
            |line: String, one: &SecretString| line.replace(one.expose_secret(), LEFT_OUT);
        without_word(&self.secrets.iter().fold(line.to_owned(), without), &self.name)
    }
}

/// The line with a word left out where no letter or digit touches it, in any case: servers fold it.
fn without_word(line: &str, word: &str) -> String {
    // ASCII alone: folding it moves no octet.
    let (folded, sought) = (line.to_ascii_lowercase(), word.to_ascii_lowercase());
    let mut out = String::with_capacity(line.len());
    let mut copied = 0;
    for (start, found) in folded.match_indices(&sought).filter(|(_, found)| !found.is_empty()) {
        let end = start + found.len();
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        let after = line.get(end..).and_then(|text| text.chars().next());
        if !before.into_iter().chain(after).any(char::is_alphanumeric) {
            out.push_str(line.get(copied..start).unwrap_or_default());
            out.push_str(LEFT_OUT);
            copied = end;
        }
    }
    out.push_str(line.get(copied..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_left_out_in_every_form() {
        let login = Login { user: "till".to_owned(), password: "p:w".to_owned().into() };
        let quoted = Quoted::of(Some(&login));
        for (said, expected) in [
            ("5.7.1 not owned by user till", "5.7.1 not owned by user …"),
            ("5.7.8 Till: no, <TILL> still", "5.7.8 …: no, <…> still"),
            ("dGlsbA== has cDp3 or p:w", "… has … or …"),
            ("AHRpbGwAcDp3 until tomorrow", "… until tomorrow"),
        ] {
            assert_eq!(quoted.clean(said), expected);
        }
        let nobody = Login { user: String::new(), password: String::new().into() };
        assert_eq!(Quoted::of(Some(&nobody)).clean("535 no"), "535 no");
        assert_eq!(Quoted::of(None).clean("535 no"), "535 no");
    }
}
