//! Stories about people: mail in, mail out.

mod accounts;
mod letters;
mod transfers;
mod trust;
