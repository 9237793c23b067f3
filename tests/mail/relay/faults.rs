//! What the relay answers or fails to, at every stage: whether the letter is tried again.

use std::time::{Duration, Instant};

use pennypost::{
    letters::{Send, SendAdvert},
    mail::{
        relay::{Limits, Relay, SendError},
        wire::Dialer,
    },
    queue::Work,
};

use super::{FROM, LETTER, address, place, relay_to, send};
use crate::support::smtp_sink::{SmtpSink, Stage, Turn};

/// What became of a letter, in a word.
fn word(sent: &Result<(), SendError>) -> &'static str {
    match sent {
        Ok(()) => "sent",
        Err(SendError::Unwell { .. }) => "unwell",
        Err(SendError::Busy(_)) => "busy",
        Err(SendError::Deferred { .. }) => "deferred",
        Err(SendError::Unknown(_)) => "unknown",
        Err(SendError::Permanent(_)) => "refused",
    }
}

#[tokio::test]
async fn every_answer_at_every_stage_is_the_relays_or_the_letters() {
    use Stage::{Data, Dot, Ehlo, Greeting, Mail, Rcpt};
    let rows = [
        (Greeting, "421 4.3.2 too many", "unwell"),
        (Greeting, "554 5.7.1 go away", "unwell"),
        (Greeting, "hello", "unwell"),
        (Ehlo, "421 4.3.2 no", "unwell"),
        (Ehlo, "550 5.7.1 who are you", "unwell"),
        (Mail, "451 4.3.0 later", "deferred"),
        (Mail, "553 5.7.1 sender not owned", "unwell"),
        (Mail, "552 5.3.4 too large", "refused"),
        (Rcpt, "450 4.2.0 greylisted", "deferred"),
        (Rcpt, "450 4.7.1 greylisted", "deferred"),
        (Rcpt, "550 5.1.1 <ada@lake.example> no such user", "refused"),
        (Rcpt, "550 5.1.1 User unknown in relay recipient table", "refused"),
        (Rcpt, "554 5.7.1 <ada@lake.example>: Relay access denied", "unwell"),
        (Data, "451 4.3.0 later", "deferred"),
        (Data, "554 5.5.1 no", "refused"),
        (Dot, "451 4.3.0 later", "deferred"),
        (Dot, "421 4.3.2 shutting down", "deferred"),
        (Dot, "554 5.7.1 looks like spam", "deferred"),
        (Dot, "554 5.6.0 malformed", "refused"),
        (Rcpt, "553 5.1.8 <till@post.example>: sender rejected", "unwell"),
        (Dot, "what", "unknown"),
    ];
    // At once: most of it is waiting for the end of a pause.
    let stories = rows.map(async |(stage, answer, expected)| {
        let sink = SmtpSink::start().await;
        let relay = relay_to(&sink);
        sink.next(1, stage, Turn::Says(answer));
        let sent = send(&relay, LETTER).await;
        assert_eq!(word(&sent), expected, "{stage:?} {answer}: {sent:?}");
        assert!(!format!("{sent:?}").contains("ada@"), "{sent:?}");
        assert!(sink.taken().is_empty());
        // Whatever it was, the next attempt gets through, once a pause is over.
        assert_eq!(word(&send(&relay, LETTER).await), "sent", "{stage:?} {answer}");
        assert_eq!(sink.taken()[0].bytes, LETTER);
    });
    futures_util::future::join_all(stories).await;
}

#[tokio::test]
async fn a_lost_connection_leaves_a_letter_open_only_after_its_last_dot() {
    use Stage::{Data, Dot, Ehlo, Greeting, Mail, Rcpt};
    for (stage, expected) in [
        (Greeting, "unwell"),
        (Ehlo, "unwell"),
        (Mail, "unwell"),
        (Rcpt, "unwell"),
        (Data, "unwell"),
        (Dot, "unknown"),
    ] {
        let sink = SmtpSink::start().await;
        let relay = relay_to(&sink);
        sink.next(1, stage, Turn::HangsUp);
        assert_eq!(word(&send(&relay, LETTER).await), expected, "{stage:?}");
        assert_eq!(word(&send(&relay, LETTER).await), "sent", "{stage:?}");
        assert_eq!(sink.taken().len(), 1);
    }
}

#[tokio::test]
async fn a_letter_finds_its_way_when_the_idle_connection_has_been_closed() {
    let mut sink = SmtpSink::start().await;
    let relay = relay_to(&sink);
    send(&relay, LETTER).await.expect("sent");
    sink.stop().await;
    sink.start_again().await;
    send(&relay, LETTER).await.expect("sent at once, over a new connection");
    // The same when it says so: 421 is what a server says to an idle client it is tired of.
    sink.next(1, Stage::Mail, Turn::Says("421 4.4.2 timeout exceeded"));
    send(&relay, LETTER).await.expect("sent at once, over a new connection");
    assert_eq!(sink.taken().len(), 3);
}

#[tokio::test]
async fn a_relay_that_is_down_is_left_alone_and_then_found_again() {
    let mut sink = SmtpSink::start().await;
    let relay = relay_to(&sink);
    sink.stop().await;
    let first = send(&relay, LETTER).await;
    let Err(SendError::Unwell { pause, why }) = &first else { panic!("{first:?}") };
    assert_eq!(*pause, Duration::from_secs(1));
    assert!(why.contains("cannot be reached"), "{why}");
    // Short pauses are waited for; then they grow, and nobody knocks meanwhile.
    assert_eq!(word(&send(&relay, LETTER).await), "unwell");
    assert_eq!(word(&send(&relay, LETTER).await), "unwell");
    let began = Instant::now();
    assert_eq!(word(&send(&relay, LETTER).await), "unwell");
    assert!(began.elapsed() < Duration::from_millis(500), "it was not even asked");
    sink.start_again().await;
    let mut sent = send(&relay, LETTER).await;
    for _ in 0..100 {
        if sent.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        sent = send(&relay, LETTER).await;
    }
    assert_eq!(word(&sent), "sent");
}

#[tokio::test]
async fn a_throttle_pauses_the_whole_relay() {
    let sink = SmtpSink::start().await;
    let relay = relay_to(&sink);
    sink.next(1, Stage::Rcpt, Turn::Says("451 4.3.2 too many letters"));
    assert_eq!(word(&send(&relay, LETTER).await), "deferred");
    let began = Instant::now();
    assert_eq!(word(&send(&relay, LETTER).await), "sent");
    assert!(began.elapsed() > Duration::from_millis(700), "{:?}", began.elapsed());
    // A recipient's own trouble pauses nobody, nor does a stranger's greylisting.
    for answer in ["452 4.2.2 mailbox full", "450 4.7.1 greylisted, try again later"] {
        sink.next(1, Stage::Rcpt, Turn::Says(answer));
        assert_eq!(word(&send(&relay, LETTER).await), "deferred");
        let began = Instant::now();
        assert_eq!(word(&send(&relay, LETTER).await), "sent");
        assert!(began.elapsed() < Duration::from_millis(500), "{answer}: {:?}", began.elapsed());
    }
}

/// Limits a hundred times shorter than the usual ones.
pub(super) fn limits() -> Limits {
    let Limits { turn, whole_opening, opening, command, letter, whole_letter, check, unchecked } =
        Limits::default();
    Limits {
        turn: turn / 100,
        whole_opening: whole_opening / 100,
        opening: opening / 100,
        command: command / 100,
        letter: letter / 100,
        whole_letter: whole_letter / 100,
        check: check / 100,
        unchecked: unchecked / 100,
    }
}

fn hurried(sink: &SmtpSink) -> Relay {
    let (place, dialer) = (place(&sink.url("smtp", "")), Dialer::new(None).expect("no file"));
    Relay::within(&place, &dialer, &address(FROM), (2, limits()))
}

#[tokio::test]
async fn a_mute_relay_holds_nobody_up_for_longer_than_its_limit() {
    for (stage, limit, expected) in [
        (Stage::Greeting, limits().opening, "unwell"),
        (Stage::Ehlo, limits().opening, "unwell"),
        (Stage::Mail, limits().command, "unwell"),
        (Stage::Rcpt, limits().command, "unwell"),
        (Stage::Data, limits().command, "unwell"),
        (Stage::Dot, limits().letter, "unknown"),
    ] {
        let sink = SmtpSink::start().await;
        sink.next(1, stage, Turn::IsMute);
        let relay = hurried(&sink);
        let began = Instant::now();
        let sent = send(&relay, LETTER).await;
        let took = began.elapsed();
        assert_eq!(word(&sent), expected, "{stage:?}: {sent:?}");
        assert!(limit <= took && took < limit + Duration::from_millis(300), "{stage:?}: {took:?}");
        assert_eq!(relay.connections(), 0, "it is not spoken to again");
    }
}

#[tokio::test]
async fn a_relay_that_answers_each_time_at_the_last_moment_is_cut_off_in_the_end() {
    let sink = SmtpSink::start().await;
    sink.always(Stage::Mail, Turn::Dawdles(limits().command * 9 / 10));
    sink.always(Stage::Rcpt, Turn::Dawdles(limits().command * 9 / 10));
    sink.always(Stage::Data, Turn::Dawdles(limits().command * 9 / 10));
    sink.always(Stage::Dot, Turn::Dawdles(limits().letter * 9 / 10));
    let began = Instant::now();
    let sent = send(&hurried(&sink), LETTER).await;
    assert_eq!(word(&sent), "unknown", "{sent:?}");
    assert!(began.elapsed() < limits().whole_letter + Duration::from_millis(300));
}

#[tokio::test]
async fn letters_do_not_queue_up_behind_a_mute_relay() {
    let sink = SmtpSink::start().await;
    sink.next(2, Stage::Dot, Turn::IsMute);
    let relay = hurried(&sink);
    let began = Instant::now();
    let sends = (0..4).map(|_| send(&relay, LETTER));
    let sent: Vec<_> = futures_util::future::join_all(sends).await.iter().map(word).collect();
    assert_eq!(sent, ["unknown", "unknown", "busy", "busy"]);
    assert!(began.elapsed() < limits().letter + Duration::from_millis(300));
}

#[tokio::test]
async fn a_wire_cut_in_silence_costs_a_letter_one_sign_of_life() {
    let sink = SmtpSink::start().await;
    sink.next(2, Stage::Dot, Turn::Dawdles(limits().letter / 10));
    let relay = hurried(&sink);
    let (one, two) = tokio::join!(send(&relay, LETTER), send(&relay, LETTER));
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(relay.connections(), 2);
    sink.always(Stage::Noop, Turn::IsMute);
    tokio::time::sleep(limits().unchecked).await;
    send(&relay, LETTER).await.expect("sent over a new connection");
    assert_eq!((sink.reached(Stage::Noop), relay.connections()), (1, 1));
}

#[test]
fn the_job_outlasts_the_slowest_relay() {
    let limits = Limits::default();
    let pauses = Duration::from_secs(2) * 2;
    // NOOP and RSET are sent and answered at the last moment; a dead connection is tried so long.
    let (check, dead, reset) = (limits.check * 2, limits.command * 2, limits.check * 2);
    let letter = limits.whole_opening + limits.whole_letter;
    let longest = pauses + limits.turn + check + dead + letter + reset;
    assert!(longest < <Send as Work>::LIMIT, "{longest:?}");
    assert!(longest < <SendAdvert as Work>::LIMIT, "{longest:?}");
}
