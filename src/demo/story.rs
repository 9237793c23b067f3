//! The story: two people sign up, pay each other in several ways, make a mistake, and are safe from
//! somebody who writes in their name.

use super::{
    Ended, browser,
    cast::{ADA, BEN, Cast, Letter, SERVICE},
    host::Proof,
};
use crate::{
    accounts, ledger,
    money::{Amount, Currency},
};

/// What should have happened, and did or did not.
struct Checks<'a, 'b> {
    cast: &'a Cast<'b>,
    failed: Vec<String>,
}

impl Checks<'_, '_> {
    fn that(&mut self, what: &str, held: bool) {
        self.cast.told().check(what, held);
        if !held {
            self.failed.push(what.to_owned());
        }
    }

    async fn balances(&mut self, ada: &str, ben: &str) -> anyhow::Result<()> {
        let now = (self.cast.balance(ADA).await?, self.cast.balance(BEN).await?);
        let what = format!("Ada has {} and Ben has {}", now.0, now.1);
        self.that(&what, now == (ada.to_owned(), ben.to_owned()));
        Ok(())
    }
}

fn to<'a>(letters: &'a [Letter], person: &str, subject: &str) -> Option<&'a Letter> {
    letters.iter().find(|letter| letter.to == person && letter.subject.contains(subject))
}

/// Plays it from the first mail to the audit.
pub(super) async fn play(cast: &Cast<'_>) -> anyhow::Result<Ended> {
    let mut checks = Checks { cast, failed: Vec::new() };
    sign_up(cast, &mut checks).await?;
    by_link(cast, &mut checks).await?;
    by_yes(cast, &mut checks).await?;
    a_mistake(cast, &mut checks).await?;
    twice_delivered(cast, &mut checks).await?;
    forged(cast, &mut checks).await?;
    cast.told().chapter("The books");
    let report = ledger::audit(&cast.cx().db, |_, _, _| {}).await?;
    checks.that("every invariant of the ledger holds", report.is_clean());
    Ok(Ended { failed: checks.failed })
}

async fn sign_up(cast: &Cast<'_>, checks: &mut Checks<'_, '_>) -> anyhow::Result<()> {
    cast.told().chapter("Ada and Ben sign up, and Ada pays in $100");
    for person in [ADA, BEN] {
        let letters = cast.send(&cast.mail(person, (SERVICE, "Hello", "sign up"))).await?;
        checks.that("the welcome letter came", to(&letters, person, "Welcome").is_some());
    }
    let cx = cast.cx();
    let mut tx = cx.db.begin().await?;
    let address = ADA.parse()?;
    if let Some(ada) = accounts::by_address(&mut tx, &address).await? {
        let amount = Amount::of(10_000, Currency::USD)?;
        let outcome =
            accounts::credit_from_house(cx, &mut tx, (&address, &ada), amount, "bank-1").await?;
        checks.that("the operator has booked it", outcome.done().is_some());
    }
    tx.commit().await?;
    let letters = cast.settle().await?;
    checks.that("Ada was told", to(&letters, ADA, "Added to your account").is_some());
    checks.balances("$100.00", "$0.00").await
}

async fn by_link(cast: &Cast<'_>, checks: &mut Checks<'_, '_>) -> anyhow::Result<()> {
    cast.told().chapter("Ada pays Ben and confirms with the page's button");
    let mail = cast.mail(ADA, (SERVICE, "lunch", "pay ben@ferry.example $20 for lunch"));
    let letters = cast.send(&mail).await?;
    let Some(asked) = to(&letters, ADA, "Please confirm: $20.00") else {
        checks.that("Ada was asked to confirm", false);
        return Ok(());
    };
    let link = asked.link()?;
    browser::open(link).await?;
    checks.balances("$100.00", "$0.00").await?;
    cast.told().stage("Opening the link moved nothing. Ada presses the button on the page …");
    let page = browser::press(link).await?;
    checks.that("the page says it is sent", page.contains("Sent: $20.00"));
    let letters = cast.settle().await?;
    checks.that("Ada has her receipt", to(&letters, ADA, "Sent: $20.00").is_some());
    checks.that("Ben has his receipt", to(&letters, BEN, "Received: $20.00").is_some());
    checks.balances("$80.00", "$20.00").await
}

async fn by_yes(cast: &Cast<'_>, checks: &mut Checks<'_, '_>) -> anyhow::Result<()> {
    cast.told().chapter("Ben pays something back and simply answers YES");
    let letters = cast.send(&cast.mail(BEN, (SERVICE, "", "send $5 to ada@home.example"))).await?;
    let Some(asked) = to(&letters, BEN, "Please confirm: $5.00") else {
        checks.that("Ben was asked to confirm", false);
        return Ok(());
    };
    let letters = cast.send(&cast.reply(asked, "YES")).await?;
    checks.that("Ben has his receipt", to(&letters, BEN, "Sent: $5.00").is_some());
    checks.balances("$85.00", "$15.00").await
}

async fn a_mistake(cast: &Cast<'_>, checks: &mut Checks<'_, '_>) -> anyhow::Result<()> {
    cast.told().chapter("Ada forgets the amount, and sends the corrected mail");
    let mail = cast.mail(ADA, (SERVICE, "", "please pay ben@ferry.example for the ladder"));
    let letters = cast.send(&mail).await?;
    let Some(problem) = to(&letters, ADA, "We need the amount") else {
        checks.that("Ada was told what is missing", false);
        return Ok(());
    };
    let fix = cast.prefilled(problem, "____")?;
    let body = fix.body.replace("____", "12.50 USD");
    let mail = cast.mail(ADA, (fix.to.as_str(), &fix.subject, &body));
    let letters = cast.send(&mail).await?;
    let Some(asked) = to(&letters, ADA, "Please confirm: $12.50") else {
        checks.that("the corrected mail was understood", false);
        return Ok(());
    };
    let yes = cast.prefilled(asked, "YES")?;
    cast.send(&cast.mail(ADA, (yes.to.as_str(), &yes.subject, &yes.body))).await?;
    checks.balances("$72.50", "$27.50").await
}

async fn twice_delivered(cast: &Cast<'_>, checks: &mut Checks<'_, '_>) -> anyhow::Result<()> {
    cast.told().chapter("The mail host delivers one of Ada's mails twice");
    let mail = cast.mail(ADA, (SERVICE, "", "pay ben@ferry.example $1"));
    cast.deliver(&mail, Proof::Genuine).await?;
    cast.deliver(&mail, Proof::Genuine).await?;
    let letters = cast.settle().await?;
    let asked: Vec<&Letter> =
        letters.iter().filter(|letter| letter.subject.contains("Please confirm: $1.00")).collect();
    checks.that("it was acted on once", asked.len() == 1);
    if let [asked] = asked[..] {
        cast.send(&cast.reply(asked, "yes")).await?;
    }
    checks.balances("$71.50", "$28.50").await
}

async fn forged(cast: &Cast<'_>, checks: &mut Checks<'_, '_>) -> anyhow::Result<()> {
    cast.told().chapter("Somebody writes in Ada's name");
    let mail = cast.mail(ADA, (SERVICE, "urgent", "pay ben@ferry.example $70 now"));
    cast.deliver(&mail, Proof::Forged).await?;
    let letters = cast.settle().await?;
    let warned = to(&letters, ADA, "A mail in your name was not acted on").is_some();
    checks.that("Ada was warned", warned);
    checks.that("nobody was asked to confirm", to(&letters, ADA, "Please confirm").is_none());
    checks.balances("$71.50", "$28.50").await
}
