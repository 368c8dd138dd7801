//! Logging in with a one-time code, or with the link in the same mail.
//!
//! Neither code nor link is stored: both are derived from the request's id with the engine's key
//! ([`secret`]). Every limit is counted in the same write transaction that compares, and writers
//! come one after another, so that any number of parallel guesses is counted before the next one
//! is evaluated. What an answer says is known to be durable before it is given.
//!
//! Asking for a code does the same work whether or not the address has an account.

mod secret;

use std::net::IpAddr;

use relaychat_protocol::{ErrorCode, LoginRequestId, UserId};

use super::{ServiceError, Services, SessionTokens, outbox::Happened, validate};
use crate::{
    domain::{
        email::Email,
        login::LoginRequest,
        mail::OutgoingMail,
        session::Session,
        user::{Privacy, User, UserStatus},
    },
    limits::{
        ACCOUNT_FAILURES, ACCOUNT_FAILURES_WINDOW_MS, CODE_TRIES, CODE_TTL_MS,
        CODES_PER_NETWORK_WINDOW_MS, MAILS_PER_ADDRESS,
    },
    storage::{LoginCounts, Transaction},
};

/// Answer to a request for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeRequested {
    /// Comes back with the code.
    pub(crate) request_id: LoginRequestId,
    /// How long the code is valid.
    pub(crate) expires_in_ms: u64,
    /// How long until another mail to the address is possible.
    pub(crate) resend_after_ms: u64,
}

/// A new login.
#[derive(Debug)]
pub(crate) struct NewSession {
    /// Who logged in.
    pub(crate) user: User,
    /// The session.
    pub(crate) session: Session,
    /// Its tokens.
    pub(crate) tokens: SessionTokens,
}

impl Services {
    /// Sends a code to an address, in the first of `languages` (as in `Accept-Language`) that there
    /// are mails in, unless it has had its share of mail: then the answer is the same, and tells
    /// when the next mail is possible.
    pub(crate) async fn request_code(
        &self,
        email: &str,
        client: Option<IpAddr>,
        languages: &str,
    ) -> Result<CodeRequested, ServiceError> {
        let email = Email::parse(email).ok_or_else(|| {
            ServiceError::invalid(
                "email",
                "That is not an e-mail address mail can be sent to.",
            )
        })?;
        let now_ms = self.now_ms();
        let network = client.map_or_else(String::new, network_of);
        let mut transaction = self.storage.begin().await?;
        self.check_network(&mut *transaction, &network, now_ms)
            .await?;
        let (has_mail, resend_after_ms) = mail_allowance(&mut *transaction, &email, now_ms).await?;
        let request = LoginRequest {
            id: LoginRequestId(self.new_id()),
            email,
            network,
            created_at_ms: now_ms,
            has_mail,
            failed_tries: 0,
            is_used: false,
        };
        transaction.logins().insert(&request).await?;
        if has_mail {
            let mail = OutgoingMail {
                id: self.new_id(),
                to: request.email.clone(),
                login_request_id: request.id,
                languages: validate::languages(languages),
                attempts: 0,
                due_at_ms: now_ms,
                expires_at_ms: now_ms + CODE_TTL_MS,
            };
            transaction.mails().insert(&mail).await?;
        }
        self.commit(transaction, Vec::new()).await?;
        if has_mail {
            self.mail_waiting.notify_one();
            self.events.wake_jobs();
        }
        Ok(CodeRequested {
            request_id: request.id,
            expires_in_ms: CODE_TTL_MS.unsigned_abs(),
            resend_after_ms,
        })
    }

    /// Trades a code for a session. Each call that compares is counted before it compares.
    pub(crate) async fn verify_code(
        &self,
        request_id: LoginRequestId,
        code: &str,
        device_name: Option<String>,
    ) -> Result<NewSession, ServiceError> {
        let digits = secret::digits(code)
            .ok_or_else(|| ServiceError::invalid("code", "A code has six digits."))?;
        let device_name = validate::device_name(device_name)?;
        let (mut transaction, request) = self.check_code(request_id, &digits).await?;
        if self.are_logins_judged() {
            // The host thinks while nothing is held; then all is checked once more.
            drop(transaction);
            self.check_login(&request.email, device_name.clone())
                .await?;
            (transaction, _) = self.check_code(request_id, &digits).await?;
        }
        self.log_in(transaction, request, device_name).await
    }

    /// Compares a code within a transaction, which is given back when it is right. A wrong one is
    /// counted.
    async fn check_code(
        &self,
        request_id: LoginRequestId,
        digits: &str,
    ) -> Result<(Box<dyn Transaction>, LoginRequest), ServiceError> {
        let now_ms = self.now_ms();
        let mut transaction = self.storage.begin().await?;
        let mut request = transaction
            .logins()
            .find(request_id)
            .await?
            .ok_or_else(|| ServiceError::new(ErrorCode::CodeInvalid))?;
        check_usable(&request, now_ms)?;
        if request.failed_tries >= CODE_TRIES {
            return Err(ServiceError::new(ErrorCode::CodeExhausted));
        }
        check_account(&mut *transaction, &request.email, now_ms).await?;

        request.failed_tries += 1;
        // A request without a mail has no code that anybody could know. Nothing is evaluated, so
        // that it counts for itself and not against the account.
        let is_right = request.has_mail && secret::is_code(&self.keys.logins, request.id, digits);
        if is_right {
            request.failed_tries -= 1;
            return Ok((transaction, request));
        }
        transaction.logins().update(&request).await?;
        if request.has_mail {
            transaction
                .logins()
                .insert_failure(&request.email, now_ms)
                .await?;
        }
        self.commit(transaction, Vec::new()).await?;
        Err(ServiceError::new(ErrorCode::CodeInvalid))
    }

    /// Trades the link of a mail for a session. Nobody else's guesses can stand in its way: it has
    /// 128 bits, and no limit on tries.
    pub(crate) async fn verify_link(
        &self,
        token: &str,
        device_name: Option<String>,
    ) -> Result<NewSession, ServiceError> {
        let device_name = validate::device_name(device_name)?;
        let invalid = || ServiceError::new(ErrorCode::CodeInvalid);
        let request_id = secret::request_of_link(&self.keys.logins, token).ok_or_else(invalid)?;
        let (mut transaction, request) = self.check_link(request_id).await?;
        if self.are_logins_judged() {
            drop(transaction);
            self.check_login(&request.email, device_name.clone())
                .await?;
            (transaction, _) = self.check_link(request_id).await?;
        }
        self.log_in(transaction, request, device_name).await
    }

    /// Finds the request of a link within a transaction, which is given back when it is good.
    async fn check_link(
        &self,
        request_id: LoginRequestId,
    ) -> Result<(Box<dyn Transaction>, LoginRequest), ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let found = transaction.logins().find(request_id).await?;
        let request = found
            .filter(|request| request.has_mail)
            .ok_or_else(|| ServiceError::new(ErrorCode::CodeInvalid))?;
        check_usable(&request, self.now_ms())?;
        Ok((transaction, request))
    }

    /// The code of a request, six digits. For the mail.
    pub(crate) fn code_for(&self, request_id: LoginRequestId) -> String {
        secret::code(&self.keys.logins, request_id)
    }

    /// The token of the one-time link of a request. For the mail.
    pub(crate) fn link_token_for(&self, request_id: LoginRequestId) -> String {
        secret::link(&self.keys.logins, request_id)
    }

    /// Spends the request and begins a session, with a new account for a new address.
    async fn log_in(
        &self,
        mut transaction: Box<dyn Transaction>,
        request: LoginRequest,
        device_name: Option<String>,
    ) -> Result<NewSession, ServiceError> {
        let spent = LoginRequest {
            is_used: true,
            ..request
        };
        transaction.logins().update(&spent).await?;
        let user = match transaction.users().find_by_email(&spent.email).await? {
            Some(user) => user,
            None => self.add_user(&mut *transaction, spent.email).await?,
        };
        if user.status != UserStatus::Active {
            return Err(ServiceError {
                detail: "This account is disabled.".to_owned(),
                ..ServiceError::new(ErrorCode::Forbidden)
            });
        }
        let (session, tokens) = self
            .start_session(&mut *transaction, user.id, device_name)
            .await?;
        let happened = Happened::LoggedIn {
            user_id: user.id,
            session_id: session.id,
        };
        let now_ms = session.created_at_ms;
        let noted = self.outbox.note(&mut *transaction, vec![happened], now_ms);
        let is_heard = noted.await?;
        self.commit(transaction, Vec::new()).await?;
        if is_heard {
            self.outbox.wake();
        }
        Ok(NewSession {
            user,
            session,
            tokens,
        })
    }

    /// A new account. Its name is made from the address until the person chooses one.
    async fn add_user(
        &self,
        transaction: &mut dyn Transaction,
        email: Email,
    ) -> Result<User, ServiceError> {
        let user = User {
            id: UserId(self.new_id()),
            name: email.suggested_name(),
            email: Some(email),
            external_id: None,
            is_name_chosen: false,
            avatar_id: None,
            avatar_url: None,
            status: UserStatus::Active,
            revision: 1,
            last_seen_at_ms: None,
            created_at_ms: self.now_ms(),
            privacy: Privacy::default(),
        };
        transaction.users().insert(&user).await?;
        Ok(user)
    }

    /// Refuses a network that has asked for too many codes.
    async fn check_network(
        &self,
        transaction: &mut dyn Transaction,
        network: &str,
        now_ms: i64,
    ) -> Result<(), ServiceError> {
        if network.is_empty() {
            return Ok(());
        }
        let since_ms = window_start(now_ms, CODES_PER_NETWORK_WINDOW_MS);
        let counts = transaction.logins().count_network(network, since_ms);
        let counts = counts.await?;
        if counts.count < self.settings.codes_per_network {
            return Ok(());
        }
        let wait_ms = until_free(counts, CODES_PER_NETWORK_WINDOW_MS, now_ms);
        Err(ServiceError::rate_limited(ErrorCode::RateLimited, wait_ms))
    }
}

/// Whether a mail may be sent to the address now, and how long until the next one may be.
async fn mail_allowance(
    transaction: &mut dyn Transaction,
    email: &Email,
    now_ms: i64,
) -> Result<(bool, u64), ServiceError> {
    let mut is_allowed = true;
    let mut wait_ms = 0;
    let mut next_wait_ms = 0;
    for (most, window_ms) in MAILS_PER_ADDRESS {
        let since_ms = window_start(now_ms, window_ms);
        let counts = transaction.logins().count_mails(email, since_ms).await?;
        if counts.count >= most {
            is_allowed = false;
            wait_ms = wait_ms.max(until_free(counts, window_ms, now_ms));
        }
        if counts.count + 1 >= most {
            next_wait_ms = next_wait_ms.max(until_free(counts, window_ms, now_ms));
        }
    }
    Ok((is_allowed, if is_allowed { next_wait_ms } else { wait_ms }))
}

/// Refuses an account for which too many wrong codes were evaluated.
async fn check_account(
    transaction: &mut dyn Transaction,
    email: &Email,
    now_ms: i64,
) -> Result<(), ServiceError> {
    let since_ms = window_start(now_ms, ACCOUNT_FAILURES_WINDOW_MS);
    let counts = transaction.logins().count_failures(email, since_ms).await?;
    if counts.count < ACCOUNT_FAILURES {
        return Ok(());
    }
    let wait_ms = until_free(counts, ACCOUNT_FAILURES_WINDOW_MS, now_ms);
    Err(ServiceError::rate_limited(ErrorCode::LoginLocked, wait_ms))
}

/// Refuses a request that is too old or was used.
fn check_usable(request: &LoginRequest, now_ms: i64) -> Result<(), ServiceError> {
    if request.is_used || now_ms >= request.created_at_ms + CODE_TTL_MS {
        return Err(ServiceError::new(ErrorCode::CodeExpired));
    }
    Ok(())
}

/// The first moment of a window that ends now: what happened exactly one window ago is outside.
fn window_start(now_ms: i64, window_ms: i64) -> i64 {
    now_ms - window_ms + 1
}

/// How long until the oldest of the counted leaves the window; the whole window when there is none.
fn until_free(counts: LoginCounts, window_ms: i64, now_ms: i64) -> u64 {
    let oldest_at_ms = counts.oldest_at_ms.unwrap_or(now_ms);
    u64::try_from(oldest_at_ms + window_ms - now_ms).unwrap_or(0)
}

/// What one household or company shares: an IPv4 address, or the /64 of an IPv6 address.
fn network_of(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let prefix = ip.to_bits() >> 64 << 64;
            format!("{}/64", std::net::Ipv6Addr::from_bits(prefix))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_of_a_64_are_one_network() {
        let network = |text: &str| network_of(text.parse().expect("an address"));
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1:2:3"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
