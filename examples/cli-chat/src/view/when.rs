//! Times in words, as short as a person says them.

use jiff::{Timestamp, ToSpan, Zoned, civil::Date};

/// The hour of a moment.
pub(super) fn hour(at_ms: i64, now: &Zoned) -> String {
    local(at_ms, now).strftime("%H:%M").to_string()
}

/// For the list of chats: the hour today, the day this week, else the date.
pub(super) fn short(at_ms: i64, now: &Zoned) -> String {
    let at = local(at_ms, now);
    let days = days_between(at.date(), now.date());
    match days {
        0 => hour(at_ms, now),
        1..=6 => at.strftime("%a").to_string(),
        _ if at.year() == now.year() => at.strftime("%-d %b").to_string(),
        _ => at.strftime("%b %Y").to_string(),
    }
}

/// A day.
pub(super) fn day(at_ms: i64, now: &Zoned) -> String {
    let at = local(at_ms, now);
    match days_between(at.date(), now.date()) {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        2..=6 => at.strftime("%A").to_string(),
        _ if at.year() == now.year() => at.strftime("%A, %-d %B").to_string(),
        _ => at.strftime("%-d %B %Y").to_string(),
    }
}

/// When somebody was last there.
pub(super) fn last_seen(at_ms: i64, now: &Zoned) -> String {
    let at = local(at_ms, now);
    let minutes = (now.timestamp() - at.timestamp()).get_seconds() / 60;
    match minutes {
        ..1 => "last seen just now".to_owned(),
        1..60 => format!("last seen {minutes} min ago"),
        _ if at.date() == now.date() => format!("last seen at {}", hour(at_ms, now)),
        _ => format!("last seen {}", day(at_ms, now)),
    }
}

/// Whole seconds until a moment; one at least.
pub(super) fn seconds_until(at_ms: i64, now: &Zoned) -> i64 {
    let left_ms = at_ms - now.timestamp().as_millisecond();
    (left_ms + 999).div_euclid(1_000)
}

fn local(at_ms: i64, now: &Zoned) -> Zoned {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(now.time_zone().clone())
}

fn days_between(earlier: Date, later: Date) -> i32 {
    let span = later.since((jiff::Unit::Day, earlier));
    span.unwrap_or_else(|_| 0.days()).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_further_away_the_less_is_said() {
        let now: Zoned = "2026-11-22T12:00:00[UTC]".parse().expect("a time");
        let ms = |text: &str| text.parse::<Timestamp>().expect("a time").as_millisecond();
        let cases = [
            ("2026-11-22T09:05:00Z", "09:05", "Today"),
            ("2026-11-21T23:59:00Z", "Sat", "Yesterday"),
            ("2026-11-17T10:00:00Z", "Tue", "Tuesday"),
            ("2026-03-01T10:00:00Z", "1 Mar", "Sunday, 1 March"),
            ("2025-12-31T10:00:00Z", "Dec 2025", "31 December 2025"),
        ];
        for (at, in_list, in_chat) in cases {
            assert_eq!(short(ms(at), &now), in_list);
            assert_eq!(day(ms(at), &now), in_chat);
        }
        assert_eq!(
            last_seen(ms("2026-11-22T11:59:30Z"), &now),
            "last seen just now"
        );
        assert_eq!(
            last_seen(ms("2026-11-22T11:15:00Z"), &now),
            "last seen 45 min ago"
        );
        assert_eq!(
            last_seen(ms("2026-11-22T08:00:00Z"), &now),
            "last seen at 08:00"
        );
        assert_eq!(seconds_until(ms("2026-11-22T12:00:02Z") - 1, &now), 2);
    }
}
