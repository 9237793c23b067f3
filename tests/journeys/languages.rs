//! People who write in different languages, and what each of them gets to read.

use std::sync::Arc;

use axum::http::Method;
use pennypost::language::Language;

use crate::support::{TestApp, TestDb, letter::Letter, person::Person};

/// A person's words in a story, and what the answers begin with.
struct Tongue {
    language: Language,
    signs_up: &'static str,
    welcome: &'static str,
    pays: &'static str,
    asked_back: &'static str,
    asked: &'static str,
    corrects: &'static str,
    asked_anew: &'static str,
    page: &'static str,
    yes: &'static str,
    sent: &'static str,
    balance: &'static str,
    words: &'static str,
    received: &'static str,
    button: &'static str,
}

const TONGUES: [Tongue; 4] = [
    Tongue {
        language: Language::En,
        signs_up: "Please open an account for me",
        welcome: "Welcome to Till: your account is open",
        pays: "please pay ben@ben.example for lunch",
        asked_back: "We need the amount — nothing sent yet [T-101]",
        asked: "Please confirm: $15.00 to ben@ben.example [T-101]",
        corrects: "make it 20.50",
        asked_anew: "Please confirm: $20.50 to ben@ben.example [T-101]",
        page: "Send $20.50 to ben@ben.example?",
        yes: "YES",
        sent: "Sent: $20.50 to ben@ben.example [T-101]",
        balance: "Your balance is now $79.50.",
        words: "twenty US dollars and fifty cents",
        received: "Received: $20.50 from ada@ada.example [T-101]",
        button: "Send $20.50 now",
    },
    Tongue {
        language: Language::De,
        signs_up: "Guten Tag, ich möchte ein Konto eröffnen",
        welcome: "Willkommen bei Till: Ihr Konto ist eröffnet",
        pays: "bitte überweisen Sie ben@ben.example etwas fürs Mittagessen",
        asked_back: "Wir brauchen den Betrag – noch nichts gesendet [T-101]",
        asked: "Bitte bestätigen: 15,00 $ an ben@ben.example [T-101]",
        corrects: "stattdessen 20,50",
        asked_anew: "Bitte bestätigen: 20,50 $ an ben@ben.example [T-101]",
        page: "20,50 $ an ben@ben.example senden?",
        yes: "Ja, bitte",
        sent: "Gesendet: 20,50 $ an ben@ben.example [T-101]",
        balance: "Ihr Guthaben beträgt jetzt 79,50 $.",
        words: "zwanzig US-Dollar und fünfzig Cent",
        received: "Erhalten: 20,50 $ von ada@ada.example [T-101]",
        button: "20,50 $ jetzt senden",
    },
    Tongue {
        language: Language::Fr,
        signs_up: "Bonjour, je voudrais ouvrir un compte",
        welcome: "Bienvenue chez Till : votre compte est ouvert",
        pays: "veuillez payer ben@ben.example pour le déjeuner",
        asked_back: "Il nous faut le montant – rien n’a encore été envoyé [T-101]",
        asked: "Veuillez confirmer : 15,00 $ à ben@ben.example [T-101]",
        corrects: "plutôt 20,50",
        asked_anew: "Veuillez confirmer : 20,50 $ à ben@ben.example [T-101]",
        page: "Envoyer 20,50 $ à ben@ben.example ?",
        yes: "OUI",
        sent: "Envoyé : 20,50 $ à ben@ben.example [T-101]",
        balance: "Votre solde est maintenant de 79,50 $.",
        words: "vingt dollars américains et cinquante cents",
        received: "Reçu : 20,50 $ de ada@ada.example [T-101]",
        button: "Envoyer 20,50 $ maintenant",
    },
    Tongue {
        language: Language::Es,
        signs_up: "Buenos días, quiero abrir una cuenta",
        welcome: "Le damos la bienvenida a Till: su cuenta está abierta",
        pays: "por favor, pague a ben@ben.example el almuerzo",
        asked_back: "Nos falta el importe: aún no se envió nada [T-101]",
        asked: "Por favor, confirme: 15,00 $ a ben@ben.example [T-101]",
        corrects: "mejor 20,50",
        asked_anew: "Por favor, confirme: 20,50 $ a ben@ben.example [T-101]",
        page: "¿Enviar 20,50 $ a ben@ben.example?",
        yes: "Sí",
        sent: "Enviado: 20,50 $ a ben@ben.example [T-101]",
        balance: "Su saldo es ahora de 79,50 $.",
        words: "veinte dólares estadounidenses con cincuenta centavos",
        received: "Recibido: 20,50 $ de ada@ada.example [T-101]",
        button: "Enviar 20,50 $ ahora",
    },
];

/// With one kind of blank, as people see it.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

fn only(letters: Vec<Letter>) -> Letter {
    let subjects: Vec<_> = letters.iter().map(|letter| letter.subject.clone()).collect();
    assert_eq!(letters.len(), 1, "one letter: {subjects:?}");
    letters.into_iter().next().expect("one")
}

impl Tongue {
    fn is_heard(&self, letter: &Letter, subject: &str) {
        assert_eq!(plain(&letter.subject), subject);
        let lang = format!("lang=\"{}\"", self.language);
        assert!(letter.html.contains(&lang), "{lang} in {}", letter.html);
    }

    /// Signs up, pays with a piece missing, corrects, says yes; the payee reads another language.
    async fn story(&self, app: &Arc<TestApp>, ben: &Person, theirs: &Self) {
        let ada = app.stranger("ada");
        self.is_heard(&only(ada.writes(self.signs_up).await), self.welcome);
        let ada = ada.with_balance("100.00 USD").await;
        let back = only(ada.writes(self.pays).await);
        self.is_heard(&back, self.asked_back);
        let asked = only(ada.replies(&back, "15").await);
        self.is_heard(&asked, self.asked);
        let anew = only(ada.replies(&asked, self.corrects).await);
        self.is_heard(&anew, self.asked_anew);
        let yes = self.yes.split(',').next().unwrap_or_default().to_uppercase();
        assert!(plain(&anew.text).contains(&yes), "{}", anew.text);
        let page = ada.opens(&anew.link()).await;
        let shown = plain(&page.body);
        assert!(shown.contains(&format!("<html lang=\"{}\">", self.language)), "{shown}");
        for said in [self.page, self.words, self.button] {
            assert!(shown.contains(said), "{said} in {shown}");
        }
        let sent = only(ada.replies(&anew, self.yes).await);
        self.is_heard(&sent, self.sent);
        assert!(sent.says(self.balance), "{}", sent.text);
        assert!(plain(&sent.html).contains(self.words), "{}", sent.html);
        theirs.is_heard(&only(ben.reads()), theirs.received);
        // Said once more, by the page and by a late answer.
        let again = ada.opens(&anew.link()).await;
        assert!(
            plain(&again.body).contains(self.sent.trim_end_matches(" [T-101]")),
            "{}",
            again.body
        );
        app.is_sound().await;
    }
}

async fn told(db: TestDb, place: usize) {
    let (tongue, theirs) = (&TONGUES[place], &TONGUES[(place + 1) % TONGUES.len()]);
    let app = TestApp::on(db).await;
    let ben = app.stranger("ben");
    theirs.is_heard(&only(ben.writes(theirs.signs_up).await), theirs.welcome);
    tongue.story(&app, &ben, theirs).await;
}

both! {
    async fn somebody_pays_in_english_and_the_payee_reads_german(db: TestDb) {
        told(db, 0).await;
    }

    async fn somebody_pays_in_german_and_the_payee_reads_french(db: TestDb) {
        told(db, 1).await;
    }

    async fn somebody_pays_in_french_and_the_payee_reads_spanish(db: TestDb) {
        told(db, 2).await;
    }

    async fn somebody_pays_in_spanish_and_the_payee_reads_english(db: TestDb) {
        told(db, 3).await;
    }

    async fn a_language_is_changed_by_mail_and_kept(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        for (words, subject) in [
            ("auf Deutsch bitte", "Wir schreiben Ihnen ab jetzt auf Deutsch"),
            ("language: français", "Nous vous écrivons désormais en français"),
            ("en español, por favor", "A partir de ahora le escribimos en español"),
            ("In English, please.", "We write to you in English from now on"),
            ("Sprache: Deutsch", "Wir schreiben Ihnen ab jetzt auf Deutsch"),
        ] {
            assert_eq!(plain(&only(ada.writes(words).await).subject), subject);
        }
        // What anybody writes, of any language, is answered in hers.
        let asked = only(ada.writes("pay ben@ben.example $20").await);
        assert_eq!(plain(&asked.subject), "Bitte bestätigen: 20,00 $ an ben@ben.example [T-101]");
        let [sent] = &ada.replies(&asked, "YES").await[..] else { panic!("one receipt") };
        assert!(sent.subject.starts_with("Gesendet: "), "{}", sent.subject);
        // What is clearly written in another is answered in that.
        let balance = only(ada.writes("What is my balance, please?").await);
        assert_eq!(balance.subject, "Your balance is $80.00");
        // And what answers no mail comes in the language she asked for.
        ben.writes("pay ada@ada.example $5").await;
        app.credit(&ada.address(), "1.00 USD").await;
        app.settle().await;
        assert_eq!(plain(&only(ada.reads()).subject), "Ihrem Konto gutgeschrieben: 1,00 $");
        let unknown = only(ada.writes("language: klingon").await);
        assert!(unknown.subject.contains("nicht möglich") || unknown.subject.contains("Not offered"));
    }

    async fn nobody_else_changes_the_language_somebody_reads(db: TestDb) {
        let app = TestApp::with(db, &[("AUTHSERV_ID", "")]).await;
        let ada = app.person("ada").await;
        ada.writes("auf Deutsch bitte").await;
        ada.writes("Bitte überweisen Sie 20 $ an ben@ben.example").await;
        let people = "SELECT COUNT(*) FROM people WHERE language IS NULL AND language_read IS NULL";
        assert_eq!(app.count(people).await, 1);
    }

    async fn the_operator_says_what_strangers_read_and_a_browser_what_its_owner_does(db: TestDb) {
        let app = TestApp::with(db, &[("ACCOUNTS_LOCALE", "fr-FR")]).await;
        let ada = app.person("ada").await;
        let front = ada.opens("/").await;
        assert!(front.body.contains("<html lang=\"fr\">"), "{}", front.body);
        let german = [("accept-language", "de-AT,de;q=0.9,en;q=0.5")];
        let front = ada.requests(Method::GET, "/", &german, "").await;
        assert!(front.body.contains("Zahlen, indem man eine E-Mail schreibt"), "{}", front.body);
        let missing = ada.requests(Method::GET, "/c/v4.local.x", &german, "").await;
        assert!(missing.body.contains("Dieser Link ist nicht gültig"), "{}", missing.body);
        // Her own link's page is in the language that she was asked in.
        app.credit(&ada.address(), "50.00 USD").await;
        app.person("ben").await;
        app.settle().await;
        ada.reads();
        let asked = only(ada.writes("veuillez payer 20 $ à ben@ben.example").await);
        let page = ada.requests(Method::GET, &asked.link(), &german, "").await;
        assert!(plain(&page.body).contains("Envoyer 20,00 $ maintenant"), "{}", page.body);
    }
}
