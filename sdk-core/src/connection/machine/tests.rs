//! The machine, input by input.

use super::*;

/// Half of every wait.
const UNIT: f64 = 0.5;

/// Feeds `inputs` (each with its time) to a new machine and returns it with its last actions.
fn after(inputs: &[(i64, Input)]) -> (Machine, Vec<Action>) {
    let mut machine = Machine::new();
    let mut actions = Vec::new();
    for (now_ms, input) in inputs {
        actions = machine.handle(input.clone(), *now_ms, UNIT);
    }
    (machine, actions)
}

/// A machine that is connected since the time 0.
fn connected(then: &[(i64, Input)]) -> (Machine, Vec<Action>) {
    let mut inputs = vec![
        (0, Input::Start),
        (0, Input::Token),
        (0, Input::Opened),
        (0, Input::Ready),
    ];
    inputs.extend_from_slice(then);
    after(&inputs)
}

fn reconnecting(attempt: u32, retry_at_ms: i64) -> ConnectionState {
    ConnectionState::Reconnecting {
        attempt,
        retry_at_ms,
    }
}

fn signed_out(reason: &'static str) -> ConnectionState {
    ConnectionState::SignedOut {
        reason: Some(reason),
    }
}

#[test]
fn it_connects_step_by_step() {
    let reason = TokenReason::Connect;
    let steps = [
        (
            Input::Start,
            vec![Action::DropSocket, Action::FetchToken { epoch: 1, reason }],
        ),
        (Input::Token, vec![Action::OpenSocket { epoch: 1 }]),
        (Input::Opened, vec![Action::SendHello]),
        (Input::Ready, vec![]),
    ];
    let mut machine = Machine::new();
    for (input, expected) in steps {
        assert_eq!(machine.state(), ConnectionState::Connecting);
        assert_eq!(machine.handle(input, 0, UNIT), expected);
    }
    assert_eq!(machine.state(), ConnectionState::Connected);
}

#[test]
fn a_close_code_decides_what_comes_next() {
    let closed = |code| ConnectionState::Closed {
        error: Some(RelayError::of(code, "the server ended the connection")),
    };
    let table = [
        (None, reconnecting(1, 5_250)),
        (Some(1006), reconnecting(1, 5_250)),
        (Some(close_code::INTERNAL), reconnecting(1, 5_250)),
        (Some(close_code::DRAINING), reconnecting(1, 5_250)),
        (Some(close_code::SLOW_CONSUMER), reconnecting(1, 5_250)),
        (Some(close_code::RESYNC), reconnecting(1, 5_250)),
        (Some(close_code::RATE_LIMITED), reconnecting(1, 5_250)),
        (
            Some(close_code::AUTHENTICATION_TIMEOUT),
            reconnecting(1, 5_250),
        ),
        // Another token is fetched at once.
        (Some(close_code::UNAUTHENTICATED), reconnecting(1, 5_000)),
        (
            Some(close_code::MALFORMED),
            closed(ErrorCode::MalformedRequest),
        ),
        (
            Some(close_code::ORIGIN),
            closed(ErrorCode::OriginNotAllowed),
        ),
        (Some(close_code::REPLACED), closed(ErrorCode::RateLimited)),
        (
            Some(close_code::VERSION),
            closed(ErrorCode::ProtocolUnsupported),
        ),
    ];
    for (code, expected) in table {
        let (machine, _) = connected(&[(5_000, Input::Closed(code))]);
        assert_eq!(machine.state(), expected, "{code:?}");
    }
}

#[test]
fn a_refused_upgrade_is_read_like_a_close_code() {
    let reason = TokenReason::Rejected;
    let inputs = [
        (0, Input::Start),
        (0, Input::Token),
        (0, Input::Refused(Some(401))),
    ];
    let (_, actions) = after(&inputs);
    let expected = [Action::DropSocket, Action::FetchToken { epoch: 2, reason }];
    assert_eq!(actions, expected);
    for (status, rests) in [
        (Some(403), true),
        (Some(426), true),
        (Some(503), false),
        (None, false),
    ] {
        let inputs = [
            (0, Input::Start),
            (0, Input::Token),
            (0, Input::Refused(status)),
        ];
        let (machine, _) = after(&inputs);
        assert_eq!(machine.deadline_ms().is_none(), rests, "{status:?}");
    }
}

#[test]
fn a_token_that_is_refused_again_and_again_signs_out() {
    let refused = |now_ms| [(now_ms, Input::Token), (now_ms, Input::Refused(Some(401)))];
    let mut inputs = vec![(0, Input::Start)];
    inputs.extend(refused(0));
    // Another token is fetched at once, the third one after a wait.
    inputs.extend(refused(0));
    assert_eq!(after(&inputs).0.state(), reconnecting(2, 500));
    inputs.push((500, Input::Tick));
    inputs.extend(refused(500));
    assert_eq!(after(&inputs).0.state(), signed_out("unauthenticated"));
}

#[test]
fn a_failure_of_the_token_provider_is_retried_and_unauthenticated_signs_out() {
    let failed = |error| after(&[(0, Input::Start), (0, Input::TokenFailed(error))]).0;
    let machine = failed(RelayError::network("no route"));
    assert_eq!(machine.state(), reconnecting(1, 250));
    let machine = failed(RelayError::unauthenticated("logged out"));
    assert_eq!(machine.state(), signed_out("unauthenticated"));
}

#[test]
fn waits_grow_until_a_connection_was_good() {
    let mut machine = Machine::new();
    machine.handle(Input::Start, 0, UNIT);
    let mut now_ms = 0;
    for expected_ms in [250, 500, 1_000, 2_000] {
        machine.handle(Input::TokenFailed(RelayError::network("")), now_ms, UNIT);
        let due_ms = machine.deadline_ms().expect("it waits");
        assert_eq!(due_ms - now_ms, expected_ms);
        now_ms = due_ms;
        machine.handle(Input::Tick, now_ms, UNIT);
    }
    let mut drop_after = |machine: &mut Machine, lasted_ms| {
        for input in [Input::Token, Input::Opened, Input::Ready] {
            machine.handle(input, now_ms, UNIT);
        }
        now_ms += lasted_ms;
        machine.handle(Input::Closed(None), now_ms, UNIT);
        let due_ms = machine.deadline_ms().expect("it waits");
        let wait_ms = due_ms - now_ms;
        now_ms = due_ms;
        machine.handle(Input::Tick, now_ms, UNIT);
        wait_ms
    };
    assert_eq!(drop_after(&mut machine, GOOD_AFTER_MS - 1), 4_000);
    assert_eq!(drop_after(&mut machine, GOOD_AFTER_MS), 250);
}

#[test]
fn silence_is_asked_about_and_then_given_up() {
    let (machine, actions) = connected(&[(SILENCE_MS, Input::Tick)]);
    assert_eq!(actions, [Action::SendPing]);
    assert_eq!(machine.deadline_ms(), Some(SILENCE_MS + PONG_MS));
    let answered = [(SILENCE_MS, Input::Tick), (SILENCE_MS + 1, Input::Received)];
    let (machine, _) = connected(&answered);
    assert_eq!(machine.deadline_ms(), Some(SILENCE_MS + 1 + SILENCE_MS));
    let silent = [
        (SILENCE_MS, Input::Tick),
        (SILENCE_MS + PONG_MS, Input::Tick),
    ];
    let (machine, actions) = connected(&silent);
    assert_eq!(actions, [Action::DropSocket]);
    assert!(!machine.is_live());
}

#[test]
fn an_attempt_that_takes_too_long_is_given_up() {
    let (machine, _) = after(&[(0, Input::Start), (ATTEMPT_MS, Input::Tick)]);
    assert_eq!(machine.state(), reconnecting(1, ATTEMPT_MS + 250));
    assert!(!machine.is_current(1), "its result is not wanted any more");
}

#[test]
fn the_network_decides_over_waiting() {
    let (machine, actions) = connected(&[(9, Input::Network(false))]);
    assert_eq!(actions, [Action::DropSocket]);
    assert_eq!(machine.state(), ConnectionState::Offline);
    let back = [(9, Input::Network(false)), (99, Input::Network(true))];
    let (machine, _) = connected(&back);
    assert_eq!(machine.state(), reconnecting(1, 99));
    let (_, actions) = connected(&[(9, Input::Network(true))]);
    assert_eq!(actions, [Action::SendPing], "the old route may be dead");
    let (machine, _) = connected(&[(5_000, Input::Closed(None)), (5_001, Input::ReconnectNow)]);
    assert_eq!(machine.state(), reconnecting(1, 5_001));
}

#[test]
fn a_closed_client_stays_closed() {
    let late = [
        (1, Input::Stop(None)),
        (2, Input::Start),
        (3, Input::Network(true)),
        (4, Input::SignOut(None)),
        (5, Input::ReconnectNow),
    ];
    let (machine, actions) = connected(&late);
    assert_eq!(machine.state(), ConnectionState::Closed { error: None });
    assert_eq!(actions, []);
}
