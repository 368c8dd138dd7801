//! Codes and links, and every limit on them.

use relaychat_protocol::{ErrorCode, LoginRequestId};

use super::*;
use crate::limits::{CODE_TTL_MS, CODES_PER_NETWORK};

/// A code that is not the right one.
fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

async fn verify(harness: &Harness, id: LoginRequestId, code: &str) -> Result<(), ErrorCode> {
    let verified = harness.services.verify_code(id, code, None).await;
    verified.map(drop).map_err(|error| error.code)
}

async fn mails(harness: &Harness) -> usize {
    let mut snapshot = harness.services.storage.snapshot().await.expect("reads");
    let due = snapshot.mails().list_due(i64::MAX, 1_000).await;
    due.expect("reads").len()
}

#[tokio::test]
async fn the_first_login_makes_an_account_and_the_next_one_finds_it() {
    let harness = Harness::new().await;
    let first = harness.log_in("alice.smith@example.com").await;
    assert_eq!(first.user.name, "Alice Smith");
    assert!(!first.user.is_name_chosen);
    harness.clock.advance_ms(MINUTE_MS);
    let second = harness.log_in(" Alice.Smith@EXAMPLE.com ").await;
    assert_eq!(first.user.id, second.user.id);
    assert_ne!(first.session.id, second.session.id);
}

#[tokio::test]
async fn a_code_works_once_with_its_own_request_until_it_expires() {
    let harness = Harness::new().await;
    let (a, code_a) = harness.request("a@example.com").await;
    let (b, code_b) = harness.request("b@example.com").await;
    assert_ne!(code_a, code_b);
    assert_eq!(
        verify(&harness, b, &code_a).await,
        Err(ErrorCode::CodeInvalid)
    );
    let spelled = format!(" {}-{} ", &code_a[..3], &code_a[3..]);
    assert_eq!(verify(&harness, a, &spelled).await, Ok(()));
    assert_eq!(
        verify(&harness, a, &code_a).await,
        Err(ErrorCode::CodeExpired)
    );
    harness.clock.advance_ms(CODE_TTL_MS - 1);
    assert_eq!(
        verify(&harness, b, &wrong(&code_b)).await,
        Err(ErrorCode::CodeInvalid)
    );
    harness.clock.advance_ms(1);
    assert_eq!(
        verify(&harness, b, &code_b).await,
        Err(ErrorCode::CodeExpired)
    );
}

#[tokio::test]
async fn an_unknown_request_looks_like_a_wrong_code() {
    let harness = Harness::new().await;
    let unknown = LoginRequestId(unknown());
    assert_eq!(
        verify(&harness, unknown, "123456").await,
        Err(ErrorCode::CodeInvalid)
    );
    assert_eq!(
        verify(&harness, unknown, "12345").await,
        Err(ErrorCode::ValidationFailed)
    );
}

#[tokio::test]
async fn one_mail_a_minute_goes_to_an_address_and_the_answer_does_not_tell() {
    let harness = Harness::new().await;
    let first = harness
        .services
        .request_code("a@example.com", None, "")
        .await;
    let first = first.expect("sent");
    assert_eq!(first.resend_after_ms, 60_000);
    harness.clock.advance_ms(20 * SECOND_MS);
    let second = harness
        .services
        .request_code("a@example.com", None, "")
        .await;
    let second = second.expect("looks sent");
    assert_eq!(second.resend_after_ms, 40_000);
    assert_eq!(mails(&harness).await, 1);
    let never_sent = harness.services.code_for(second.request_id);
    assert_eq!(
        verify(&harness, second.request_id, &never_sent).await,
        Err(ErrorCode::CodeInvalid)
    );
    harness.clock.advance_ms(40 * SECOND_MS - 1);
    harness.request("a@example.com").await;
    assert_eq!(mails(&harness).await, 1);
    harness.clock.advance_ms(1);
    harness.request("a@example.com").await;
    assert_eq!(mails(&harness).await, 2);
    harness.request("b@example.com").await;
    assert_eq!(mails(&harness).await, 3);
}

#[tokio::test]
async fn five_mails_an_hour_and_ten_a_day_go_to_an_address() {
    let harness = Harness::new().await;
    let mut sent_at_ms = Vec::new();
    let start_ms = harness.clock.now_ms();
    for _ in 0..30 * 60 {
        let before = mails(&harness).await;
        let answer = harness
            .services
            .request_code("a@example.com", None, "")
            .await;
        let wait_ms = answer.expect("always accepted").resend_after_ms;
        if mails(&harness).await > before {
            sent_at_ms.push(harness.clock.now_ms() - start_ms);
        }
        let wait_ms = i64::try_from(wait_ms).expect("small");
        assert!(wait_ms > 0, "never promises what is not possible");
        harness.clock.advance_ms(wait_ms);
        if harness.clock.now_ms() - start_ms > 25 * HOUR_MS {
            break;
        }
    }
    let minutes: Vec<i64> = sent_at_ms.iter().map(|at| at / MINUTE_MS).collect();
    assert_eq!(
        minutes[..12],
        [0, 1, 2, 3, 4, 60, 61, 62, 63, 64, 1_440, 1_441],
        "as soon as promised, and never sooner"
    );
}

#[tokio::test]
async fn a_network_gets_so_many_codes_an_hour() {
    let harness = Harness::new().await;
    let services = &harness.services;
    let ip = |text: &str| Some(text.parse().expect("an address"));
    for number in 0..CODES_PER_NETWORK {
        let email = format!("a{number}@example.com");
        let client = ip(&format!("2001:db8::{number:x}"));
        services
            .request_code(&email, client, "")
            .await
            .expect("allowed");
    }
    harness.clock.advance_ms(10 * MINUTE_MS);
    let error = services
        .request_code("z@example.com", ip("2001:db8::ffff:1"), "")
        .await;
    let error = error.expect_err("over the limit");
    assert_eq!(error.code, ErrorCode::RateLimited);
    assert_eq!(error.retry_after_ms, Some(50 * 60_000));
    services
        .request_code("z@example.com", ip("2001:db8:0:1::1"), "")
        .await
        .expect("another network");
    harness.clock.advance_ms(50 * MINUTE_MS);
    services
        .request_code("y@example.com", ip("2001:db8::1"), "")
        .await
        .expect("an hour later");
}

#[tokio::test]
async fn a_code_takes_five_tries() {
    let harness = Harness::new().await;
    let (id, code) = harness.request("a@example.com").await;
    for _ in 0..5 {
        assert_eq!(
            verify(&harness, id, &wrong(&code)).await,
            Err(ErrorCode::CodeInvalid)
        );
    }
    assert_eq!(
        verify(&harness, id, &code).await,
        Err(ErrorCode::CodeExhausted)
    );
}

#[tokio::test]
async fn the_fifth_try_may_be_the_right_one() {
    let harness = Harness::new().await;
    let (id, code) = harness.request("a@example.com").await;
    for _ in 0..4 {
        assert_eq!(
            verify(&harness, id, &wrong(&code)).await,
            Err(ErrorCode::CodeInvalid)
        );
    }
    assert_eq!(verify(&harness, id, &code).await, Ok(()));
}

#[tokio::test]
async fn ten_wrong_codes_a_day_lock_the_account_but_not_the_link() {
    let harness = Harness::new().await;
    for _ in 0..2 {
        let (id, code) = harness.request("a@example.com").await;
        for _ in 0..5 {
            assert_eq!(
                verify(&harness, id, &wrong(&code)).await,
                Err(ErrorCode::CodeInvalid)
            );
        }
        harness.clock.advance_ms(MINUTE_MS);
    }
    let (id, code) = harness.request("a@example.com").await;
    let error = harness.services.verify_code(id, &code, None).await;
    let error = error.expect_err("locked");
    assert_eq!(error.code, ErrorCode::LoginLocked);
    let day_ms = 24 * HOUR_MS;
    assert_eq!(
        error.retry_after_ms,
        Some((day_ms - 2 * MINUTE_MS).unsigned_abs())
    );
    assert_eq!(
        verify(&harness, id, &wrong(&code)).await,
        Err(ErrorCode::LoginLocked)
    );

    let link = harness.services.link_token_for(id);
    let login = harness.services.verify_link(&link, None).await;
    assert_eq!(login.expect("the link works").user.name, "A");
    let again = harness.services.verify_link(&link, None).await;
    assert_eq!(again.expect_err("once").code, ErrorCode::CodeExpired);

    harness.clock.advance_ms(day_ms - 2 * MINUTE_MS);
    let (id, code) = harness.request("a@example.com").await;
    assert_eq!(verify(&harness, id, &code).await, Ok(()));
}

#[tokio::test]
async fn a_link_of_a_request_without_a_mail_does_not_work() {
    let harness = Harness::new().await;
    harness.request("a@example.com").await;
    let (id, _) = harness.request("a@example.com").await;
    let link = harness.services.link_token_for(id);
    let error = harness.services.verify_link(&link, None).await;
    assert_eq!(error.expect_err("no mail").code, ErrorCode::CodeInvalid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_500_parallel_guesses_at_most_five_are_evaluated() {
    let harness = Harness::new().await;
    let (id, code) = harness.request("a@example.com").await;
    let right: u32 = code.parse().expect("digits");
    let guesses = (1..=500).map(|offset| {
        let services = Arc::clone(&harness.services);
        let guess = format!("{:06}", (right + offset) % 1_000_000);
        tokio::spawn(async move { services.verify_code(id, &guess, None).await })
    });
    let guesses: Vec<_> = guesses.collect();
    let mut evaluated = 0;
    for guess in guesses {
        let error = guess.await.expect("no panic").expect_err("all are wrong");
        match error.code {
            ErrorCode::CodeInvalid => evaluated += 1,
            code => assert_eq!(code, ErrorCode::CodeExhausted),
        }
    }
    assert_eq!(evaluated, 5);
    assert_eq!(
        verify(&harness, id, &code).await,
        Err(ErrorCode::CodeExhausted)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_code_used_twice_at_once_makes_one_session() {
    let harness = Harness::new().await;
    let (id, code) = harness.request("a@example.com").await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (services, code) = (Arc::clone(&harness.services), code.clone());
            tokio::spawn(async move { services.verify_code(id, &code, None).await.is_ok() })
        })
        .collect();
    let mut logins = 0;
    for one in tries {
        logins += usize::from(one.await.expect("no panic"));
    }
    assert_eq!(logins, 1);
}

#[tokio::test]
async fn what_is_no_address_is_refused_before_anything_is_stored() {
    let harness = Harness::new().await;
    for email in ["", "a", "a@b", "a@b.c\r\nBcc: x@y.z", &"a".repeat(300)] {
        let error = harness.services.request_code(email, None, "").await;
        let error = error.expect_err("refused");
        assert_eq!(
            (error.code, error.field),
            (ErrorCode::ValidationFailed, Some("email"))
        );
    }
    assert_eq!(mails(&harness).await, 0);
}
