//! Settings, and the contract against a real server with STARTTLS and AUTH.

use super::*;
use crate::mailer::{
    conformance::{self, Fault, ReceivedMail, Receiver},
    smtp_sink::{Sink, Tls as SinkTls},
};

fn check(url: &str, is_accepted: bool) {
    let made = Smtp::new(&SmtpSettings::new(url, "Chat <chat@example.com>"));
    assert_eq!(made.is_ok(), is_accepted, "{url}: {:?}", made.err());
}

#[tokio::test]
async fn only_addresses_that_can_work_safely_are_accepted() {
    check("smtp://mail.example.com", true);
    check("smtp://user:p%40ss@mail.example.com:587", true);
    check("smtp://user:pass@mail.example.com?tls=required", true);
    check("smtps://user:pass@mail.example.com", true);
    check("smtp://127.0.0.1:2525?tls=none", true);
    check("smtp://user:pass@[::1]:2525?tls=none", true);
    check("smtp://user:pass@mail.example.com?tls=none", false);
    check("smtp://mail.example.com?tls=opportunistic", false);
    check("smtps://mail.example.com?tls=none", false);
    check("smtp://user@mail.example.com", false);
    check("http://mail.example.com", false);
    check("mail.example.com:25", false);
    check("", false);
}

#[tokio::test]
async fn a_bad_sender_or_root_is_said_without_the_password() {
    let mut settings = SmtpSettings::new("smtp://user:hunter2@mail.example.com", "nobody");
    let error = Smtp::new(&settings).expect_err("no sender");
    assert!(matches!(error, SmtpSettingError::From));
    settings.from = "chat@example.com".to_owned();
    settings.extra_root_pem = Some(b"not a certificate".to_vec());
    let error = Smtp::new(&settings).expect_err("no certificate");
    assert!(matches!(error, SmtpSettingError::RootCertificate));
    assert!(!format!("{error} {settings:?}").contains("hunter2"));
}

#[test]
fn only_a_refusal_of_the_mail_itself_is_for_ever() {
    for status in [550, 551, 552, 553, 554, 501] {
        assert!(is_about_the_mail(status), "{status}");
    }
    for status in [421, 450, 451, 452, 454, 530, 535, 503] {
        assert!(!is_about_the_mail(status), "{status}");
    }
}

#[async_trait]
impl Receiver for Sink {
    async fn set_fault(&self, fault: Option<Fault>) {
        self.set_mode(match fault {
            None => "accept",
            Some(Fault::RefusesForNow) => "refuse_for_now",
            Some(Fault::RefusesForEver) => "refuse_for_ever",
            Some(Fault::Drops) => "drop",
        });
    }

    async fn received(&self) -> Vec<ReceivedMail> {
        let text =
            |mail: &serde_json::Value, name: &str| mail[name].as_str().expect("a text").to_owned();
        let mails = self.mails();
        let read = |mail| ReceivedMail {
            to: text(mail, "to"),
            subject: text(mail, "subject"),
            text: text(mail, "text"),
            html: text(mail, "html"),
            message_id: text(mail, "message_id"),
        };
        mails.iter().map(read).collect()
    }
}

fn settings(sink: &Sink) -> SmtpSettings {
    SmtpSettings {
        extra_root_pem: Some(sink.root_pem()),
        ..SmtpSettings::new(sink.url(), "RelayChat <chat@example.com>")
    }
}

async fn send(settings: &SmtpSettings) -> Result<(), MailerError> {
    let smtp = Smtp::new(settings).expect("settings that can work");
    smtp.send(&conformance::sample("alice@example.com")).await
}

#[tokio::test]
async fn smtp_keeps_the_contract_over_starttls_and_auth() {
    keeps_the_contract(SinkTls::StartTls).await;
}

#[tokio::test]
async fn smtp_keeps_the_contract_over_implicit_tls_and_auth() {
    keeps_the_contract(SinkTls::Implicit).await;
}

async fn keeps_the_contract(tls: SinkTls) {
    let sink = Sink::start_with(tls).await;
    let smtp = Smtp::new(&settings(&sink)).expect("settings that can work");
    conformance::run(&smtp, &sink).await;
    for mail in sink.mails() {
        assert_eq!(mail["is_encrypted"], true);
        assert_eq!(mail["is_authenticated"], true);
        assert_eq!(mail["to_count"], 1);
        assert_eq!(mail["header_to"], mail["to"]);
        assert_eq!(mail["from"], "RelayChat <chat@example.com>");
        let headers = mail["headers"].as_array().expect("a list");
        assert!(!headers.iter().any(|name| name == "bcc" || name == "cc"));
        assert!(headers.iter().any(|name| name == "auto-submitted"));
    }
}

#[tokio::test]
async fn a_server_whose_certificate_nobody_vouches_for_gets_nothing() {
    for tls in [SinkTls::StartTls, SinkTls::Implicit] {
        let sink = Sink::start_with(tls).await;
        let unknown = SmtpSettings {
            extra_root_pem: None,
            ..settings(&sink)
        };
        let error = send(&unknown).await.expect_err("is not trusted");
        assert_eq!(error.kind, MailerErrorKind::Temporary, "{tls:?}");
        assert!(sink.mails().is_empty(), "{tls:?}");
    }
}

#[tokio::test]
async fn a_server_without_encryption_gets_neither_password_nor_mail() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("binds");
    let port = listener.local_addr().expect("bound").port();
    let server = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.expect("connects");
        stream.write_all(b"220 plain\r\n").await.expect("writes");
        let (mut heard, mut buffer) = (Vec::new(), [0; 1_024]);
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            heard.extend_from_slice(&buffer[..read]);
            let answer = b"250-plain\r\n250 AUTH PLAIN LOGIN\r\n";
            if stream.write_all(answer).await.is_err() {
                break;
            }
        }
        String::from_utf8_lossy(&heard).into_owned()
    });
    let url = format!("smtp://user:hunter2@127.0.0.1:{port}");
    let error = send(&SmtpSettings::new(url, "chat@example.com")).await;
    assert_eq!(
        error.expect_err("no STARTTLS").kind,
        MailerErrorKind::Temporary
    );
    let heard = server.await.expect("ends");
    assert!(
        !heard.contains("AUTH") && !heard.contains("MAIL"),
        "{heard}"
    );
}

#[tokio::test]
async fn a_wrong_password_is_the_operators_to_repair_and_loses_no_mail() {
    let sink = Sink::start().await;
    let wrong = SmtpSettings {
        url: sink.url().replace("p%40ss", "wrong"),
        ..settings(&sink)
    };
    let error = send(&wrong).await.expect_err("is refused");
    assert_eq!(error.kind, MailerErrorKind::Temporary, "{error:?}");
    assert!(format!("{error:?}").contains("535"), "{error:?}");
}

#[tokio::test]
async fn a_server_that_is_down_is_told_apart_from_a_refusal_and_comes_back() {
    let mut sink = Sink::start().await;
    let smtp = Smtp::new(&settings(&sink)).expect("settings that can work");
    let mail = conformance::sample("alice@example.com");
    smtp.send(&mail).await.expect("is taken");
    sink.down().await;
    let error = smtp.send(&mail).await.expect_err("nobody is there");
    assert_eq!(error.kind, MailerErrorKind::Temporary);
    sink.up().await;
    smtp.send(&mail).await.expect("is taken again");
    assert_eq!(sink.mails().len(), 2);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_after_the_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("binds");
    let port = listener.local_addr().expect("bound").port();
    let silent = SmtpSettings {
        timeout: Duration::from_millis(200),
        ..SmtpSettings::new(format!("smtp://127.0.0.1:{port}"), "chat@example.com")
    };
    let error = send(&silent).await.expect_err("no answer");
    assert_eq!(error.kind, MailerErrorKind::Temporary);
}
