//! Replies that are one off: no letter is marked as sent, or refused, by the answer to another command.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use pennypost::mail::{
    relay::{Begun, Lane, Relay, SendError},
    wire::Dialer,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{FROM, LETTER, NOW, address, faults::limits, place, relay_at, relay_to, send};
use crate::support::smtp_sink::{Manner, SmtpSink, Stage, Turn};

#[tokio::test]
async fn an_answer_of_the_wrong_kind_is_no_agreement() {
    use Stage::{Data, Dot, Ehlo, Greeting, Mail, Rcpt};
    for extensions in [vec!["PIPELINING"], vec![]] {
        for (stage, answer) in [
            (Greeting, "250 hello"),
            (Ehlo, "354 go on"),
            (Mail, "354 go on"),
            (Rcpt, "354 go on"),
            (Data, "250 2.0.0 ok"),
            (Dot, "354 go on"),
        ] {
            let manner = Manner { extensions: extensions.clone(), ..Manner::default() };
            let sink = SmtpSink::with(manner).await;
            let relay = relay_to(&sink);
            sink.next(1, stage, Turn::Says(answer));
            let sent = send(&relay, LETTER).await;
            match stage {
                Dot => assert!(matches!(sent, Err(SendError::Unknown(_))), "{sent:?}"),
                _ => assert!(matches!(sent, Err(SendError::Unwell { .. })), "{stage:?}: {sent:?}"),
            }
            assert_eq!(relay.connections(), 0, "{stage:?}: it is not spoken to again");
        }
    }
}

#[tokio::test]
async fn nobody_is_signed_in_before_the_server_says_so() {
    for (mechanisms, answer) in [("PLAIN", "334 "), ("PLAIN", "250 ok"), ("LOGIN", "334 more")] {
        let login = Some(("till", "p"));
        let sink = SmtpSink::with(Manner { login, mechanisms, ..Manner::default() }).await;
        sink.next(1, Stage::Auth, Turn::Says(answer));
        let probe = relay_at(&sink.url("smtp", "till:p@"), None).probe().await;
        assert!(matches!(probe, Err(SendError::Unwell { .. })), "{mechanisms} {answer}: {probe:?}");
    }
}

#[tokio::test]
async fn one_reply_too_many_marks_no_refused_letter_as_sent() {
    let sink = SmtpSink::start().await;
    let relay = relay_to(&sink);
    sink.next(1, Stage::Rcpt, Turn::Says("250 2.1.5 ok\r\n250 2.1.5 ok"));
    sink.next(1, Stage::Dot, Turn::Says("554 5.6.0 malformed"));
    let sent = send(&relay, LETTER).await;
    assert!(matches!(sent, Err(SendError::Unwell { .. })), "{sent:?}");
}

#[tokio::test]
async fn a_connection_with_an_unread_reply_carries_no_further_letter() {
    let sink = SmtpSink::start().await;
    let relay = relay_to(&sink);
    sink.next(1, Stage::Dot, Turn::Says("250 2.0.0 queued\r\n250 2.0.0 queued"));
    send(&relay, LETTER).await.expect("sent");
    sink.next(1, Stage::Dot, Turn::Says("554 5.6.0 malformed"));
    let sent = send(&relay, LETTER).await;
    assert!(matches!(sent, Err(SendError::Permanent(_))), "{sent:?}");
    assert_eq!(sink.connections().0, 2);
}

/// A server that takes a letter for nobody, and says so only when RSET comes.
struct Late {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Late {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a port").port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(Self::serve(socket));
            }
        });
        Self { port, connections }
    }

    async fn serve(socket: TcpStream) -> std::io::Result<()> {
        let mut wire = BufReader::new(socket);
        let mut owed = "";
        let (mut refused, mut in_letter) = (false, false);
        wire.write_all(b"220 late\r\n").await?;
        let mut line = String::new();
        while wire.read_line(&mut line).await? > 0 {
            let verb = line.split([' ', '\r']).next().unwrap_or_default().to_owned();
            let answer = match &*verb {
                "." if refused => {
                    (in_letter, owed) = (false, "250 2.0.0 queued\r\n");
                    String::new()
                }
                "." => {
                    in_letter = false;
                    "554 5.6.0 malformed\r\n".to_owned()
                }
                _ if in_letter => String::new(),
                "EHLO" => "250-late\r\n250 PIPELINING\r\n".to_owned(),
                "RCPT" => {
                    refused = line.contains("nobody@");
                    let answer = if refused { "550 5.1.1 no such user" } else { "250 2.1.5 ok" };
                    format!("{answer}\r\n")
                }
                "DATA" => {
                    in_letter = true;
                    "354 go on\r\n".to_owned()
                }
                _ => format!("{}250 2.0.0 ok\r\n", std::mem::take(&mut owed)),
            };
            line.clear();
            wire.write_all(answer.as_bytes()).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_connection_that_owes_an_answer_is_given_up() {
    let late = Late::start().await;
    let place = place(&format!("smtp://127.0.0.1:{}", late.port));
    let dialer = Dialer::new(None).expect("no file");
    let relay = Relay::within(&place, &dialer, &address(FROM), (2, limits()));
    let to = address("nobody@lake.example");
    let sent = relay.send((LETTER, &Begun::default()), &to, Lane::Service, NOW).await;
    assert!(matches!(sent, Err(SendError::Permanent(_))), "{sent:?}");
    assert_eq!(relay.connections(), 0, "its answer is still on the way");
    let sent = send(&relay, LETTER).await;
    assert!(matches!(sent, Err(SendError::Permanent(_))), "{sent:?}");
    assert_eq!(late.connections.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn the_only_connection_is_for_letters_that_are_waited_for_first() {
    let sink = SmtpSink::start().await;
    let dialer = Dialer::new(None).expect("no file");
    let relay = Relay::open(&place(&sink.url("smtp", "")), &dialer, &address(FROM), 1);
    sink.next(1, Stage::Dot, Turn::Dawdles(Duration::from_millis(300)));
    let to = address("ada@lake.example");
    let begun = Begun::default();
    // Polled in this order: the advert stands in the queue before the last two.
    let (first, advert, second, third) = tokio::join!(
        send(&relay, LETTER),
        relay.send((ADVERT, &begun), &to, Lane::Campaign, NOW),
        send(&relay, LETTER),
        send(&relay, LETTER),
    );
    assert!([first, advert, second, third].iter().all(Result::is_ok));
    assert_eq!(sink.taken()[3].bytes, ADVERT, "all overtook the advert");
}

/// The relay takes its time over an advert; a receipt does not wait for it.
#[tokio::test]
async fn an_advert_on_the_only_connection_holds_up_no_letter() {
    let sink = SmtpSink::start().await;
    let dialer = Dialer::new(None).expect("no file");
    let relay = Relay::open(&place(&sink.url("smtp", "")), &dialer, &address(FROM), 1);
    sink.next(1, Stage::Dot, Turn::Dawdles(Duration::from_secs(2)));
    let to = address("ada@lake.example");
    let begun = Begun::default();
    let letters = async {
        while sink.reached(Stage::Dot) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        futures_util::future::join_all((0..5).map(|_| send(&relay, LETTER))).await
    };
    let advert = relay.send((ADVERT, &begun), &to, Lane::Campaign, NOW);
    let (advert, sent) = tokio::join!(advert, letters);
    assert!(advert.is_ok() && sent.iter().all(Result::is_ok));
    assert_eq!(sink.taken()[5].bytes, ADVERT, "none waited for it");
    assert_eq!(sink.connections(), (2, 2), "one more, and no more");
}

const ADVERT: &[u8] = b"Subject: advert\r\n\r\n";
