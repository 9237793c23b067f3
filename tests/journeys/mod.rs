//! Stories about people: mail in, mail out.

mod accounts;
mod claims;
mod languages;
mod letters;
mod observe;
mod trace;
mod transfers;
mod trust;
