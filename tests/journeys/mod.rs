//! Stories about people: mail in, mail out.

mod transfers;
mod trust;
