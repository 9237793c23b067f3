//! Stories about people: mail in, mail out.

mod accounts;
mod languages;
mod letters;
mod observe;
mod people;
mod trace;
mod transfers;
mod trust;
