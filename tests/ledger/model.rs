//! A bank in the plainest words: what the ledger is compared with, step by step. It shares no line
//! with the ledger's rule book, so that a mistake must be made twice to go unseen.

use pennypost::{
    ledger::{HoldState, Limit, Refusal},
    money::Money,
};
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::people::eur;

pub(super) const PEOPLE: usize = 4;
pub(super) const STARTS_WITH: i64 = 1_000;
const DAY: u64 = 86_400;

/// One thing somebody does. Numbers of holds, payments and earlier acts wrap around.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Send {
        from: usize,
        to: usize,
        minor: i64,
        day_limit: Option<i64>,
    },
    Hold {
        from: usize,
        minor: i64,
        lasting: u64,
    },
    Capture {
        hold: usize,
        to: usize,
        minor: i64,
        fee: i64,
    },
    Void {
        hold: usize,
    },
    Expire {
        hold: usize,
    },
    Refund {
        payment: usize,
        minor: i64,
    },
    Freeze {
        who: usize,
        debit_ok: bool,
        credit_ok: bool,
    },
    Wait {
        seconds: u64,
    },
    /// An earlier act once more, under its own key.
    Again {
        act: usize,
    },
    /// Something else under the key of an earlier act.
    Misuse {
        act: usize,
    },
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) posted: i64,
    pub(super) held: i64,
    debit_ok: bool,
    credit_ok: bool,
}

#[derive(Debug, Clone)]
struct Held {
    from: usize,
    minor: i64,
    state: HoldState,
    opened: u64,
    until: u64,
}

#[derive(Debug, Clone)]
struct Payment {
    from: usize,
    to: usize,
    minor: i64,
    left: i64,
    at: u64,
    is_refund: bool,
}

/// What must come of an act.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Done,
    Refused(Refusal),
    NotYet,
    /// Whatever it was the first time.
    AsBefore,
}

#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) people: Vec<Person>,
    holds: Vec<Held>,
    payments: Vec<Payment>,
    /// How many acts have a key of their own.
    acts: usize,
    pub(super) now: u64,
    /// What must have come of the last act.
    pub(super) answer: Answer,
}

fn euros(minor: i64) -> Money {
    Money::new(minor, eur())
}

/// One place beyond the people is the account fees go to: it only receives, and refunds.
pub(super) const HOUSE: usize = PEOPLE;

impl Model {
    fn free(&self, who: usize) -> i64 {
        self.people[who].posted - self.people[who].held
    }

    fn pay(&mut self, from: usize, to: usize, minor: i64, is_refund: bool) {
        self.people[from].posted -= minor;
        self.people[to].posted += minor;
        self.payments.push(Payment { from, to, minor, left: minor, at: self.now, is_refund });
    }

    fn may_pay(&self, from: usize, to: usize) -> Result<(), Refusal> {
        match () {
            () if from == to => Err(Refusal::SameAccount),
            () if !self.people[from].debit_ok => Err(Refusal::PayerFrozen),
            () if !self.people[to].credit_ok => Err(Refusal::PayeeFrozen),
            () => Ok(()),
        }
    }

    fn has(&self, from: usize, minor: i64) -> Result<(), Refusal> {
        let free = self.free(from);
        if free >= minor {
            return Ok(());
        }
        Err(Refusal::ShortBy { missing: euros(minor - free), available: euros(free) })
    }

    fn spent_today(&self, who: usize) -> i64 {
        let recent = |at: u64| at + DAY > self.now;
        let paid = self.payments.iter().filter(|p| p.from == who && !p.is_refund && recent(p.at));
        let open = |h: &&Held| h.from == who && h.state == HoldState::Open && recent(h.opened);
        paid.map(|p| p.minor).sum::<i64>()
            + self.holds.iter().filter(open).map(|h| h.minor).sum::<i64>()
    }

    fn send(
        &mut self,
        from: usize,
        to: usize,
        minor: i64,
        day: Option<i64>,
    ) -> Result<(), Refusal> {
        self.may_pay(from, to)?;
        if let Some(allowed) = day {
            let left = (allowed - self.spent_today(from)).max(0);
            if minor > left {
                let (allowed, left) = (euros(allowed), euros(left));
                return Err(Refusal::OverLimit { limit: Limit::Day, allowed, left });
            }
        }
        self.has(from, minor)?;
        self.pay(from, to, minor, false);
        Ok(())
    }

    fn hold(&mut self, from: usize, minor: i64, lasting: u64) -> Result<(), Refusal> {
        if !self.people[from].debit_ok {
            return Err(Refusal::PayerFrozen);
        }
        self.has(from, minor)?;
        self.people[from].held += minor;
        let (opened, until) = (self.now, self.now + lasting);
        self.holds.push(Held { from, minor, state: HoldState::Open, opened, until });
        Ok(())
    }

    fn capture(&mut self, place: usize, to: usize, minor: i64, fee: i64) -> Result<(), Refusal> {
        let held = self.holds[place].clone();
        if held.state != HoldState::Open {
            return Err(Refusal::HoldClosed { state: held.state });
        }
        if self.now >= held.until {
            return Err(Refusal::HoldExpired);
        }
        if minor + fee > held.minor {
            return Err(Refusal::OverHold { held: euros(held.minor) });
        }
        self.may_pay(held.from, to)?;
        self.close(place, HoldState::Captured);
        self.pay(held.from, to, minor, false);
        if fee > 0 {
            self.pay(held.from, HOUSE, fee, false);
        }
        Ok(())
    }

    fn close(&mut self, place: usize, state: HoldState) {
        let held = &mut self.holds[place];
        held.state = state;
        self.people[held.from].held -= held.minor;
    }

    fn refund(&mut self, place: usize, minor: i64) -> Result<(), Refusal> {
        let paid = self.payments[place].clone();
        self.may_pay(paid.to, paid.from)?;
        if minor > paid.left {
            return Err(Refusal::OverRefund { left: euros(paid.left) });
        }
        self.has(paid.to, minor)?;
        self.payments[place].left -= minor;
        self.pay(paid.to, paid.from, minor, true);
        Ok(())
    }

    fn expire(&mut self, place: usize) -> Answer {
        match self.holds[place].state {
            HoldState::Open if self.now < self.holds[place].until => Answer::NotYet,
            HoldState::Open => {
                self.close(place, HoldState::Expired);
                Answer::Done
            }
            // The hold itself is the key: what expired it once did so for ever.
            HoldState::Expired => Answer::Done,
            state => Answer::Refused(Refusal::HoldClosed { state }),
        }
    }

    fn void(&mut self, place: usize) -> Result<(), Refusal> {
        match self.holds[place].state {
            HoldState::Open => {
                self.close(place, HoldState::Voided);
                Ok(())
            }
            state => Err(Refusal::HoldClosed { state }),
        }
    }

    fn act(&mut self, act: &Act) -> Answer {
        let (holds, payments) = (self.holds.len(), self.payments.len());
        let result = match *act {
            Act::Send { from, to, minor, day_limit } => self.send(from, to, minor, day_limit),
            Act::Hold { from, minor, lasting } => self.hold(from, minor, lasting),
            Act::Capture { hold, to, minor, fee } => self.capture(hold % holds, to, minor, fee),
            Act::Void { hold } => self.void(hold % holds),
            Act::Expire { hold } => return self.expire(hold % holds),
            Act::Refund { payment, minor } => self.refund(payment % payments, minor),
            Act::Freeze { who, debit_ok, credit_ok } => {
                (self.people[who].debit_ok, self.people[who].credit_ok) = (debit_ok, credit_ok);
                return Answer::Done;
            }
            Act::Wait { seconds } => {
                self.now += seconds;
                return Answer::Done;
            }
            Act::Again { .. } => return Answer::AsBefore,
            Act::Misuse { .. } => return Answer::Refused(Refusal::KeyReused),
        };
        self.acts += 1;
        result.map_or_else(Answer::Refused, |()| Answer::Done)
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Act;

    fn init_state() -> BoxedStrategy<Self> {
        let person = Person { posted: STARTS_WITH, held: 0, debit_ok: true, credit_ok: true };
        let mut people = vec![person; PEOPLE];
        people.push(Person { posted: 0, held: 0, debit_ok: true, credit_ok: true });
        let (holds, payments) = (Vec::new(), Vec::new());
        Just(Self { people, holds, payments, acts: 0, now: 0, answer: Answer::Done }).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Act> {
        let person = 0..PEOPLE;
        let some = 0..64_usize;
        let send = (person.clone(), person.clone(), 1..900_i64, prop::option::of(1..1_500_i64))
            .prop_map(|(from, to, minor, day_limit)| Act::Send { from, to, minor, day_limit });
        let hold = (person.clone(), 1..700_i64, 0..2 * DAY)
            .prop_map(|(from, minor, lasting)| Act::Hold { from, minor, lasting });
        let freeze = (person.clone(), prop::bool::weighted(0.7), prop::bool::weighted(0.7))
            .prop_map(|(who, debit_ok, credit_ok)| Act::Freeze { who, debit_ok, credit_ok });
        let wait = (0..DAY).prop_map(|seconds| Act::Wait { seconds });
        let mut acts =
            vec![(6, send.boxed()), (4, hold.boxed()), (1, freeze.boxed()), (2, wait.boxed())];
        if !state.holds.is_empty() {
            let capture = (some.clone(), person, 1..700_i64, 0..50_i64)
                .prop_map(|(hold, to, minor, fee)| Act::Capture { hold, to, minor, fee });
            acts.push((4, capture.boxed()));
            acts.push((2, some.clone().prop_map(|hold| Act::Void { hold }).boxed()));
            acts.push((2, some.clone().prop_map(|hold| Act::Expire { hold }).boxed()));
        }
        if !state.payments.is_empty() {
            let refund = (some.clone(), 1..500_i64);
            let refund = refund.prop_map(|(payment, minor)| Act::Refund { payment, minor });
            acts.push((3, refund.boxed()));
        }
        if state.acts > 0 {
            acts.push((3, some.clone().prop_map(|act| Act::Again { act }).boxed()));
            acts.push((1, some.prop_map(|act| Act::Misuse { act }).boxed()));
        }
        prop::strategy::Union::new_weighted(acts).boxed()
    }

    fn preconditions(state: &Self, act: &Act) -> bool {
        match act {
            Act::Capture { .. } | Act::Void { .. } | Act::Expire { .. } => !state.holds.is_empty(),
            Act::Refund { .. } => !state.payments.is_empty(),
            Act::Again { .. } | Act::Misuse { .. } => state.acts > 0,
            _ => true,
        }
    }

    fn apply(mut state: Self, act: &Act) -> Self {
        state.answer = state.act(act);
        state
    }
}
