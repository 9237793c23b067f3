//! Stories about people: mail in, mail out.

mod accounts;
mod asks;
mod claims;
mod languages;
mod letters;
mod limits;
mod lists;
mod observe;
mod people;
mod trace;
mod transfers;
mod trust;
