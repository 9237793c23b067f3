//! All jobs, acts, events and letters on one page: one line per kind.

use std::collections::BTreeMap;

use crate::{
    accounts::{self, AccountOpened, AliasAdded},
    classifier,
    config::Mode,
    confirmations,
    context::{Act, Context},
    language::Language,
    letters::{self, Letter, LetterBounced, Sample},
    operator,
    queue::{Registry, events::Events},
    transfers::{self, letters::ClaimLetter},
};

/// Every kind of job with its handler.
pub fn registry() -> Registry<Context> {
    let mut jobs = Registry::new();
    jobs.prepare(classifier::prepare, classifier::transact);
    jobs.transact(accounts::sign_up);
    jobs.transact(accounts::answer);
    jobs.transact(accounts::gate);
    jobs.transact(accounts::unbelieved);
    jobs.transact(accounts::foreign_yes);
    jobs.transact(confirmations::reply);
    jobs.transact(transfers::request);
    jobs.transact(transfers::correct);
    jobs.transact(transfers::cancel);
    jobs.transact(transfers::request_all);
    jobs.transact(transfers::ask);
    jobs.transact(transfers::remind_payer);
    jobs.transact(transfers::block_asker);
    jobs.transact(transfers::resend);
    jobs.transact(transfers::status);
    jobs.transact(transfers::expire);
    jobs.transact(transfers::resume_waiting);
    jobs.transact(transfers::claim);
    jobs.transact(transfers::claim_link);
    jobs.transact(transfers::decline);
    jobs.transact(transfers::remind);
    jobs.transact(transfers::auto_remind);
    jobs.transact(transfers::return_held);
    jobs.transact(transfers::pay_held);
    jobs.transact(transfers::bounced);
    jobs.effect_marked_alone(letters::send, letters::mark, letters::mark_alone);
    jobs.effect_marked_alone(letters::send_advert, letters::mark, letters::mark_alone);
    jobs.when_buried(letters::given_up);
    jobs.when_buried(letters::advert_given_up);
    jobs.transact(letters::tell);
    jobs
}

/// The kinds that run in a mode: whoever only observes reads mail and writes to the operator. Jobs of
/// other kinds wait in their queues, and go on once the mode is live.
pub fn registry_in(mode: Mode) -> Registry<Context> {
    match mode {
        Mode::Live => registry(),
        Mode::Observe => {
            let mut jobs = Registry::new();
            jobs.prepare(classifier::prepare, classifier::transact);
            jobs.effect_marked_alone(letters::send, letters::mark, letters::mark_alone);
            jobs.when_buried(letters::given_up);
            jobs.transact(letters::tell);
            jobs
        }
    }
}

/// What a confirmation can release, by the name it stores.
pub fn acts() -> BTreeMap<&'static str, Act> {
    BTreeMap::from([
        (transfers::EXECUTE, transfers::execute_act as Act),
        (transfers::PAY, transfers::pay_act as Act),
        (transfers::PAY_ALL, transfers::pay_all_act as Act),
        (transfers::CLAIM, transfers::claim_act),
        (accounts::ADD_ALIAS, accounts::add_alias_act as Act),
        (accounts::RELEASE_MAIL, classifier::release_act as Act),
    ])
}

/// Every letter there is, written with invented values, in one language.
pub fn samples(language: Language) -> Vec<Sample> {
    let of_modules = [
        accounts::letters::samples(language),
        confirmations::samples(language),
        transfers::letters::samples(language),
    ];
    let mut samples: Vec<Sample> = of_modules.into_iter().flatten().collect();
    if language == Language::En {
        samples.extend(letters::samples());
        samples.extend(operator::samples());
    }
    samples
}

/// Who hears of what.
pub fn events() -> Events {
    let mut events = Events::new();
    events.on(|opened: &AccountOpened| {
        let lane = format!("person:{}", opened.address);
        Some((transfers::ResumeWaiting { opened: opened.clone() }, Some(lane)))
    });
    events.on(|opened: &AccountOpened| {
        let lane = format!("person:{}", opened.address);
        Some((transfers::PayHeld { opened: opened.clone() }, Some(lane)))
    });
    events.on(|bounced: &LetterBounced| {
        let told = bounced.kind == ClaimLetter::KIND;
        let reference = bounced.reference.clone().filter(|_| told)?;
        Some((transfers::Bounced { reference, why: bounced.why.clone() }, None))
    });
    events.on(|added: &AliasAdded| {
        let opened = AccountOpened { person: added.person.clone(), address: added.address.clone() };
        Some((transfers::PayHeld { opened }, Some(format!("person:{}", added.address))))
    });
    events.on(|added: &AliasAdded| {
        let opened = AccountOpened { person: added.person.clone(), address: added.address.clone() };
        Some((transfers::ResumeWaiting { opened }, Some(format!("person:{}", added.address))))
    });
    events
}
