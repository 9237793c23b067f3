//! The relay over SMTP, against a server that can be told to misbehave.

use std::io::{Read, Write};

use crate::support::smtp_sink::SmtpSink;

/// The sink itself: what is sent with doubled dots is kept as it was written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sink_keeps_what_it_is_given() {
    let sink = SmtpSink::start().await;
    let port = sink.port;
    let spoken = tokio::task::spawn_blocking(move || {
        let mut wire = std::net::TcpStream::connect(("127.0.0.1", port)).expect("connects");
        let words = "EHLO me\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n\
            Subject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n";
        wire.write_all(words.as_bytes()).expect("writes");
        let mut answers = String::new();
        wire.read_to_string(&mut answers).expect("reads");
        answers
    });
    let answers = spoken.await.expect("speaks");
    assert!(answers.ends_with("221 2.0.0 bye\r\n"), "{answers}");
    let taken = sink.until_taken(1).await.remove(0);
    assert_eq!((&*taken.from, taken.to), ("a@a.example", vec!["b@b.example".to_owned()]));
    assert_eq!(taken.bytes, b"Subject: x\r\n\r\n.dot\r\n");
}
